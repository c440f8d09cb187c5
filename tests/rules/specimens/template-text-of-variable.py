import jinja2
from jinja2 import Environment, Template
from jinja2.sandbox import SandboxedEnvironment
from mako.template import Template as Mako


def render(template, prompt: str, body: str = "", name=""):
    # ruleid: template-text-of-variable
    Template(template).render()
    # ruleid: template-text-of-variable
    Environment().from_string(prompt)
    # ruleid: template-text-of-variable
    Mako(body)
    # ok: template-text-of-variable
    return Template("Hello {{ name }}").render(name=name)


def kept(template_text):
    env = jinja2.Environment(autoescape=True)
    # ruleid: template-text-of-variable
    return env.from_string(template_text)


def safe(template, template_path):
    env = SandboxedEnvironment()
    # ok: template-text-of-variable
    env.from_string(template)
    # ok: template-text-of-variable
    Environment().from_string("constant")
    # ok: template-text-of-variable
    return Template(template_path)


def render_source(source, context):
    # ruleid: template-text-of-variable
    return jinja2.Template(source).render(context)


def render_from_file(source_path):
    # ok: template-text-of-variable
    return jinja2.Template(source_path)

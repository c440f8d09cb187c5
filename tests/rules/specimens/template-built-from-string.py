import jinja2
from flask import render_template_string

LAYOUT = "<main>{{ body }}</main>"


def page(title, environment):
    # ruleid: template-built-from-string
    render_template_string("<h1>%s</h1>" % title)
    # ruleid: template-built-from-string
    jinja2.Template(f"<h1>{title}</h1>")
    source = "<h1>{}</h1>".format(title)
    # ruleid: template-built-from-string
    environment.from_string(source)
    # ok: template-built-from-string
    render_template_string("<h1>{{ title }}</h1>", title=title)
    # ok: template-built-from-string
    environment.from_string(LAYOUT)
    # ok: template-built-from-string
    environment.from_string("<p>" + LAYOUT)


def another_1(name):
    tainted = "<b>" + name
    # ruleid: template-built-from-string
    flask.render_template_string(tainted)
    # ruleid: template-built-from-string
    render_template_string(tainted)
    # ruleid: template-built-from-string
    quart.render_template_string(tainted)
    # ruleid: template-built-from-string
    mako.template.Template(tainted)
    # ruleid: template-built-from-string
    django.template.Template(tainted)
    # ruleid: template-built-from-string
    tornado.template.Template(tainted)
    # ruleid: template-built-from-string
    bottle.template(tainted)
    # ruleid: template-built-from-string
    bottle.SimpleTemplate(tainted)
    # ruleid: template-built-from-string
    chameleon.PageTemplate(tainted)
    # ruleid: template-built-from-string
    Cheetah.Template.Template(tainted)
    # ruleid: template-built-from-string
    chevron.render(tainted)


def in_other_ways(name):
    parts = []
    parts.append("<b>%s</b>" % name)
    # ruleid: template-built-from-string
    flask.render_template_string(parts[0])
    # ok: template-built-from-string
    flask.render_template_string(re.sub("[^a-z]", "", "<b>%s</b>" % name))


class Kind:
    @classmethod
    def of(cls, environment, name):
        # ruleid: template-built-from-string
        environment.from_string(f"<b>{name}</b>")
        # ok: template-built-from-string
        return cls.from_string(f"dict[{name}]")


def parsed(value, env):
    # ok: template-built-from-string
    a = Blob.from_string("a " + value)
    # ok: template-built-from-string
    b = objects.Tag.from_string("a " + value)
    # ruleid: template-built-from-string
    c = SandboxedEnvironment.from_string("a " + value)
    # ruleid: template-built-from-string
    d = env.from_string("a " + value)
    # ruleid: template-built-from-string
    e = ENV.from_string("a " + value)
    return a, b, c, d, e

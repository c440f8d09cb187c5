import jinja2
from django.template import Context


def environments(folder, app):
    # ruleid: template-autoescape-off
    jinja2.Environment(autoescape=False)
    # ruleid: template-autoescape-off
    jinja2.Environment(loader=jinja2.FileSystemLoader(folder))
    # ruleid: template-autoescape-off
    Context({"name": "x"}, autoescape=False)
    # ruleid: template-autoescape-off
    app.jinja_env.autoescape = False
    # ok: template-autoescape-off
    jinja2.Environment(autoescape=True)
    # ok: template-autoescape-off
    jinja2.Environment(loader=jinja2.FileSystemLoader(folder), autoescape=jinja2.select_autoescape())
    # ok: template-autoescape-off
    Context({"name": "x"})

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


# ruleid: template-autoescape-off
jinja2.Environment(loader=jinja2.PackageLoader())


# ruleid: template-autoescape-off
django.template.Engine(autoescape=False)


# ruleid: template-autoescape-off
tornado.template.Loader(autoescape=None)


# ruleid: template-autoescape-off
app_1.jinja_options["autoescape"] = False


def told_elsewhere(options):
    # ok: template-autoescape-off
    jinja2.Environment(**options)
    # ok: template-autoescape-off
    jinja2.Environment(block_start_string="<%")

import jinja2
from django.template import Template
from flask import Flask, render_template, render_template_string, request

app = Flask(__name__)


@app.route("/hello")
def flask_hello():
    name = request.args.get("name", "you")
    # ruleid: template-from-request
    render_template_string("<p>Hello " + name + "</p>")
    # ruleid: template-from-request
    render_template_string(f"<p>{name}</p>")
    # ok: template-from-request
    render_template_string("<p>Hello {{ name }}</p>", name=name)
    # ok: template-from-request
    return render_template("hello.html", name=name)


def django_hello(request):
    # ruleid: template-from-request
    Template(request.POST["body"]).render(None)
    # ok: template-from-request
    Template("{{ body }}").render(Context({"body": request.POST["body"]}))


@app.post("/mail")
async def fastapi_mail(body: str, count: int):
    # ruleid: template-from-request
    jinja2.Environment(autoescape=True).from_string(body).render()
    # ok: template-from-request
    jinja2.Template("{{ body }}").render(body=body)
    # ok: template-from-request
    return jinja2.Template(f"{count} items")


def another_1(name):
    tainted = request.args["x"]
    # ruleid: template-from-request
    flask.render_template_string(tainted)
    # ruleid: template-from-request
    render_template_string(tainted)
    # ruleid: template-from-request
    quart.render_template_string(tainted)
    # ruleid: template-from-request
    jinja2.Template(tainted)
    # ruleid: template-from-request
    env_1.from_string(tainted)
    # ruleid: template-from-request
    mako.template.Template(tainted)
    # ruleid: template-from-request
    tornado.template.Template(tainted)
    # ruleid: template-from-request
    bottle.template(tainted)
    # ruleid: template-from-request
    bottle.SimpleTemplate(tainted)
    # ruleid: template-from-request
    chameleon.PageTemplate(tainted)
    # ruleid: template-from-request
    Cheetah.Template.Template(tainted)
    # ruleid: template-from-request
    chevron.render(tainted)


def in_a_sandbox(request):
    text = request.POST["text"]
    # ok: template-from-request
    jinja2.sandbox.SandboxedEnvironment().from_string(text)
    kept = jinja2.sandbox.ImmutableSandboxedEnvironment(autoescape=True)
    # ok: template-from-request
    kept.from_string(text)
    loose = jinja2.Environment()
    # ruleid: template-from-request
    loose.from_string(text)

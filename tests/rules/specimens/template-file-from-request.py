from django.shortcuts import render
from flask import Flask, render_template, request

app = Flask(__name__)
PAGES = {"about": "about.html"}


@app.route("/page")
def flask_page():
    # ruleid: template-file-from-request
    render_template(request.args["page"])
    # ok: template-file-from-request
    render_template(PAGES[request.args["page"]])
    # ok: template-file-from-request
    return render_template("page.html", page=request.args["page"])


def django_page(request, name):
    # ok: template-file-from-request
    render(request, "pages/page.html", {"name": name})
    # ruleid: template-file-from-request
    return render(request, f"pages/{name}.html")


@app.get("/page/{page}")
async def fastapi_page(request: Request, page: str, number: int):
    # ok: template-file-from-request
    templates.TemplateResponse(request, f"page-{number}.html")
    # ruleid: template-file-from-request
    return templates.TemplateResponse(page + ".html", {"request": request})


@app.route("/<any(plain, jquery, fetch):js>")
def one_of_three(js):
    # ok: template-file-from-request
    return render_template(f"{js}.html")
def another_1(name):
    tainted = request.args["x"]
    # ruleid: template-file-from-request
    flask.render_template(tainted)
    # ruleid: template-file-from-request
    render_template(tainted)
    # ruleid: template-file-from-request
    django.template.loader.render_to_string(tainted)
    # ruleid: template-file-from-request
    env_1.get_template(tainted)
    # ruleid: template-file-from-request
    django.template.response.TemplateResponse(r_1, tainted)
    # ruleid: template-file-from-request
    templates.TemplateResponse(r_1, tainted)
    # ruleid: template-file-from-request
    aiohttp_jinja2.render_template(tainted)


def got(request):
    # ruleid: template-file-from-request
    django.template.loader.get_template(request.GET["page"])

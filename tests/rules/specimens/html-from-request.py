import html
import json

from django.http import HttpResponse, JsonResponse
from django.utils.html import format_html
from flask import Flask, jsonify, make_response, render_template, request
from markupsafe import escape

app = Flask(__name__)
GREETINGS = {"de": "Hallo", "en": "Hello"}


@app.route("/hello")
def flask_hello():
    name = request.args.get("name", "")
    # ruleid: html-from-request
    make_response("<p>" + name + "</p>")
    if name == "x":
        # ok: html-from-request
        return f"<p>{escape(name)}</p>"
    if name == "y":
        # ok: html-from-request
        return jsonify(name=name)
    if name == "z":
        # ok: html-from-request
        return render_template("hello.html", name=name)
    if name == "u":
        # ok: html-from-request
        return GREETINGS[name]
    # ruleid: html-from-request
    return f"<p>Hello {name}</p>"


@app.route("/page/<title>")
def flask_route(title):
    # ruleid: html-from-request
    return "<h1>%s</h1>" % title, 404


@app.route("/page/<int:number>")
def flask_number(number):
    # ok: html-from-request
    return f"<h1>{number}</h1>"


def django_hello(request):
    # ruleid: html-from-request
    HttpResponse("<p>" + request.GET["name"] + "</p>")
    # ok: html-from-request
    HttpResponse(html.escape(request.GET["name"]))
    # ok: html-from-request
    HttpResponse(format_html("<p>{}</p>", request.GET["name"]))
    # ok: html-from-request
    HttpResponse(request.GET["name"], content_type="text/plain")
    return JsonResponse({"name": request.GET["name"]})


@app.get("/hello")
async def fastapi_hello(name: str, count: int):
    # ok: html-from-request
    HTMLResponse(f"<p>{count}</p>")
    # ruleid: html-from-request
    return HTMLResponse(f"<p>{name}</p>")


async def aiohttp_hello(request):
    name = request.query["name"]
    # ok: html-from-request
    web.Response(text=json.dumps(name), content_type="application/json")
    # ruleid: html-from-request
    return web.Response(text=f"<p>{name}</p>", content_type="text/html")


def shown_by_a_template(request):
    # ok: html-from-request
    return Response(generate_template("action_show.html", page=request.args["page"]))


def the_client_is_the_template(request):
    # ruleid: html-from-request
    return Response(make_page("action_show.html", page=request.args["page"]))


def escaped_in_a_variable(request):
    name = escape(request.args["name"])
    # ok: html-from-request
    return HttpResponse(f"<p>{name}</p>")


def rendered_by_the_framework(request):
    from rest_framework.response import Response

    # ok: html-from-request
    return Response(request.data["name"])


def kept_in_a_cache(request):
    page = caches.page_cache.get("page:" + request.args["name"])
    # ok: html-from-request
    HttpResponse(page)
    # ruleid: html-from-request
    return HttpResponse(pages.get("page:" + request.args["name"]))


def cleaned_in_a_variable(request):
    name = trim(request.args["name"])
    # ruleid: html-from-request
    return HttpResponse(f"<p>{name}</p>")
def another_1(name):
    tainted = request.args["x"]
    # ruleid: html-from-request
    flask.make_response(tainted)
    # ruleid: html-from-request
    make_response(tainted)
    # ruleid: html-from-request
    flask.Response(tainted)
    # ruleid: html-from-request
    Response(tainted)
    # ruleid: html-from-request
    HttpResponse(tainted)
    # ruleid: html-from-request
    HttpResponse(content=tainted)
    # ruleid: html-from-request
    django.http.HttpResponse(tainted)
    # ruleid: html-from-request
    HttpResponseBadRequest(tainted)
    # ruleid: html-from-request
    HttpResponseNotFound(tainted)
    # ruleid: html-from-request
    HttpResponseForbidden(tainted)
    # ruleid: html-from-request
    HttpResponseServerError(tainted)
    # ruleid: html-from-request
    HTMLResponse(content=tainted)
    # ruleid: html-from-request
    fastapi.responses.HTMLResponse(tainted)
    # ruleid: html-from-request
    Response(content=tainted, media_type="text/html")
    # ruleid: html-from-request
    aiohttp.web.Response(text=tainted, content_type="text/html")
    # ruleid: html-from-request
    aiohttp.web.Response(body=tainted, content_type="text/html")
    # ruleid: html-from-request
    sanic.response.html(tainted)


@app.route("/json")
def as_json():
    # ok: html-from-request
    answer = make_response({"error": request.args["m"]})
    # ok: html-from-request
    return answer


@app.route("/status")
def with_status():
    text = "<p>" + request.args["m"]
    if text:
        # ruleid: html-from-request
        return text, 200
    if request.args:
        # ok: html-from-request
        return {"text": text}
    if request.form:
        # ok: html-from-request
        return {"text": text}, 400
    if request.json:
        # ok: html-from-request
        return [text]
    # ok: html-from-request
    return Response(text, mimetype="application/json")


def kinds(request):
    text = request.GET["m"]
    # ok: html-from-request
    HttpResponse(text, content_type="text/plain")
    # ok: html-from-request
    Response(text, media_type="application/json")
    # ok: html-from-request
    http.HttpResponse(text, content_type="text/csv")
    # ok: html-from-request
    web.Response(text, mimetype="text/plain")
    # ok: html-from-request
    http.Response(text, media_type="text/plain")


class Answer(tornado.web.RequestHandler):
    def get(self):
        data = self.get_argument("data")
        # ok: html-from-request
        self.write({"response": data})
class Files(BaseHTTPRequestHandler):
    def do_GET(self):
        with open("/srv/www" + self.path, "rb") as file:
            # ok: html-from-request
            self.wfile.write(file.read())
        # ruleid: html-from-request
        self.wfile.write(self.path.encode())


@app.route("/refused")
def refused():
    # ruleid: html-from-request
    return request.args["why"], 400


@app.route("/kinds")
def kinds():
    name = request.args["name"]
    # ok: html-from-request
    Response(name, content_type="application/json")
    # ok: html-from-request
    Response(name, mimetype="text/plain")
    # ok: html-from-request
    Response(name, media_type="text/csv")
    # ok: html-from-request
    Response({"name": name})


@app.route("/formatted")
def formatted():
    # ruleid: html-from-request
    return "<b>{}</b>".format(request.args["name"])


@app.route("/joined")
def joined():
    # ruleid: html-from-request
    return "".join(["<b>", request.args["name"]])


@app.route("/said")
def said():
    # ruleid: html-from-request
    return str(request.args.get("name"))


class Echo(RequestHandler):
    def get(self):
        # ruleid: html-from-request
        self.write(self.get_argument("name"))


class Store(BaseHTTPRequestHandler):
    def do_GET(self):
        content = self.path
        if self.headers["Accept"] == "text/plain":
            self.send_header("Content-Type", "text/plain")
            # ok: html-from-request
            self.wfile.write(content)
            return
        self.send_header("Content-Type", "text/html")
        # ruleid: html-from-request
        self.wfile.write(content)

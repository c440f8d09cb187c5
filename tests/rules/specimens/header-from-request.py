from urllib.parse import quote

from django.http import HttpResponse
from flask import Flask, make_response, request

app = Flask(__name__)


@app.route("/download")
def flask_download():
    response = make_response("data")
    # ruleid: header-from-request
    response.headers["Content-Disposition"] = "attachment; filename=" + request.args["name"]
    # ok: header-from-request
    response.headers["Content-Disposition"] = "attachment; filename=" + quote(request.args["name"])
    # ok: header-from-request
    response.headers["X-Page"] = str(int(request.args["page"]))
    # ok: header-from-request
    response.headers["X-Frame-Options"] = "DENY"
    return response


def django_download(request):
    response = HttpResponse("data")
    # ruleid: header-from-request
    response["X-Name"] = request.GET["name"]
    # ok: header-from-request
    response["X-Name"] = request.GET["name"].replace("\n", "")
    return response


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        # ruleid: header-from-request
        self.send_header("X-Path", self.path)
        # ok: header-from-request
        self.send_header("X-Server", "shop")


def passed_on(request, proxy_req):
    # ok: header-from-request
    proxy_req.headers["X-Name"] = request.headers["X-Name"]


def given_back(request, resp):
    # ruleid: header-from-request
    resp.headers["X-Name"] = request.headers["X-Name"]
def another_1(name):
    tainted = request.args["x"]
    # ruleid: header-from-request
    resp.headers.add(k_1, tainted)
    # ruleid: header-from-request
    resp.headers.set(k_1, tainted)
    # ruleid: header-from-request
    resp.headers.append(k_1, tainted)
    # ruleid: header-from-request
    resp.headers.extend(tainted)
    # ruleid: header-from-request
    resp.set_header(k_1, tainted)
    # ruleid: header-from-request
    resp.add_header(k_1, tainted)
    # ruleid: header-from-request
    resp.raw_headers.append(tainted)


def of_numbers(request, resp, name):
    # ok: header-from-request
    resp.headers["Content-Range"] = request.headers["Range"]
    # ok: header-from-request
    resp.headers.set("Last-Modified", request.args["t"])
    # ok: header-from-request
    resp.set_header("Access-Control-Allow-Headers", request.headers["X"])
    # ok: header-from-request
    resp.add_header("ETag", request.headers["If-None-Match"])
    # ruleid: header-from-request
    resp.headers.set("X-Name", request.args["t"])
    # ok: header-from-request
    resp.headers["X-Time"] = os.stat(request.args["p"])
    # ok: header-from-request
    resp.headers["X-Time"] = os.path.getmtime(request.args["p"])
    # ok: header-from-request
    resp.headers["X-Size"] = os.path.getsize(request.args["p"])
    # ok: header-from-request
    resp.headers["X-Time"] = request.args["p"].stat()
def in_other_ways(request, start_response):
    name = request.GET["name"]
    # ruleid: header-from-request
    self.send_header("X-Name", name)
    # ruleid: header-from-request
    Response("x", headers={"X-Name": name})
    # ruleid: header-from-request
    HttpResponse("x", headers={"X-Name": name})
    # ruleid: header-from-request
    web.Response(text="x", headers={"X-Name": name})
    # ruleid: header-from-request
    start_response("200 OK", [("X-Name", name)])


def reflected(response):
    # ok: header-from-request
    response.headers.add("Access-Control-Allow-Origin", request.args["origin"])
    # ruleid: header-from-request
    response.headers.add("X-Origin", request.args["origin"])


def told(request):
    response = {"found": []}
    # ok: header-from-request
    response["asked"] = request.GET["name"]
    return response

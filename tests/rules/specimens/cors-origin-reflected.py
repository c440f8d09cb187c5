from flask import request

ALLOWED = {"https://shop.example.org"}


def flask_after(response):
    # ruleid: cors-origin-reflected
    response.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin", "*")
    response.headers["Access-Control-Allow-Credentials"] = "true"
    return response


def django_view(request, HttpResponse):
    response = HttpResponse("ok")
    # ruleid: cors-origin-reflected
    response["Access-Control-Allow-Origin"] = request.META["HTTP_ORIGIN"]
    return response


async def starlette_view(request, Response):
    origin = request.headers["origin"]
    # ruleid: cors-origin-reflected
    return Response("ok", headers={"Access-Control-Allow-Origin": origin})


def checked(response):
    origin = request.headers.get("Origin")
    if origin in ALLOWED:
        # ok: cors-origin-reflected
        response.headers["Access-Control-Allow-Origin"] = origin
    return response


def fixed(response):
    # ok: cors-origin-reflected
    response.headers["Access-Control-Allow-Origin"] = "https://shop.example.org"
    # ok: cors-origin-reflected
    response.headers["X-Origin"] = request.headers["Origin"]
    return response


def refused(response, abort):
    origin = request.headers.get("Origin")
    if origin not in ALLOWED:
        abort(403)
    # ok: cors-origin-reflected
    response.headers["Access-Control-Allow-Origin"] = origin
    return response


def another_1(name, tainted=None):
    tainted = flask.request.origin
    # ruleid: cors-origin-reflected
    r_1["access-control-allow-origin"] = tainted


def another_2(name, tainted=None):
    tainted = flask.request.referrer
    # ruleid: cors-origin-reflected
    r_1["access-control-allow-origin"] = tainted


def more(request, r):
    origin = request.headers["Origin"]
    # ruleid: cors-origin-reflected
    r.headers["Access-Control-Allow-Origin"] = origin
    # ruleid: cors-origin-reflected
    r.headers.add("Access-Control-Allow-Origin", origin)
    # ruleid: cors-origin-reflected
    r.headers.set("Access-Control-Allow-Origin", origin)
    # ruleid: cors-origin-reflected
    r.set_header("Access-Control-Allow-Origin", origin)
    # ok: cors-origin-reflected
    r.headers["Access-Control-Allow-Origin"] = origin if origin in KNOWN else "x"
    if known(origin):
        # ok: cors-origin-reflected
        r.headers["Access-Control-Allow-Origin"] = origin
    if origin and origin in KNOWN:
        # ok: cors-origin-reflected
        r.headers["Access-Control-Allow-Origin"] = origin


def asked(request, r, rules):
    origin = request.headers["Origin"]
    if not rules.is_origin_allowed(request.client, origin, request):
        return None
    else:
        # ok: cors-origin-reflected
        r.headers["Access-Control-Allow-Origin"] = origin
    if not rules.seen(request.client, origin):
        return None
    else:
        # ruleid: cors-origin-reflected
        r.headers["Access-Control-Allow-Origin"] = origin
@app.after_request
def reflected(answer):
    # ruleid: cors-origin-reflected
    answer.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
    return answer

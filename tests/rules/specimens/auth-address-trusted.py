from flask import request as flask_request

OFFICE = {"192.0.2.4"}


def flask_inside():
    # ruleid: auth-address-trusted
    return flask_request.headers.get("X-Forwarded-For") == "127.0.0.1"


def django_inside(request):
    # ruleid: auth-address-trusted
    return request.META.get("HTTP_REFERER", "").startswith("https://shop.example.org")


async def api_inside(request):
    # ruleid: auth-address-trusted
    return request.headers["X-Real-IP"] in OFFICE


def good(request, log):
    # ok: auth-address-trusted
    log.info("from %s", request.headers.get("X-Forwarded-For"))
    # ok: auth-address-trusted
    a = request.headers.get("X-Forwarded-For") is None
    # ok: auth-address-trusted
    b = request.headers.get("Accept") == "text/html"
    return a, b

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


def more(request):
    # ruleid: auth-address-trusted
    if request.headers["X-Forwarded-For"] == OFFICE:
        return 1
    # ruleid: auth-address-trusted
    if request.headers.get("X-Forwarded-For") != OFFICE:
        return 2
    # ruleid: auth-address-trusted
    if request.headers.get("X-Forwarded-For") in OFFICES:
        return 3
    # ruleid: auth-address-trusted
    if request.headers.get("X-Forwarded-For") not in OFFICES:
        return 4
    # ruleid: auth-address-trusted
    if request.headers.get("X-Forwarded-For").startswith("10."):
        return 5
    # ruleid: auth-address-trusted
    if request.headers["X-Forwarded-For"].startswith("10."):
        return 6
    # ruleid: auth-address-trusted
    if request.META.get("HTTP_X_FORWARDED_FOR") == OFFICE:
        return 7
    # ruleid: auth-address-trusted
    if request.META["HTTP_X_FORWARDED_FOR"] == OFFICE:
        return 8
    # ruleid: auth-address-trusted
    if request.META.get("HTTP_X_FORWARDED_FOR") in OFFICES:
        return 9
    # ruleid: auth-address-trusted
    return request.META["HTTP_X_FORWARDED_FOR"] in OFFICES


def by_name(request):
    # ruleid: auth-address-trusted
    ip = request.headers.get("X-Real-IP")
    if ip == OFFICE:
        return 1


def by_name_in(request):
    # ruleid: auth-address-trusted
    ip = request.headers.get("X-Real-IP")
    if ip in OFFICES:
        return 1


def by_name_not_in(request):
    # ruleid: auth-address-trusted
    ip = request.headers.get("X-Real-IP")
    if ip not in OFFICES:
        return 1


def by_name_meta(request):
    # ruleid: auth-address-trusted
    ip = request.META.get("HTTP_X_REAL_IP")
    if ip in OFFICES:
        return 1

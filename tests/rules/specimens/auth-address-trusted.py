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


def first_of_many(request):
    # ruleid: auth-address-trusted
    ip = request.headers.get("X-Forwarded-For", "").split(",")[0].strip()
    if request.path != "/" and ip not in OFFICES:
        return 1


def first_of_many_is(request):
    # ruleid: auth-address-trusted
    ip = request.headers.get("X-Forwarded-For") or request.remote_addr
    if ip == OFFICE or request.debug:
        return 1


def first_of_many_in(request):
    # ruleid: auth-address-trusted
    ip = request.headers.get("X-Forwarded-For") or request.remote_addr
    if request.debug or ip in OFFICES:
        return 1


def begins(request):
    # ruleid: auth-address-trusted
    ip = request.headers.get("X-Real-IP", request.remote_addr)
    if not ip.startswith("10."):
        return 1


def meta_begins(request):
    # ruleid: auth-address-trusted
    ip = request.META.get("HTTP_X_FORWARDED_FOR", request.META["REMOTE_ADDR"])
    if request.path.startswith("/office/") and not ip.startswith("10."):
        return 1


def meta_not_in(request):
    # ruleid: auth-address-trusted
    ip = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[0]
    if ip not in OFFICES:
        return 1


def meta_in(request):
    # ruleid: auth-address-trusted
    ip = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[0]
    if request.debug or ip in OFFICES:
        return 1


def not_by_address(request, blocked, hits):
    # ok: auth-address-trusted
    ip = request.headers.get("X-Forwarded-For", request.remote_addr)
    if ip in blocked:
        return 1
    # ok: auth-address-trusted
    ip = request.META.get("HTTP_X_FORWARDED_FOR")
    if ip not in hits:
        hits[ip] = 0
    # ok: auth-address-trusted
    name = request.META.get("HTTP_ACCEPT_LANGUAGE", "")
    if name.startswith("de"):
        return 2


def is_here(request):
    # ruleid: auth-address-trusted
    host = request.META["HTTP_X_FORWARDED_FOR"]
    if host == "127.0.0.1":
        return 1


def is_here_asked(request):
    # ruleid: auth-address-trusted
    host = request.META.get("HTTP_X_REAL_IP", "").strip()
    if host == OFFICE:
        return 1


def is_here_header(request):
    # ruleid: auth-address-trusted
    host = request.headers["X-Forwarded-For"]
    if host == OFFICE:
        return 1


def is_missing(request):
    # ok: auth-address-trusted
    host = request.META["HTTP_X_FORWARDED_FOR"]
    if host == "":
        return 1

from flask import request as flask_request
from flask_login import current_user


def flask_admin():
    # ruleid: auth-client-decides
    if flask_request.cookies.get("is_admin") == "true":
        return "secret"
    return "no"


def django_admin(request):
    # ruleid: auth-client-decides
    if request.COOKIES.get("admin"):
        return "secret"
    return "no"


async def api_admin(request):
    # ruleid: auth-client-decides
    if request.headers.get("X-Role") == "admin":
        return "secret"
    return "no"


def good(request):
    # ok: auth-client-decides
    if current_user.is_admin:
        return "secret"
    # ok: auth-client-decides
    if flask_request.cookies.get("theme") == "dark":
        return "dark"
    # ok: auth-client-decides
    role = request.POST.get("role")
    return role


def by_json(request):
    # ruleid: auth-client-decides
    if request.json["is_admin"]:
        return 1
    # ruleid: auth-client-decides
    if request.get_json(force=True).get("role") == "admin":
        return 2
    # ok: auth-client-decides
    if request.json["page"]:
        return 3
    # ruleid: auth-client-decides
    return "admin" != request.POST.get("role")


def internal(request):
    # ruleid: auth-client-decides
    if request.headers.get("X-Internal") == "1":
        return 1
    # ruleid: auth-client-decides
    if request.headers.get("x-internal-request", "") == "true":
        return 2
    # ruleid: auth-client-decides
    if request.headers["X-Is-Admin"] == "yes":
        return 3
    # ruleid: auth-client-decides
    if request.headers.get("X-User-Role") != "admin":
        return 4
    # ok: auth-client-decides
    if request.headers.get("X-Internal-Token") != settings.token:
        return 5
    # ok: auth-client-decides
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return 6

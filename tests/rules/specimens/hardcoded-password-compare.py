import hmac
import os

from flask import request


def login():
    # ruleid: hardcoded-password-compare
    return request.form["password"] == "example-1"


def django_login(request):
    # ruleid: hardcoded-password-compare
    if request.POST.get("password") != "example-1":
        return None
    return "welcome"


async def api_login(x_api_key, password):
    # ruleid: hardcoded-password-compare
    return hmac.compare_digest(x_api_key, "example-key") or password


def good(password, kind, api_key):
    # ok: hardcoded-password-compare
    a = hmac.compare_digest(api_key, os.environ["API_KEY"])
    # ok: hardcoded-password-compare
    b = password == ""
    # ok: hardcoded-password-compare
    c = kind == "example-1"
    # ok: hardcoded-password-compare
    d = request.form["grant_type"] == "password"
    return a, b, c, d


# ruleid: hardcoded-password-compare
"zzz" == passphrase


# ruleid: hardcoded-password-compare
secrets.compare_digest(passphrase, "zzz")

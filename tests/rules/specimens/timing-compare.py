import hashlib
import hmac
import inspect
import os

from flask import request


def flask_hook(key, data):
    # ruleid: timing-compare
    return hmac.new(key, data, hashlib.sha256).hexdigest() == request.headers["X-Signature"]


def django_hook(request, key):
    expected_signature = hmac.new(key, request.body, hashlib.sha256).hexdigest()
    # ruleid: timing-compare
    if request.META["HTTP_X_SIGNATURE"] != expected_signature:
        return None
    return "ok"


async def api(x_api_key):
    # ruleid: timing-compare
    return x_api_key == os.environ["API_KEY"]


def token(user, given):
    # ruleid: timing-compare
    return user.reset_token == given


def good(key, data, user, given, f, g):
    # ok: timing-compare
    a = hmac.compare_digest(hmac.new(key, data, hashlib.sha256).hexdigest(), given)
    # ok: timing-compare
    b = user.api_key == ""
    # ok: timing-compare
    c = user.api_key is None
    # ok: timing-compare
    d = inspect.signature(f) == inspect.signature(g)
    # ok: timing-compare
    e = user.name == given
    # ok: timing-compare
    return a, b, c, d, e, len(given) == 64


# ruleid: timing-compare
x_1 = hmac.new().hexdigest()
pass
return x_1 == y_1


def another_2(name):
    # ruleid: timing-compare
    x_1 = hmac.new().hexdigest()
    pass
    return x_1 == y_1


def another_3(name):
    # ruleid: timing-compare
    x_1 = hmac.new().hexdigest()
    pass
    return y_1 == x_1


# ruleid: timing-compare
x_1 = hmac.new().digest()
pass
return x_1 == y_1


def magic(signature):
    # ok: timing-compare
    if signature != V2_SIGNATURE:
        return None
    # ok: timing-compare
    return signature == V2_SIGNATURE[0:5]

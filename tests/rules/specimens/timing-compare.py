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
def computed_above(body, given, key):
    want = hmac.new(key, body, "sha256").hexdigest()
    # ruleid: timing-compare
    if want != given:
        raise PermissionError


def computed_and_encoded(body, given, key):
    want = base64.b64encode(hmac.new(key, body, "sha256").digest()).decode()
    # ruleid: timing-compare
    return given == want


def computed_at_once(body, given, key):
    mac = hmac.digest(key, body, "sha256")
    # ruleid: timing-compare
    if given != mac:
        return False
    # ruleid: timing-compare
    return mac == given


def computed_and_told(body, key):
    mac = hmac.new(key, body, "sha256").hexdigest()
    # ok: timing-compare
    if mac == None:
        return ""
    return mac


def made_of_something_else(body, given):
    total = sum(body)
    # ok: timing-compare
    return total == given


class Gate:
    def __init__(self, token, secret):
        self.token = token
        self._secret = secret

    def check_token(self, given):
        # ruleid: timing-compare
        return given == self.token

    def is_valid(self, presented):
        # ruleid: timing-compare
        if self._secret != presented:
            return False
        # ruleid: timing-compare
        return presented != self._secret or self.token == presented

    def check_in_constant_time(self, given):
        # ok: timing-compare
        return hmac.compare_digest(given, self.token)

    def next_token(self, given):
        # ok: timing-compare
        return given == self.token

    def check_colour(self, given):
        # ok: timing-compare
        return given == self.colour

    def check_change(self, old_token):
        # ok: timing-compare
        return old_token == self.token


def by_parts(secret, body, header):
    mac = hmac.new(secret, digestmod="sha256")
    mac.update(body)
    # ruleid: timing-compare
    if mac.hexdigest() != header:
        raise PermissionError
    # ruleid: timing-compare
    if header != mac.digest():
        raise PermissionError
    # ruleid: timing-compare
    return mac.digest() == header or header == mac.hexdigest()


def name_of(mac, name):
    # ok: timing-compare
    return mac.name() == name


def of_the_environment(given, signature):
    # ruleid: timing-compare
    if given != os.environ["API_TOKEN"]:
        raise PermissionError
    # ruleid: timing-compare
    if given == os.getenv("API_TOKEN"):
        return True
    # ruleid: timing-compare
    if signature != given:
        raise PermissionError


class OtherGate:
    def verify(self, given):
        # ruleid: timing-compare
        if given != self.api_key:
            return False
        # ruleid: timing-compare
        return self.api_key == given

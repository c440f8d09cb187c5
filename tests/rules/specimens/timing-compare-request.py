import hmac
import os

from django.conf import settings
from flask import request


class Token:
    def flask_view(self):
        sent = request.headers.get("X-Api-Token", "")
        # ruleid: timing-compare-request
        if sent != self.token:
            return "no", 401
        # ruleid: timing-compare-request
        if request.args["key"] == os.environ["API_KEY"]:
            return "yes"
        # ruleid: timing-compare-request
        if settings.WEBHOOK_SECRET == request.headers["X-Hook-Secret"]:
            return "yes"
        # ruleid: timing-compare-request
        if self.secret != request.form["secret"]:
            return "no", 401
        # ok: timing-compare-request
        if request.headers["X-Request-Kind"] == self.token:
            return "odd"
        # ok: timing-compare-request
        if hmac.compare_digest(sent, self.token):
            return "yes"
        # ok: timing-compare-request
        if sent == "":
            return "none"
        # ok: timing-compare-request
        if len(sent) != len(self.token):
            return "short"
        # ok: timing-compare-request
        if self.cache["token"] == self.token:
            return "same"
        return "no"


def django_view(request):
    # ruleid: timing-compare-request
    if request.META.get("HTTP_X_SIGNATURE") != settings.SIGNATURE:
        return None
    # ok: timing-compare-request
    if request.META.get("HTTP_X_SIGNATURE") == request.method:
        return None
    return request


def length(request):
    # ok: timing-compare-request
    return len(request.headers["X-Token"]) == token

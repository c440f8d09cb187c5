"""Refuse forms that did not come from our own pages (cross-site request forgery)."""

import hmac
import secrets

from flask import abort, request, session
from werkzeug.urls import url_parse

_HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})


def token() -> str:
    """The token of this visitor's session, for the hidden field of a form."""
    if "token" not in session:
        session["token"] = secrets.token_urlsafe(32)
    return str(session["token"])


def check_form() -> None:
    """Refuse (400) a request that changes something and is sent by a foreign page or without the session's token."""
    if request.method in _HARMLESS:
        return
    origin = request.headers.get("Origin")  # browsers send it with every form; other programs need not
    if origin is not None and url_parse(origin).netloc != request.host:
        abort(400, "This form was not sent by a page of this shop.")
    expected, sent = session.get("token", ""), request.form.get("token", "")
    if not expected or not hmac.compare_digest(expected.encode(), sent.encode()):
        abort(400, "This form is too old or was not made by this shop. Load the page again.")

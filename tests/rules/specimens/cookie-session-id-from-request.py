import secrets

import flask
from flask import request


def login(response):
    # ruleid: cookie-session-id-from-request
    response.set_cookie("session_id", request.args.get("sid"), secure=True)
    return response


def login_named(response):
    sid = flask.request.form["sid"]
    # ruleid: cookie-session-id-from-request
    response.set_cookie("sid", value=sid, secure=True)
    return response


def django_login(request, SessionStore):
    # ruleid: cookie-session-id-from-request
    return SessionStore(session_key=request.GET["key"])


def login_safely(response):
    # ok: cookie-session-id-from-request
    response.set_cookie("session_id", secrets.token_urlsafe(), secure=True)
    # ok: cookie-session-id-from-request
    response.set_cookie("language", request.args.get("language"), secure=True)
    return response


def django_login_safely(request):
    request.session.cycle_key()
    # ok: cookie-session-id-from-request
    request.session["seen"] = request.GET["key"]

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


def another_1(name, tainted=None):
    tainted = flask.request.values
    # ruleid: cookie-session-id-from-request
    r_1.set_cookie("sessionid", tainted)


def another_2(name, tainted=None):
    tainted = flask.request.json
    # ruleid: cookie-session-id-from-request
    r_1.set_cookie("sessionid", tainted)


def another_3(name, tainted=None):
    tainted = flask.request.get_json()
    # ruleid: cookie-session-id-from-request
    r_1.set_cookie("sessionid", tainted)


def another_4(name, tainted=None):
    tainted = request.POST
    # ruleid: cookie-session-id-from-request
    r_1.set_cookie("sessionid", tainted)


def another_5(name, tainted=None):
    tainted = request.query_params
    # ruleid: cookie-session-id-from-request
    r_1.set_cookie("sessionid", tainted)


def another_6(name, tainted=None):
    tainted = request.query
    # ruleid: cookie-session-id-from-request
    r_1.set_cookie("sessionid", tainted)


def more(request, r):
    sid = request.GET["sid"]
    # ruleid: cookie-session-id-from-request
    r.set_cookie(key="sessionid", value=sid)
    # ruleid: cookie-session-id-from-request
    SessionStore(sid)
    # ruleid: cookie-session-id-from-request
    request.session.session_key = sid
    # ok: cookie-session-id-from-request
    SessionStore()

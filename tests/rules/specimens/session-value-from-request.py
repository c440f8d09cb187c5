import flask
from flask import request, session

LANGUAGES = {"en", "de"}


def flask_view():
    # ruleid: session-value-from-request
    session["cart"] = request.form["cart"]


def django_view(request):
    # ruleid: session-value-from-request
    request.session["next"] = request.GET.get("next")


def named():
    name = flask.request.args["name"]
    # ruleid: session-value-from-request
    flask.session["name"] = name


def number():
    # ok: session-value-from-request
    session["page"] = int(request.args["page"])


def allowed():
    language = request.args["language"]
    if language in LANGUAGES:
        # ok: session-value-from-request
        session["language"] = language


def fixed():
    # ok: session-value-from-request
    session["seen"] = True

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


def another_1(name, tainted=None):
    tainted = flask.request.values
    # ruleid: session-value-from-request
    flask.session[k_1] = tainted


def another_2(name, tainted=None):
    tainted = flask.request.json
    # ruleid: session-value-from-request
    flask.session[k_1] = tainted


def another_3(name, tainted=None):
    tainted = flask.request.cookies
    # ruleid: session-value-from-request
    flask.session[k_1] = tainted


def another_4(name, tainted=None):
    tainted = flask.request.headers
    # ruleid: session-value-from-request
    flask.session[k_1] = tainted


def another_5(name, tainted=None):
    tainted = flask.request.get_json()
    # ruleid: session-value-from-request
    flask.session[k_1] = tainted


def another_6(name, tainted=None):
    tainted = request.POST
    # ruleid: session-value-from-request
    flask.session[k_1] = tainted


def another_7(name, tainted=None):
    tainted = request.COOKIES
    # ruleid: session-value-from-request
    flask.session[k_1] = tainted


def another_8(name, tainted=None):
    tainted = request.query_params
    # ruleid: session-value-from-request
    flask.session[k_1] = tainted


def unknown_import():
    # ruleid: session-value-from-request
    session["colour"] = request.args["colour"]
    # ok: session-value-from-request
    session["a"] = float(request.args["a"])
    # ok: session-value-from-request
    session["b"] = bool(request.args["b"])
    # ok: session-value-from-request
    session["d"] = escape(request.args["d"])
    # ok: session-value-from-request
    session["e"] = forms.validate_name(request.args["e"])


@app.post("/u")
def of_an_id():
    # ok: session-value-from-request
    session["cart"] = uuid.UUID(request.form["cart"])


def handed_in(session, request):
    # ruleid: session-value-from-request
    session["colour"] = request.form["colour"]

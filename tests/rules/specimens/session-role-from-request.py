import flask
from flask import request, session


def flask_login():
    # ruleid: session-role-from-request
    session["role"] = request.form["role"]


def django_login(request):
    user = request.POST.get("user_id")
    # ruleid: session-role-from-request
    request.session["user_id"] = user


def json_login():
    data = flask.request.get_json()
    # ruleid: session-role-from-request
    flask.session["is_admin"] = data["is_admin"]


def flask_login_safely(find_user):
    user = find_user(request.form["name"], request.form["password"])
    # ok: session-role-from-request
    session["role"] = user.role


def django_login_safely(request, authenticate):
    user = authenticate(request, username=request.POST["name"], password=request.POST["password"])
    # ok: session-role-from-request
    request.session["user_id"] = user.pk


def language():
    # ok: session-role-from-request
    session["language"] = request.args["language"]

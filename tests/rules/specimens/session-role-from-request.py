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


def another_1(name, tainted=None):
    tainted = flask.request.args
    # ruleid: session-role-from-request
    flask.session["admin"] = tainted


def another_2(name, tainted=None):
    tainted = flask.request.values
    # ruleid: session-role-from-request
    flask.session["admin"] = tainted


def another_3(name, tainted=None):
    tainted = flask.request.json
    # ruleid: session-role-from-request
    flask.session["admin"] = tainted


def another_4(name, tainted=None):
    tainted = flask.request.cookies
    # ruleid: session-role-from-request
    flask.session["admin"] = tainted


def another_5(name, tainted=None):
    tainted = flask.request.headers
    # ruleid: session-role-from-request
    flask.session["admin"] = tainted


def another_6(name, tainted=None):
    tainted = request.GET
    # ruleid: session-role-from-request
    flask.session["admin"] = tainted


def another_7(name, tainted=None):
    tainted = request.COOKIES
    # ruleid: session-role-from-request
    flask.session["admin"] = tainted


def another_8(name, tainted=None):
    tainted = request.query_params
    # ruleid: session-role-from-request
    flask.session["admin"] = tainted


def another_9(name):
    tainted = flask.request.form
    # ruleid: session-role-from-request
    self.request.session["admin"] = tainted


def unknown_import():
    # ruleid: session-role-from-request
    session["role"] = request.args["role"]
    # ok: session-role-from-request
    session["role"] = DB.query.filter_by(request.args["x"])
    # ok: session-role-from-request
    session["role"] = User.objects.get(name=request.args["x"])
    # ok: session-role-from-request
    session["role"] = DB.execute("SELECT role FROM t WHERE n=?", request.args["x"])


@app.post("/all")
def all_that_was_sent():
    # ruleid: session-role-from-request
    session.update(request.json)
    data = request.form.to_dict()
    # ruleid: session-role-from-request
    session.update(data)
    # ok: session-role-from-request
    session.update({"theme": request.form["theme"]})
    # ok: session-role-from-request
    session.headers.update(request.form)
    # ok: session-role-from-request
    session.update(theme=request.form["theme"])


def all_of_django(request):
    # ruleid: session-role-from-request
    request.session.update(request.POST.dict())


def handed_in(session, request):
    # ruleid: session-role-from-request
    session["role"] = request.form["role"]
    # ruleid: session-role-from-request
    session.update(request.json)

from flask import Flask, request, session

app = Flask(__name__)
ROLES = {"buyer", "seller"}


@app.route("/role", methods=["POST"])
def flask_role():
    # ruleid: session-from-request
    session["role"] = request.form["role"]
    # ok: session-from-request
    session["count"] = int(request.form["count"])
    # ok: session-from-request
    session["role"] = "buyer"
    # ruleid: session-from-request
    session[request.args["key"]] = "1"
    return "ok"


def django_role(request):
    # ruleid: session-from-request
    request.session["role"] = request.POST.get("role")


def django_checked(request):
    role = request.POST.get("role")
    if role not in ROLES:
        raise PermissionError
    # ok: session-from-request
    request.session["role"] = role

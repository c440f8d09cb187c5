from flask import Flask, request
from fastapi import APIRouter

app = Flask(__name__)
router = APIRouter()


@app.route("/login", methods=["GET", "POST"])
# ruleid: login-guessed-freely
def flask_login():
    if check_password_hash(find(request.form["name"]), request.form["pw"]):
        return "ok"
    return "no", 401


@app.post("/api/sign-in")
# ruleid: login-guessed-freely
def flask_post():
    return authenticate(request.json["name"], request.json["pw"])


@router.post("/auth/token")
# ruleid: login-guessed-freely
async def fastapi_token(form):
    return tokens.verify(form.name, form.pw)


@app.route("/login")
# ok: login-guessed-freely
def page():
    return check_password_hash(1, 2)


@app.post("/orders")
# ok: login-guessed-freely
def orders():
    return check_password_hash(1, 2)


@app.post("/login-help")
# ok: login-guessed-freely
def helped():
    return "Ask the office."

from django.contrib.auth.hashers import make_password
from fastapi import FastAPI
from flask import Flask, request
from werkzeug.security import generate_password_hash

app = Flask(__name__)
api = FastAPI()


@app.post("/register")
def register(db, User):
    # ruleid: password-stored-plain
    user = User(name=request.form["name"], password=request.form["password"])
    db.session.add(user)
    db.session.commit()


def django_register(request, User):
    password = request.POST["password"]
    # ruleid: password-stored-plain
    return User.objects.create(username=request.POST["name"], password=password)


@api.post("/register")
async def api_register(body, db, User):
    # ruleid: password-stored-plain
    user = User(name=body.name, password=body.password)
    db.add(user)
    db.commit()


def sql_register(cursor, name, password):
    # ruleid: password-stored-plain
    cursor.execute("INSERT INTO users (name, password) VALUES (?, ?)", (name, password))


def change(request, user):
    # ruleid: password-stored-plain
    user.password = request.POST["password"]
    user.save()


@app.post("/safe")
def register_safely(db, User):
    # ok: password-stored-plain
    user = User(name=request.form["name"], password=generate_password_hash(request.form["password"]))
    db.session.add(user)
    db.session.commit()


def django_register_safely(request, User):
    # ok: password-stored-plain
    return User.objects.create_user(username=request.POST["name"], password=request.POST["password"])


def django_change_safely(request, user):
    # ok: password-stored-plain
    user.password = make_password(request.POST["password"])
    user.save()


def sql_register_safely(cursor, name, password):
    hashed = generate_password_hash(password)
    # ok: password-stored-plain
    cursor.execute("INSERT INTO users (name, password) VALUES (?, ?)", (name, hashed))


def connect(host, user, password, Client):
    # ok: password-stored-plain
    return Client(host, user=user, password=password)

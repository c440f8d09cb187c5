from django.contrib.auth import authenticate, login
from flask import request
from flask_login import login_user


def flask_view():
    user = User.query.filter_by(name=request.form["name"]).first()
    if user:
        # ruleid: login-without-password
        login_user(user)
    return "ok"


def flask_checked():
    user = User.query.filter_by(name=request.form["name"]).first()
    if user and check_password_hash(user.pw, request.form["pw"]):
        # ok: login-without-password
        login_user(user)
    return "ok"


def flask_by_email(email):
    user = User.query.filter_by(email=email).one()
    # ruleid: login-without-password
    login_user(user, remember=True)


def django_view(request):
    user = User.objects.get(username=request.POST["name"])
    # ruleid: login-without-password
    login(request, user)


def django_first(request):
    user = User.objects.filter(email=request.POST["email"]).first()
    # ruleid: login-without-password
    login(request, user)


def django_checked(request):
    user = authenticate(request, username=request.POST["name"], password=request.POST["pw"])
    # ok: login-without-password
    login(request, user)


def saml_callback(email):
    user = User.query.filter_by(email=email).first()
    # ok: login-without-password
    login_user(user)


def first_user():
    user = User.query.filter_by(name=FIRST).first()
    # ok: login-without-password
    login_user(user)

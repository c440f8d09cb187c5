from flask import request
from werkzeug.security import check_password_hash


def login(user):
    # ruleid: password-compare-plain
    return user.password == request.form["password"]


def django_login(request, User):
    # ruleid: password-compare-plain
    return User.objects.get(username=request.POST["name"], password=request.POST["password"])


async def api_login(body, users, password):
    user = users[body.name]
    # ruleid: password-compare-plain
    if user["password"] != password:
        return None
    return user


def sqlalchemy_login(User, name, password):
    # ruleid: password-compare-plain
    return User.query.filter_by(name=name, password=password).first()


def login_safely(user):
    # ok: password-compare-plain
    return check_password_hash(user.password, request.form["password"])


def register(form, password_confirm):
    # ok: password-compare-plain
    return form.password == password_confirm


def changed(user, other):
    # ok: password-compare-plain
    return user.password == other.password


def missing(user):
    # ok: password-compare-plain
    return user.password == ""


def more(user, row, password):
    # ruleid: password-compare-plain
    if user.password != password:
        return 1
    # ruleid: password-compare-plain
    if password == user.password:
        return 2
    # ruleid: password-compare-plain
    if password != user.password:
        return 3
    # ruleid: password-compare-plain
    if row["password"] == password:
        return 4
    # ruleid: password-compare-plain
    if password == row["password"]:
        return 5
    # ruleid: password-compare-plain
    return User.objects.filter(password=password)


def repeated(old, new):
    # ok: password-compare-plain
    return old.password == new.password

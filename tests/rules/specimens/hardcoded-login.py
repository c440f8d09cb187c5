from flask import request


def login(user, pw, password):
    # ruleid: hardcoded-login
    if user == "admin" and pw == "letmein1":
        return 1
    # ruleid: hardcoded-login
    if (request.form["user"] == "admin") and (request.form["password"] == "hunter22"):
        return 2
    # ruleid: hardcoded-login
    if user != "root" or password != "toor12":
        return 3
    # ok: hardcoded-login
    if user == "admin" and password == "":
        return 4
    # ok: hardcoded-login
    if user == "admin" and kind == "letmein1":
        return 5


def seed(user):
    # ruleid: hardcoded-login
    User.objects.create_superuser("admin", "admin@example.com", "admin123")
    # ruleid: hardcoded-login
    User.objects.create_superuser("admin", MAIL, "admin123")
    # ruleid: hardcoded-login
    User.objects.create_user("bob", "bob@example.com", "bob12345")
    # ruleid: hardcoded-login
    user.set_password("changeme")
    # ok: hardcoded-login
    user.set_password(new)
    # ok: hardcoded-login
    user.set_password("")


class LoginTests:
    def start(self):
        # ok: hardcoded-login
        User.objects.create_user("bob", "bob@example.com", "bob12345")


def test_login(user):
    # ok: hardcoded-login
    user.set_password("changeme")


def short_names(u, p, kind):
    # ruleid: hardcoded-login
    if u == "admin" and p == "letmein99":
        return True
    # ruleid: hardcoded-login
    if u != "root" or p != "letmein99":
        return False
    # ok: hardcoded-login
    return u == "guest" and p == "letmein99"

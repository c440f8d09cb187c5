from flask import request
from flask_login import current_user


def django_view(request):
    # ruleid: authz-password-unasked
    request.user.set_password(request.POST["new"])


class View:
    def post(self, request):
        # ruleid: authz-password-unasked
        self.request.user.set_password(request.data["new"])


def flask_view():
    # ruleid: authz-password-unasked
    current_user.set_password(request.form["new"])


def flask_hash():
    # ruleid: authz-password-unasked
    current_user.password = generate_password_hash(request.form["new"])


def asks(request):
    if not request.user.check_password(request.POST["old"]):
        return None
    # ok: authz-password-unasked
    request.user.set_password(request.POST["new"])


def asks_first(request):
    known = request.user.check_password(request.POST["old"])
    if known:
        # ok: authz-password-unasked
        request.user.set_password(request.POST["new"])


def asks_hash():
    if not check_password_hash(current_user.password, request.form["old"]):
        return None
    # ok: authz-password-unasked
    current_user.password = generate_password_hash(request.form["new"])


def reset_password(request, token):
    # ok: authz-password-unasked
    request.user.set_password(request.POST["new"])

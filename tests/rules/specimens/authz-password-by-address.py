from flask import request


def reset():
    # ruleid: authz-password-by-address
    user = User.query.filter_by(email=request.form["email"]).first()
    user.set_password(request.form["new"])


def forgot_password(request):
    # ruleid: authz-password-by-address
    user = User.objects.get(username=request.POST["username"])
    user.set_password(request.POST["new"])


def change_password(data):
    # ruleid: authz-password-by-address
    user = User.query.filter_by(email=data["email"]).first()
    user.password = data["new"]


def reset_by_token(token):
    check(token)
    # ok: authz-password-by-address
    user = User.query.filter_by(email=request.form["email"]).first()
    user.set_password(request.form["new"])


def reset_by_serializer(serializer):
    known = serializer.loads(request.form["t"])
    # ok: authz-password-by-address
    user = User.query.filter_by(email=request.form["email"]).first()
    user.set_password(request.form["new"])
    return known


def reset_checked(request, generator):
    # ok: authz-password-by-address
    user = User.objects.get(email=request.POST["email"])
    if not generator.check_token(user, request.POST["t"]):
        return None
    user.set_password(request.POST["new"])


def change_checked(request):
    # ok: authz-password-by-address
    user = User.objects.get(email=request.POST["email"])
    if not user.check_password(request.POST["old"]):
        return None
    user.set_password(request.POST["new"])


def register(request):
    # ok: authz-password-by-address
    user = User.objects.get(email=request.POST["email"])
    user.set_password(request.POST["new"])

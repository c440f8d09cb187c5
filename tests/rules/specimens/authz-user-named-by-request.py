from django.contrib.auth.decorators import login_required
from flask import request


@login_required
def flask_profile():
    # ruleid: authz-user-named-by-request
    user_id = request.form["user_id"]
    user = User.query.get(user_id)
    user.email = request.form["email"]


@login_required
def flask_account():
    # ruleid: authz-user-named-by-request
    uid = request.json.get("uid")
    account = Account.query.get_or_404(uid)
    return account


@login_required
def django_profile(request):
    # ruleid: authz-user-named-by-request
    owner_id = request.POST["owner_id"]
    profile = Profile.objects.get(id=owner_id)
    return profile


@login_required
def django_member(request):
    # ruleid: authz-user-named-by-request
    uid = request.GET.get("uid")
    member = Member.objects.get(pk=uid)
    return member


@login_required
def flask_safe(current_user):
    # ok: authz-user-named-by-request
    user_id = current_user.id
    # ok: authz-user-named-by-request
    page = request.args["page"]
    # ok: authz-user-named-by-request
    post_id = request.form["post_id"]
    return User.query.get(user_id), Post.query.get(post_id), page

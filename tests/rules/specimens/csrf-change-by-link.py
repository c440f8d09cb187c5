from django.contrib.auth.decorators import login_required
from django.views.decorators.http import require_http_methods, require_POST
from flask import request
from rest_framework.decorators import api_view


@app.route("/post/<int:n>/delete")
# ruleid: csrf-change-by-link
def deletes(n):
    db.session.delete(Post.query.get(n))
    db.session.commit()


@app.route("/post/<int:n>/remove", methods=["GET", "POST"])
# ruleid: csrf-change-by-link
def removes(n):
    db.session.delete(Post.query.get(n))


@login_required
# ruleid: csrf-change-by-link
def django_delete(request, pk):
    post = request.user.posts.get(pk=pk)
    post.delete()


@app.route("/a/<int:n>", methods=["POST"])
# ok: csrf-change-by-link
def posted(n):
    db.session.delete(Post.query.get(n))


@app.route("/b/<int:n>", methods=["GET", "POST"])
# ok: csrf-change-by-link
def both(n):
    if request.method == "POST":
        pass
    db.session.delete(Post.query.get(n))


@login_required
# ok: csrf-change-by-link
def asks(request, pk):
    if request.method != "POST":
        return None
    post = request.user.posts.get(pk=pk)
    post.delete()


@require_POST
@login_required
# ok: csrf-change-by-link
def required(request, pk):
    post = request.user.posts.get(pk=pk)
    post.delete()


@require_http_methods(["DELETE"])
@login_required
# ok: csrf-change-by-link
def listed(request, pk):
    post = request.user.posts.get(pk=pk)
    post.delete()


@api_view(["DELETE"])
@login_required
# ok: csrf-change-by-link
def api(request, pk):
    post = request.user.posts.get(pk=pk)
    post.delete()

from django.contrib.auth.decorators import login_required, permission_required
from django.shortcuts import get_object_or_404, redirect


# ruleid: authz-view-deletes
def delete_post(request, pk):
    post = get_object_or_404(Post, pk=pk)
    post.delete()
    return redirect("home")


# ruleid: authz-view-deletes
def delete_comment(request, comment_id):
    comment = Comment.objects.get(id=comment_id)
    comment.delete()
    return redirect("home")


# ruleid: authz-view-deletes
def delete_all(request, slug):
    Post.objects.filter(slug=slug).delete()


# ruleid: authz-view-deletes
def delete_at_once(request, pk):
    Post.objects.get(pk=pk).delete()


@login_required
# ok: authz-view-deletes
def with_login(request, pk):
    get_object_or_404(Post, pk=pk).delete()
    Post.objects.get(pk=pk).delete()


@permission_required("blog.delete_post")
# ok: authz-view-deletes
def with_permission(request, pk):
    post = get_object_or_404(Post, pk=pk)
    post.delete()


# ok: authz-view-deletes
def by_owner(request, pk):
    if not request.user.is_staff:
        return redirect("login")
    post = get_object_or_404(Post, pk=pk)
    post.delete()


# ok: authz-view-deletes
def by_name(request, pk):
    owner = request.user
    post = get_object_or_404(Post, pk=pk)
    post.delete()
    return owner


# ok: authz-view-deletes
def by_use(request, pk):
    log(request.user)
    Post.objects.get(pk=pk).delete()


# ok: authz-view-deletes
def by_session(request, pk):
    if "admin" not in request.session:
        return None
    Post.objects.get(pk=pk).delete()


# ok: authz-view-deletes
def of_mine(request, pk):
    get_object_or_404(Post, pk=pk, owner=request.user)
    Post.objects.filter(pk=pk).delete()


# ok: authz-view-deletes
def by_text(request, text):
    Post.objects.filter(title=text).delete()

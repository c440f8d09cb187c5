from django.contrib.auth.mixins import LoginRequiredMixin
from django.utils.decorators import method_decorator
from django.views.generic import DeleteView, DetailView, UpdateView
from django.views import generic


# ruleid: authz-edit-view-open
class PostDelete(DeleteView):
    model = Post
    success_url = "/"


# ruleid: authz-edit-view-open
class PostUpdate(UpdateView):
    model = Post
    fields = ["title"]


# ruleid: authz-edit-view-open
class CommentDelete(generic.DeleteView):
    model = Comment


# ok: authz-edit-view-open
class Safe(LoginRequiredMixin, DeleteView):
    model = Post


# ok: authz-edit-view-open
class Shows(DetailView):
    model = Post


# ok: authz-edit-view-open
class Mine(UpdateView):
    model = Post

    def get_queryset(self):
        return Post.objects.filter(owner=self.request.user)


# ok: authz-edit-view-open
class Guarded(UpdateView):
    model = Post

    def dispatch(self, request):
        return check(request)


# ok: authz-edit-view-open
class Single(UpdateView):
    model = Post

    def get_object(self):
        return self.request.user.post


# ok: authz-edit-view-open
class Permitted(DeleteView):
    model = Post
    permission_required = "blog.delete_post"


@method_decorator(login_required, name="dispatch")
# ok: authz-edit-view-open
class Decorated(DeleteView):
    model = Post


# ruleid: authz-edit-view-open
class ByAddress(DeleteView):
    model = Post

    def get_object(self, queryset=None):
        return get_object_or_404(Post, pk=self.kwargs["pk"])


# ruleid: authz-edit-view-open
class ByNumber(UpdateView):
    model = Post

    def get_object(self):
        return Post.objects.get(slug=self.kwargs.get("slug"))


# ruleid: authz-edit-view-open
class OfAll(DeleteView):
    model = Post

    def get_queryset(self):
        return Post.objects.all()


# ok: authz-edit-view-open
class Steps(DeleteView):
    model = Post

    def get_object(self, queryset=None):
        post = get_object_or_404(Post, pk=self.kwargs["pk"])
        check(post)
        return post


# ok: authz-edit-view-open
class OfKey(UpdateView):
    model = Post

    def get_object(self):
        return get_object_or_404(Post, pk=self.kwargs["pk"], secret=self.kwargs["secret"])

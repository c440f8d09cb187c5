from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import DeleteView, DetailView, UpdateView
from rest_framework import viewsets
from rest_framework.permissions import IsAuthenticated


# ruleid: authz-detail-view-unowned
class PostEdit(LoginRequiredMixin, UpdateView):
    model = Post


# ruleid: authz-detail-view-unowned
class OrderView(LoginRequiredMixin, DetailView):
    model = Order


# ruleid: authz-detail-view-unowned
class NoteViewSet(viewsets.ModelViewSet):
    queryset = Note.objects.all()
    serializer_class = NoteSerializer
    permission_classes = [IsAuthenticated]


# ok: authz-detail-view-unowned
class Mine(LoginRequiredMixin, UpdateView):
    model = Post

    def get_queryset(self):
        posts = Post.objects.filter(owner=self.request.user)
        return posts


# ok: authz-detail-view-unowned
class One(LoginRequiredMixin, UpdateView):
    model = Profile

    def get_object(self):
        mine = self.request.user.profile
        return mine


# ok: authz-detail-view-unowned
class Tested(LoginRequiredMixin, DeleteView):
    model = Post

    def test_func(self):
        owner = self.get_object().owner
        return self.owns(owner)


# ok: authz-detail-view-unowned
class Sent(LoginRequiredMixin, DeleteView):
    model = Post

    def dispatch(self, request):
        return own(request)


# ok: authz-detail-view-unowned
class Limited(LoginRequiredMixin, DeleteView):
    model = Post

    def rows(self):
        return Post.objects.filter(owner=self.request.user)


# ok: authz-detail-view-unowned
class Wares(LoginRequiredMixin, DetailView):
    model = Product


# ok: authz-detail-view-unowned
class Cities(viewsets.ModelViewSet):
    queryset = City.objects.all()
    permission_classes = [IsAuthenticated]

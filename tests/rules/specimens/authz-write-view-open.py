from rest_framework import generics, permissions, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.views import APIView


class Remove(generics.DestroyAPIView):
    queryset = None
    # ruleid: authz-write-view-open
    permission_classes = [AllowAny]


class Posts(viewsets.ModelViewSet):
    # ruleid: authz-write-view-open
    permission_classes = []


class Change(generics.RetrieveUpdateAPIView):
    # ruleid: authz-write-view-open
    permission_classes = (permissions.AllowAny,)


class Detail(APIView):
    # ruleid: authz-write-view-open
    permission_classes = []

    def delete(self, request, pk):
        return None


class Users(viewsets.GenericViewSet):
    # ruleid: authz-write-view-open
    @action(detail=True, methods=["post"], permission_classes=[])
    def promote(self, request, pk=None):
        user = self.get_object()
        user.is_staff = True
        user.save()

    # ok: authz-write-view-open
    @action(detail=True, permission_classes=[])
    def shows(self, request, pk=None):
        user = self.get_object()
        user.touch()


class Safe(viewsets.ModelViewSet):
    # ok: authz-write-view-open
    permission_classes = [IsAuthenticated]


class Reads(generics.ListAPIView):
    # ok: authz-write-view-open
    permission_classes = [AllowAny]


class Shows(APIView):
    # ok: authz-write-view-open
    permission_classes = []

    def get(self, request):
        return None


@api_view(["POST"])
# ruleid: authz-write-view-open
@permission_classes([permissions.AllowAny])
def publish(request, pk):
    course = Course.objects.get(pk=pk)
    course.published = True
    course.save()


@api_view(["DELETE"])
# ruleid: authz-write-view-open
@permission_classes([])
def remove(request, course_id):
    course = get_object_or_404(Course, id=course_id)
    course.delete()


@api_view(["POST"])
# ok: authz-write-view-open
@permission_classes([AllowAny])
def shows_only(request, pk):
    course = Course.objects.get(pk=pk)
    return Response(course.title)


@api_view(["POST"])
# ok: authz-write-view-open
@permission_classes([AllowAny])
def confirm(request, pk, token):
    user = get_object_or_404(Signup, pk=pk)
    if not tokens.check_token(user, token):
        return None
    user.active = True
    user.save()


@api_view(["POST"])
# ok: authz-write-view-open
@permission_classes([AllowAny])
def accept(request, pk, key):
    invitation = Invitation.objects.get(pk=pk, key=key)
    invitation.taken = True
    invitation.save()


@api_view(["POST"])
# ok: authz-write-view-open
@permission_classes([AllowAny])
def own(request, pk):
    course = Course.objects.get(pk=pk)
    if course.teacher != request.user:
        return None
    course.save()


@api_view(["POST"])
# ok: authz-write-view-open
@permission_classes([IsAuthenticated])
def closed(request, pk):
    course = Course.objects.get(pk=pk)
    course.save()


@api_view(["POST"])
# ok: authz-write-view-open
@permission_classes([AllowAny])
def counts(request, name):
    poll = Poll.objects.get(name=name)
    poll.save()

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

from rest_framework.decorators import permission_classes
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.views import APIView


# ruleid: auth-view-open
class Orders(APIView):
    permission_classes = [AllowAny]


# ruleid: auth-view-open
class Users(APIView):
    permission_classes = []


# ruleid: auth-view-open
@permission_classes([AllowAny])
def pay(request):
    return request.data


# ok: auth-view-open
class SafeOrders(APIView):
    permission_classes = [IsAuthenticated]


# ok: auth-view-open
class DefaultOrders(APIView):
    pass


# ok: auth-view-open
@permission_classes([IsAuthenticated])
def safe_pay(request):
    return request.data


# ruleid: auth-view-open
class c_1():
    pass
    permission_classes = [permissions.AllowAny]
    pass


# ruleid: auth-view-open
@permission_classes([])
def f_1():
    pass

from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from flask_wtf.csrf import CSRFProtect

csrf = CSRFProtect()


# ruleid: csrf-exempt
@csrf_exempt
def transfer(request):
    return request.user.pay(request.POST["to"])


# ruleid: csrf-exempt
@method_decorator(csrf_exempt, name="dispatch")
class Transfer(View):
    pass


# ruleid: csrf-exempt
@csrf.exempt
def flask_transfer():
    return "paid"


urlpatterns = [
    # ruleid: csrf-exempt
    csrf_exempt(Transfer.as_view()),
]


# ok: csrf-exempt
@csrf_protect
def safe(request):
    return request.user.pay(request.POST["to"])


# ok: csrf-exempt
@method_decorator(csrf_protect, name="dispatch")
class Safe(View):
    pass


# ok: csrf-exempt
def plain(request):
    return request.user.pay(request.POST["to"])


# ok: csrf-exempt
@csrf_exempt
def stripe_webhook(request):
    return check(request.headers["Stripe-Signature"], request.body)


# ok: csrf-exempt
@method_decorator(csrf_exempt, name="dispatch")
class TokenView(View):
    pass


# ok: csrf-exempt
@limiter.exempt  # noqa: F821
def unlimited():
    return "ok"


# ruleid: csrf-exempt
@csrf_exempt
class f_1():
    pass


# ruleid: csrf-exempt
@method_decorator(csrf_exempt)
def f_1():
    pass


# ruleid: csrf-exempt
@method_decorator([csrf_exempt])
class f_1():
    pass


# ruleid: csrf-exempt
csrf.exempt(v_1)


# ruleid: csrf-exempt
v_1.csrf_exempt = True


# ok: csrf-exempt
@method_decorator(csrf_exempt, name="dispatch")
class DeviceAuthorizationView(View):
    pass


# ok: csrf-exempt
@method_decorator(csrf_exempt, name="dispatch")
class UserInfoView(View):
    pass


# ruleid: csrf-exempt
@method_decorator(csrf_exempt, name="dispatch")
class DeviceView(View):
    pass

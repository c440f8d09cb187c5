from django.views.decorators.clickjacking import xframe_options_deny, xframe_options_exempt
from flask_talisman import Talisman


# ruleid: headers-framing-open
@xframe_options_exempt
def pay(request):
    return request


# ruleid: headers-framing-open
X_FRAME_OPTIONS = "ALLOWALL"


def flask_view(app, response):
    # ruleid: headers-framing-open
    Talisman(app, frame_options=None)
    # ok: headers-framing-open
    response.headers["X-Frame-Options"] = "DENY"
    return response


# ok: headers-framing-open
X_FRAME_OPTIONS = "SAMEORIGIN"


# ok: headers-framing-open
@xframe_options_deny
def safe_pay(request):
    return request


# ruleid: headers-framing-open
@method_decorator(xframe_options_exempt)
class c_1():
    pass


# ruleid: headers-framing-open
r_1["X-Frame-Options"] = "allowall"


# ruleid: headers-framing-open
r_1.xframe_options_exempt = True


def allowed(response):
    # ruleid: headers-framing-open
    response.headers["X-Frame-Options"] = "ALLOWALL"

import ipaddress

from flask import request


def flask_view():
    address = request.headers.get("X-Forwarded-For").split(",")[0]
    # ruleid: authz-address-list
    if address in ALLOWED_IPS:
        return 1
    # ruleid: authz-address-list
    if request.headers["X-Real-IP"] not in TRUSTED:
        return 2


def django_view(request, internal_networks):
    address = request.META.get("HTTP_X_FORWARDED_FOR")
    # ruleid: authz-address-list
    if ipaddress.ip_address(address) in internal_networks:
        return 1
    # ruleid: authz-address-list
    if request.META["HTTP_X_REAL_IP"] in settings.LOCAL_ADDRESSES:
        return 2
    # ok: authz-address-list
    if request.META["REMOTE_ADDR"] in ALLOWED_IPS:
        return 3
    # ok: authz-address-list
    if request.remote_addr in TRUSTED:
        return 4
    # ok: authz-address-list
    if request.headers.get("Accept-Language") in ALLOWED:
        return 5

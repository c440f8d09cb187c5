from django.core.cache import cache
from django.core.mail import EmailMessage
from django.http import HttpResponseRedirect
from fastapi.responses import RedirectResponse
from flask import redirect, request
from flask_mail import Message


def django_view(request, token, mailer):
    link = "https://" + request.get_host() + "/reset/" + token
    # ruleid: host-header-in-link
    send_mail("reset", link, "a@example.com", ["b@example.com"])
    # ruleid: host-header-in-link
    mailer.send_mail("reset", link)
    # ruleid: host-header-in-link
    EmailMessage("reset", f"go to {link}")
    # ruleid: host-header-in-link
    cache.set("link", link)
    # ruleid: host-header-in-link
    cache.set("host", request.META["HTTP_HOST"])
    # ruleid: host-header-in-link
    return HttpResponseRedirect("https://" + request.META.get("HTTP_HOST", ""))


def flask_view():
    # ruleid: host-header-in-link
    redirect("https://" + request.host + "/login")
    # ruleid: host-header-in-link
    redirect(request.host_url + "login")
    # ruleid: host-header-in-link
    redirect(request.url_root + "login")
    # ruleid: host-header-in-link
    Message("reset", body=request.headers["Host"])
    # ruleid: host-header-in-link
    return Message("reset", html="<a href='%s'>" % request.headers.get("X-Forwarded-Host"))


async def starlette_view(request):
    # ruleid: host-header-in-link
    return RedirectResponse("https://" + request.headers["host"])


def safe(request, token):
    # ok: host-header-in-link
    send_mail("reset", "https://example.com/reset/" + token, "a@example.com", [])
    host = request.get_host()
    if host not in HOSTS:
        return None
    # ok: host-header-in-link
    cache.set("host", host)
    # ok: host-header-in-link
    redirect("/login")
    # ok: host-header-in-link
    return HttpResponseRedirect(settings.BASE_URL + "/x")


def allowed(request):
    host = request.get_host()
    if host in HOSTS:
        # ok: host-header-in-link
        cache.set("host", host)


def compared(request):
    host = request.get_host()
    if host == "example.com":
        # ok: host-header-in-link
        cache.set("host", host)


def refused(request):
    host = request.get_host()
    if host != "example.com":
        return None
    # ok: host-header-in-link
    return cache.set("host", host)

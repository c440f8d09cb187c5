from django.conf import settings
from flask import request as flask_request


def flask_forgot(mail, user, token):
    link = f"https://{flask_request.host}/reset/{token}"
    # ruleid: reset-link-host
    return mail.send_message("Reset", recipients=[user.email], body=link)


def django_password_reset(request, send_mail, user, token):
    host = request.META["HTTP_HOST"]
    # ruleid: reset-link-host
    send_mail("Reset", f"https://{host}/reset/{token}", None, [user.email])


async def api_reset(request, send_reset_email, user, token):
    # ruleid: reset-link-host
    send_reset_email(user.email, f"https://{request.headers['host']}/reset/{token}")


def flask_forgot_safely(app, mail, user, token):
    link = f"{app.config['PUBLIC_URL']}/reset/{token}"
    # ok: reset-link-host
    return mail.send_message("Reset", recipients=[user.email], body=link)


def django_password_reset_safely(request, send_mail, user, token):
    # ok: reset-link-host
    send_mail("Reset", f"{settings.PUBLIC_URL}/reset/{token}", None, [user.email])


def reset_page(render):
    # ok: reset-link-host
    return render("reset.html", host=flask_request.host)


def forgot_password(request):
    link = request.headers["Host"] + "/reset"
    # ruleid: reset-link-host
    mailer.send_mail(link)
    # ruleid: reset-link-host
    server.send_message(link)
    # ruleid: reset-link-host
    server.sendmail(link)
    # ruleid: reset-link-host
    EmailMessage(link)

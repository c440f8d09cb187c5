def login(response, token):
    # ruleid: cookie-samesite-missing
    response.set_cookie("session", token, secure=True, httponly=True)


def django_login(response, user):
    # ruleid: cookie-samesite-missing
    response.set_signed_cookie("user_id", user.pk, secure=True)


async def api_login(response, token):
    # ruleid: cookie-samesite-missing
    response.set_cookie(key="access_token", value=token, secure=True)


def good(response, token, options):
    # ok: cookie-samesite-missing
    response.set_cookie("session", token, secure=True, samesite="Lax")
    # ok: cookie-samesite-missing
    response.set_cookie("theme", "dark")
    # ok: cookie-samesite-missing
    response.set_cookie("session", token, **options)
    # ok: cookie-samesite-missing
    response.set_cookie("session", "", secure=True)

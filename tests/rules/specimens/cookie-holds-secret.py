def login(response, request):
    # ruleid: cookie-holds-secret
    response.set_cookie("password", request.form["password"], secure=True)


def django_login(response, user):
    # ruleid: cookie-holds-secret
    response.set_cookie("who", user.password, secure=True)


async def api_login(response, card):
    # ruleid: cookie-holds-secret
    response.set_cookie(key="card_number", value=card, secure=True)


def good(response, session_id, password_changed_at):
    # ok: cookie-holds-secret
    response.set_cookie("session", session_id, secure=True)
    # ok: cookie-holds-secret
    response.set_cookie("password_changed", password_changed_at, secure=True)
    # ok: cookie-holds-secret
    response.delete_cookie("password")


# ruleid: cookie-holds-secret
r_1.cookies["pwd"] = pwd


# ruleid: cookie-holds-secret
r_1.set_cookie(value=pwd)


def more(r):
    # ruleid: cookie-holds-secret
    r.set_cookie("password", value=x)

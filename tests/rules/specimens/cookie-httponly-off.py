from fastapi import Response
from flask import Flask, make_response

app = Flask(__name__)
# ruleid: cookie-httponly-off
app.config["SESSION_COOKIE_HTTPONLY"] = False
# ruleid: cookie-httponly-off
SESSION_COOKIE_HTTPONLY = False


@app.post("/login")
def login(token):
    response = make_response("welcome")
    # ruleid: cookie-httponly-off
    response.set_cookie("session_id", token, secure=True)
    return response


async def api_login(response: Response, token: str):
    # ruleid: cookie-httponly-off
    response.set_cookie(key="access_token", value=token, httponly=False)


# ok: cookie-httponly-off
SESSION_COOKIE_HTTPONLY = True


async def api_login_safely(response: Response, token: str):
    # ok: cookie-httponly-off
    response.set_cookie(key="access_token", value=token, httponly=True)
    # ok: cookie-httponly-off
    response.set_cookie(key="theme", value="dark")
    # ok: cookie-httponly-off
    response.set_cookie("csrf_token", token, secure=True)


# ruleid: cookie-httponly-off
r_1.set_cookie(key="jwt")


# ruleid: cookie-httponly-off
r_1.set_signed_cookie("jwt")


# ruleid: cookie-httponly-off
r_1.set_signed_cookie(httponly=False)


# ruleid: cookie-httponly-off
c_1.config.update(SESSION_COOKIE_HTTPONLY=False)


# ruleid: cookie-httponly-off
c_1.config.from_mapping(SESSION_COOKIE_HTTPONLY=False)


# ruleid: cookie-httponly-off
c_1.update({"SESSION_COOKIE_HTTPONLY":False})


def fine(r):
    # ok: cookie-httponly-off
    r.set_cookie("sessionid", x, **options)
    # ok: cookie-httponly-off
    r.set_cookie("sessionid", "")
    # ok: cookie-httponly-off
    r.set_cookie("sessionid", x, max_age=0)
    # ok: cookie-httponly-off
    r.set_cookie("sessionid", x, httponly=HTTP)
    # ok: cookie-httponly-off
    r.set_signed_cookie("sessionid", x, httponly=True)

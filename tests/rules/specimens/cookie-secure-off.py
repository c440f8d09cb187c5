from fastapi import FastAPI
from flask import Flask, make_response
from starlette.middleware.sessions import SessionMiddleware

app = Flask(__name__)
api = FastAPI()
# ruleid: cookie-secure-off
app.config["SESSION_COOKIE_SECURE"] = False
# ruleid: cookie-secure-off
app.config.update(SESSION_COOKIE_SECURE=False, DEBUG=False)
# ruleid: cookie-secure-off
CSRF_COOKIE_SECURE = False
# ruleid: cookie-secure-off
api.add_middleware(SessionMiddleware, secret_key=app.secret_key)


@app.post("/login")
def login(token):
    response = make_response("welcome")
    # ruleid: cookie-secure-off
    response.set_cookie("token", token, httponly=True)
    return response


def django_login(request, HttpResponse, token):
    response = HttpResponse("welcome")
    # ruleid: cookie-secure-off
    response.set_cookie("token", token, secure=False)
    return response


# ok: cookie-secure-off
app.config["SESSION_COOKIE_SECURE"] = True
# ok: cookie-secure-off
SESSION_COOKIE_SECURE = True
# ok: cookie-secure-off
api.add_middleware(SessionMiddleware, secret_key=app.secret_key, https_only=True)


@app.post("/in")
def login_safely(token, options):
    response = make_response("welcome")
    # ok: cookie-secure-off
    response.set_cookie("token", token, secure=True, httponly=True)
    # ok: cookie-secure-off
    response.set_cookie("token", token, **options)
    # ok: cookie-secure-off
    response.set_cookie("token", token, secure=app.config["HTTPS"])
    # ok: cookie-secure-off
    response.set_cookie("theme", "dark")
    # ok: cookie-secure-off
    response.set_cookie("token", "", max_age=0)
    return response


def test_login(client):
    # ok: cookie-secure-off
    client.set_cookie("token", "x")


# ruleid: cookie-secure-off
c_1.config.from_mapping(REMEMBER_COOKIE_SECURE=False)


# ruleid: cookie-secure-off
c_1.update({"REMEMBER_COOKIE_SECURE":False})


# ruleid: cookie-secure-off
starlette.middleware.sessions.SessionMiddleware(https_only=False)


# ruleid: cookie-secure-off
a_1.add_middleware(SessionMiddleware, https_only=False)


# ruleid: cookie-secure-off
aiohttp_session.cookie_storage.EncryptedCookieStorage()


# ruleid: cookie-secure-off
aiohttp_session.cookie_storage.EncryptedCookieStorage()


# ruleid: cookie-secure-off
EncryptedCookieStorage()


def more(r):
    # ruleid: cookie-secure-off
    r.set_signed_cookie("sid", x)
    # ok: cookie-secure-off
    r.set_signed_cookie("sid", x, secure=True)
    # ruleid: cookie-secure-off
    r.set_signed_cookie("sid", x, secure=False)
    # ok: cookie-secure-off
    r.set_cookie("sid", x, max_age=0)
    # ok: cookie-secure-off
    r.set_cookie("sid", x, expires=0)
    # ok: cookie-secure-off
    r.set_cookie("sid", "")
    # ruleid: cookie-secure-off
    r.set_cookie(key="sid", value=x)
    # ok: cookie-secure-off
    r.set_cookie("sid", None, path="/")


def keep(self, r):
    from http.cookies import SimpleCookie

    # ok: cookie-secure-off
    self.set_cookie(SimpleCookie(r.headers["set-cookie"]), r)
    # ruleid: cookie-secure-off
    self.set_cookie("session", r)

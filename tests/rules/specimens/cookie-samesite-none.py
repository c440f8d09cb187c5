from fastapi import FastAPI, Response
from flask import Flask
from starlette.middleware.sessions import SessionMiddleware

app = Flask(__name__)
api = FastAPI()
# ruleid: cookie-samesite-none
app.config["SESSION_COOKIE_SAMESITE"] = "None"
# ruleid: cookie-samesite-none
SESSION_COOKIE_SAMESITE = None
# ruleid: cookie-samesite-none
api.add_middleware(SessionMiddleware, secret_key=app.secret_key, same_site="none")


def login(response: Response, token: str):
    # ruleid: cookie-samesite-none
    response.set_cookie("token", token, samesite="none", secure=True)


# ok: cookie-samesite-none
app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
# ok: cookie-samesite-none
SESSION_COOKIE_SAMESITE = "Strict"


def login_safely(response: Response, token: str):
    # ok: cookie-samesite-none
    response.set_cookie("token", token, samesite="lax", secure=True)
    # ok: cookie-samesite-none
    response.set_cookie("token", token, secure=True)


# ruleid: cookie-samesite-none
r_1.set_signed_cookie(samesite="none")


# ruleid: cookie-samesite-none
SESSION_COOKIE_SAMESITE = "none"


# ruleid: cookie-samesite-none
CSRF_COOKIE_SAMESITE = "none"


# ruleid: cookie-samesite-none
c_1.config.update(SESSION_COOKIE_SAMESITE="none")


# ruleid: cookie-samesite-none
SessionMiddleware(same_site="none")


# ruleid: cookie-samesite-none
r_1.set_cookie(samesite=None)


# ruleid: cookie-samesite-none
SESSION_COOKIE_SAMESITE = False


# ruleid: cookie-samesite-none
c_1["SESSION_COOKIE_SAMESITE"] = None


# ruleid: cookie-samesite-none
CSRF_COOKIE_SAMESITE = None

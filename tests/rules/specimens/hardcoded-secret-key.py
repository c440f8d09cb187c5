import os

from fastapi import FastAPI
from flask import Flask
from starlette.middleware.sessions import SessionMiddleware

app = Flask(__name__)
api = FastAPI()
# ruleid: hardcoded-secret-key
app.secret_key = "example-not-a-secret"
# ruleid: hardcoded-secret-key
app.config["SECRET_KEY"] = "example-not-a-secret"
# ruleid: hardcoded-secret-key
app.config.update(DEBUG=False, SECRET_KEY="example-not-a-secret")
# ruleid: hardcoded-secret-key
SECRET_KEY = "example-not-a-secret"
# ruleid: hardcoded-secret-key
api.add_middleware(SessionMiddleware, secret_key="example-not-a-secret", https_only=True)

# ok: hardcoded-secret-key
app.secret_key = os.environ["SECRET_KEY"]
# ok: hardcoded-secret-key
app.config["SECRET_KEY"] = os.urandom(32)
# ok: hardcoded-secret-key
app.config["APPLICATION_ROOT"] = "/shop"
# ok: hardcoded-secret-key
SECRET_KEY = os.environ["SECRET_KEY"]
# ok: hardcoded-secret-key
app.config.update(SECRET_KEY=os.environ["SECRET_KEY"], SESSION_COOKIE_NAME="webshop")
# ok: hardcoded-secret-key
SECRET_KEY_FILE = "/run/secrets/key"
# ok: hardcoded-secret-key
JWT_SECRET = ""


class TestConfig:
    # ok: hardcoded-secret-key
    SECRET_KEY = "example-for-tests"


# ruleid: hardcoded-secret-key
a_1.config.update(JWT_SECRET_KEY="aa")


# ruleid: hardcoded-secret-key
a_1.config.from_mapping(SECRET_KEY="aa")


# ruleid: hardcoded-secret-key
a_1.config.update({"SECRET_KEY": "aa"})


# ruleid: hardcoded-secret-key
SessionMiddleware(secret_key="aa")


# ruleid: hardcoded-secret-key
tornado.web.Application(cookie_secret="aa")


# ruleid: hardcoded-secret-key
EncryptedCookieStorage("aa")


# ruleid: hardcoded-secret-key
JWTStrategy(secret="aa")

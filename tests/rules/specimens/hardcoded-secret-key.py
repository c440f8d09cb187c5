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


class Settings(BaseSettings):
    # ruleid: hardcoded-secret-key
    secret_key: str = "change-me-in-production"
    # ruleid: hardcoded-secret-key
    jwt_secret: str = "9f8a7b6c5d"
    # ok: hardcoded-secret-key
    signing_key: str = "SIGNING_KEY"
    # ok: hardcoded-secret-key
    secret_name: str = "change-me-in-production"
    # ruleid: hardcoded-secret-key
    ENCRYPTION_KEY: str = "9f8a7b6c5d9f8a7b"


# ruleid: hardcoded-secret-key
SIGNING_KEY = b"9f8a7b6c5d9f8a7b"
# ruleid: hardcoded-secret-key
app.config["JWT_SECRET"] = "9f8a7b6c5d9f8a7b"
# ruleid: hardcoded-secret-key
app.config["WTF_CSRF_SECRET_KEY"] = "9f8a7b6c5d9f8a7b"
# ruleid: hardcoded-secret-key
app.config["SECURITY_PASSWORD_SALT"] = "9f8a7b6c5d9f8a7b"
# ruleid: hardcoded-secret-key
EncryptedCookieStorage(b"0123456789abcdef0123456789abcdef")


Starlette(middleware=[
    # ruleid: hardcoded-secret-key
    Middleware(SessionMiddleware, secret_key="b1946ac92492d234"),
    # ok: hardcoded-secret-key
    Middleware(SessionMiddleware, secret_key=os.environ["SESSION_KEY"]),
])


# ruleid: hardcoded-secret-key
app.config["JWT_SECRET_KEY"] = "b1946ac92492d234"
# ruleid: hardcoded-secret-key
APP_SECRET: str = "b1946ac92492d234"

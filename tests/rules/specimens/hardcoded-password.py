import os
from enum import Enum

# ruleid: hardcoded-password
password = "example-1"
# ruleid: hardcoded-password
DB_PASSWORD = "example-1"
# ruleid: hardcoded-password
config = {}; config["db_password"] = "example-1"


# ruleid: hardcoded-password
def connect(host, user="shop", password="example-1"):
    return host, user, password


class Settings:
    # ruleid: hardcoded-password
    smtp_password: str = "example-1"


# ok: hardcoded-password
password = os.environ["PASSWORD"]
# ok: hardcoded-password
password = ""
# ok: hardcoded-password
PASSWORD_FIELD = "user[name]"
# ok: hardcoded-password
password = "user_password"
# ok: hardcoded-password
reset_password = "auth/reset.html"
# ok: hardcoded-password
password = "Type the word again"
# ok: hardcoded-password
test_password = "example-1"


class Kind(Enum):
    # ok: hardcoded-password
    PASSWORD = "kind-of-secret"


def test_login():
    # ok: hardcoded-password
    password = "example-1"
    return password


class Words(Enum):
    # ok: hardcoded-password
    password = "k3yb0ard"


class OtherWords(enum.Enum):
    # ok: hardcoded-password
    password = "k3yb0ard"


class LoginTest:
    # ok: hardcoded-password
    password = "k3yb0ard"


# ruleid: hardcoded-password
def annotated(password: str = "k3yb0ard"):
    # ruleid: hardcoded-password
    db_password: str = "k3yb0ard"


# ok: hardcoded-password
def as_every_broker_begins(login: str = "guest", password: str = "guest"):
    # ruleid: hardcoded-password
    broker_password: str = "guest4711"


# ruleid: hardcoded-password
SIGN_IN = {"user": "admin", "password": "hunter2hunter"}
# ruleid: hardcoded-password
AWS = {"aws_access_key_id": ident(), "aws_secret_access_key": "wJalrXUtnFEMIK7MDENGbPxRfiCYzEXAMPLEKEY1"}
# ok: hardcoded-password
LABELS = {"title": "Sign in", "password": "hunter2hunter"}
# ok: hardcoded-password
FIELDS = {"username": "name", "password": "password"}

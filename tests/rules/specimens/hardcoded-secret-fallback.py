import os

from decouple import config
from flask import Flask

app = Flask(__name__)
# ruleid: hardcoded-secret-fallback
app.secret_key = os.environ.get("SECRET_KEY", "example-dev-key")
# ruleid: hardcoded-secret-fallback
SECRET_KEY = config("DJANGO_SECRET_KEY", default="example-dev-key")
# ruleid: hardcoded-secret-fallback
PASSWORD = os.getenv("DB_PASSWORD") or "example"
# ok: hardcoded-secret-fallback
app.secret_key = os.environ["SECRET_KEY"]
# ok: hardcoded-secret-fallback
HOST = os.environ.get("DB_HOST", "localhost")
# ok: hardcoded-secret-fallback
PASSWORD = os.environ.get("DB_PASSWORD", "")
# ok: hardcoded-secret-fallback
TOKEN = os.getenv("AUTH_TOKEN", None)


# ruleid: hardcoded-secret-fallback
os.getenv("PASSWORD", "aa")


# ruleid: hardcoded-secret-fallback
os.environ.setdefault("PASSWORD", "aa")


# ruleid: hardcoded-secret-fallback
os.environ.get("PASSWORD") or "aa"


# ruleid: hardcoded-secret-fallback
env("PASSWORD", default="aa")


# ruleid: hardcoded-secret-fallback
env.str("PASSWORD", default="aa")


# ruleid: hardcoded-secret-fallback
env.str("PASSWORD", "aa")


# ruleid: hardcoded-secret-fallback
environ.get("PASSWORD", "aa")

import os

from flask import Flask
from flask_wtf import FlaskForm

app = Flask(__name__)
# ruleid: csrf-off
app.config["WTF_CSRF_ENABLED"] = False
# ruleid: csrf-off
app.config.update(WTF_CSRF_CHECK_DEFAULT=False)


class Config:
    # ruleid: csrf-off
    WTF_CSRF_ENABLED = False


# ruleid: csrf-off
class PayForm(FlaskForm):
    class Meta:
        csrf = False


def view():
    # ruleid: csrf-off
    return PayForm(meta={"csrf": False})


class TestConfig(Config):
    TESTING = True
    # ok: csrf-off
    WTF_CSRF_ENABLED = False


def test_form():
    # ok: csrf-off
    app.config["WTF_CSRF_ENABLED"] = False


# ok: csrf-off
app.config["WTF_CSRF_ENABLED"] = True
# ok: csrf-off
app.config["WTF_CSRF_ENABLED"] = "CI" not in os.environ


# ok: csrf-off
class SafeForm(FlaskForm):
    class Meta:
        csrf = True


# ruleid: csrf-off
c_1.config.from_mapping(WTF_CSRF_CHECK_DEFAULT=False)


# ruleid: csrf-off
c_1.update({"WTF_CSRF_CHECK_DEFAULT":False})


def another_3(name):
    # ruleid: csrf-off
    f_1(csrf_enabled=False)

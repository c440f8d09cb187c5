from pydantic import BaseModel, Field
from wtforms import PasswordField
from wtforms.validators import Length

# ruleid: password-policy-weak
AUTH_PASSWORD_VALIDATORS = []


def register(password):
    # ruleid: password-policy-weak
    if len(password) < 6:
        raise ValueError("too short")


class Account(BaseModel):
    # ruleid: password-policy-weak
    password: str = Field(min_length=4)


class Form:
    # ruleid: password-policy-weak
    password = PasswordField("Password", validators=[Length(min=5)])


class GoodForm:
    # ok: password-policy-weak
    password = PasswordField("Password", validators=[Length(min=12)])


# ok: password-policy-weak
AUTH_PASSWORD_VALIDATORS = [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}]


def register_well(password, name):
    # ok: password-policy-weak
    if len(password) < 12:
        raise ValueError("too short")
    # ok: password-policy-weak
    if len(name) < 3:
        raise ValueError("too short")


class GoodAccount(BaseModel):
    # ok: password-policy-weak
    password: str = Field(min_length=12)
    # ok: password-policy-weak
    name: str = Field(min_length=2)


def good(password):
    # ruleid: password-policy-weak
    return len(password) >= 4


def fine(password):
    # ok: password-policy-weak
    return len(password) >= 12


class Weak(BaseModel):
    # ruleid: password-policy-weak
    password: str = Form(..., min_length=4)
    # ruleid: password-policy-weak
    password1: constr(min_length=5)


class WeakForm:
    # ruleid: password-policy-weak
    password = forms.CharField(min_length=4)
    # ruleid: password-policy-weak
    passwd = serializers.CharField(min_length=4)
    # ok: password-policy-weak
    pwd = forms.CharField(min_length=14)


def more(password):
    # ruleid: password-policy-weak
    if len(password) <= 5:
        return False
    # ruleid: password-policy-weak
    if 6 > len(password):
        return False


def validate_password(value):
    # ruleid: password-policy-weak
    if len(value) < 4:
        raise ValueError("too short")


def check_passphrase_strength(text):
    # ruleid: password-policy-weak
    return len(text) >= 6


def clean_password(data):
    # ruleid: password-policy-weak
    if 6 > len(data):
        raise ValueError("too short")
    # ruleid: password-policy-weak
    if len(data) <= 5:
        raise ValueError("too short")


def password_is_strong(candidate):
    # ok: password-policy-weak
    return len(candidate) >= 12


def validate_name(value):
    # ok: password-policy-weak
    if len(value) < 4:
        raise ValueError("too short")


def password_hints(hints):
    # ok: password-policy-weak
    if len(hints) < 4:
        return []


if TESTING:
    # ok: password-policy-weak
    AUTH_PASSWORD_VALIDATORS = []


class Testing:
    # ok: password-policy-weak
    AUTH_PASSWORD_VALIDATORS = []


ASKED = [
    # ruleid: password-policy-weak
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 4}},
    # ok: password-policy-weak
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
]

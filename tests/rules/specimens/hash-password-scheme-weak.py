import os
import sys

from django.contrib.auth.hashers import make_password
from passlib.context import CryptContext
from passlib.hash import argon2, md5_crypt
from werkzeug.security import generate_password_hash

# ruleid: hash-password-scheme-weak
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# ruleid: hash-password-scheme-weak
contexts = CryptContext(schemes=["plaintext"], deprecated="auto")


def weak(password):
    # ruleid: hash-password-scheme-weak
    a = generate_password_hash(password, method="pbkdf2:sha1")
    # ruleid: hash-password-scheme-weak
    b = make_password(password, hasher="unsalted_md5")
    # ruleid: hash-password-scheme-weak
    c = md5_crypt.hash(password)
    return a, b, c


if "test" in sys.argv:
    # ok: hash-password-scheme-weak
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# ok: hash-password-scheme-weak
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.MD5PasswordHasher",
]
# ok: hash-password-scheme-weak
good = CryptContext(schemes=["argon2", "md5_crypt"], deprecated="auto")


def strong(password):
    # ok: hash-password-scheme-weak
    a = generate_password_hash(password, method="scrypt")
    # ok: hash-password-scheme-weak
    b = make_password(password)
    # ok: hash-password-scheme-weak
    c = argon2.hash(password)
    # ok: hash-password-scheme-weak
    d = make_password(password, hasher=os.environ.get("HASHER", "default"))
    return a, b, c, d


# ruleid: hash-password-scheme-weak
CryptContext(["md5_crypt"])


# ruleid: hash-password-scheme-weak
generate_password_hash(p_1, "sha1")


# ruleid: hash-password-scheme-weak
django.contrib.auth.hashers.make_password(p_1, md5_crypt, "sha1")


# ruleid: hash-password-scheme-weak
crypt.crypt()

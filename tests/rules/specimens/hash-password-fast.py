import hashlib

from django.contrib.auth.hashers import make_password
from fastapi import FastAPI
from flask import request
from werkzeug.security import generate_password_hash

app = FastAPI()


def register(user, password):
    # ruleid: hash-password-fast
    user.hash = hashlib.sha256(password.encode()).hexdigest()


def login():
    # ruleid: hash-password-fast
    digest = hashlib.md5(request.form["password"].encode("utf-8")).hexdigest()
    return digest


def django_view(request, salt):
    # ruleid: hash-password-fast
    return hashlib.sha512(salt + request.POST["password"].encode())


@app.post("/register")
def api_register(body: dict):
    # ruleid: hash-password-fast
    h = hashlib.sha1()
    h.update(body["password"].encode())
    # ruleid: hash-password-fast
    return hashlib.new("sha256", body.password.encode()).hexdigest()


def better(password, salt, token, data):
    # ok: hash-password-fast
    a = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 600_000)
    # ok: hash-password-fast
    b = generate_password_hash(password)
    # ok: hash-password-fast
    c = make_password(password)
    # ok: hash-password-fast
    d = hashlib.sha256(token.encode()).hexdigest()
    # ok: hash-password-fast
    e = hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1)
    # ok: hash-password-fast
    f = hashlib.sha256(data).hexdigest()
    return a, b, c, d, e, f


def pwned(password_list_file):
    # ok: hash-password-fast
    return hashlib.sha256(password_list_file).hexdigest()


# ruleid: hash-password-fast
Crypto.Hash.sha1.new(passphrase)


def short(self, pw):
    # ruleid: hash-password-fast
    self.digest = hashlib.sha512(pw.encode("utf8")).hexdigest()
    # ok: hash-password-fast
    hmac.new(KEY, hashlib.sha256(pw.encode()).digest())
    # ok: hash-password-fast
    hashlib.pbkdf2_hmac("sha256", hashlib.sha256(pw.encode()).digest(), SALT, 600000)
    # ok: hash-password-fast
    bcrypt.hashpw(hashlib.sha256(pw.encode()).digest(), SALT)


def of_a_number(pin_code, number):
    # ruleid: hash-password-fast
    one = hashlib.sha512(pin_code.encode()).hexdigest()
    # ruleid: hash-password-fast
    two = hashlib.sha256(self.passcode.encode()).hexdigest()
    # ok: hash-password-fast
    three = hashlib.sha256(number.encode()).hexdigest()
    return one, two, three

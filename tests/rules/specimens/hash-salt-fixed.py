import hashlib
import os

import bcrypt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from django.contrib.auth.hashers import make_password

SALT = b"example-salt"


def weak(password):
    # ruleid: hash-salt-fixed
    a = hashlib.pbkdf2_hmac("sha256", password, b"example-salt", 600_000)
    # ruleid: hash-salt-fixed
    b = hashlib.pbkdf2_hmac("sha256", password, SALT, 600_000)
    # ruleid: hash-salt-fixed
    c = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=b"salt_", iterations=600_000)
    # ruleid: hash-salt-fixed
    d = make_password(password, salt="pepper")
    # ruleid: hash-salt-fixed
    e = bcrypt.hashpw(password, b"$2b$12$exampleexampleexampleee")
    return a, b, c, d, e


def strong(password, user):
    salt = os.urandom(16)
    # ok: hash-salt-fixed
    a = hashlib.pbkdf2_hmac("sha256", password, salt, 600_000)
    # ok: hash-salt-fixed
    b = bcrypt.hashpw(password, bcrypt.gensalt())
    # ok: hash-salt-fixed
    c = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=user.salt, iterations=600_000)
    # ok: hash-salt-fixed
    d = make_password(password)
    return a, b, c, d


def stored(password, row, store):
    # ok: hash-salt-fixed
    a = hashlib.pbkdf2_hmac("sha256", password, row["salt"], 600_000)
    # ok: hash-salt-fixed
    return a, hashlib.pbkdf2_hmac("sha256", password, store.get("salt"), 600_000)


def more(p):
    import bcrypt
    import hashlib
    from Crypto.Protocol import KDF
    # ruleid: hash-salt-fixed
    hashlib.pbkdf2_hmac("sha256", p, salt=b"fixed-salt", iterations=600000)
    # ruleid: hash-salt-fixed
    hashlib.scrypt(p, salt=b"fixed-salt", n=16384, r=8, p=1)
    # ruleid: hash-salt-fixed
    KDF.PBKDF2(p, b"fixed-salt")
    # ruleid: hash-salt-fixed
    KDF.scrypt(p, b"fixed-salt")
    # ruleid: hash-salt-fixed
    bcrypt.kdf(p, salt=b"fixed-salt")
    # ruleid: hash-salt-fixed
    Scrypt(length=32, salt=b"fixed-salt")
    # ruleid: hash-salt-fixed
    Argon2id(length=32, salt=b"fixed-salt")
    # ruleid: hash-salt-fixed
    make_password(p, "fixed-salt")


def by_position(password):
    # ruleid: hash-salt-fixed
    cryptography.hazmat.primitives.kdf.pbkdf2.PBKDF2HMAC(SHA256(), 32, b"fixed salt", 600000)
    # ruleid: hash-salt-fixed
    crypt.crypt(password, "ab")


def of_the_user(password, salt):
    # ok: hash-salt-fixed
    return hashlib.pbkdf2_hmac("sha256", password, salt.encode("utf8"), 600_000)

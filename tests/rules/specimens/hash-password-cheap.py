import hashlib
import os

import bcrypt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

ROUNDS = 1000


def weak(password, salt):
    # ruleid: hash-password-cheap
    a = hashlib.pbkdf2_hmac("sha256", password, salt, 1000)
    # ruleid: hash-password-cheap
    b = hashlib.pbkdf2_hmac("sha256", password, salt, ROUNDS)
    # ruleid: hash-password-cheap
    c = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=salt, iterations=5_000)
    # ruleid: hash-password-cheap
    d = bcrypt.hashpw(password, bcrypt.gensalt(rounds=4))
    # ruleid: hash-password-cheap
    e = hashlib.scrypt(password, salt=salt, n=1024, r=8, p=1)
    return a, b, c, d, e


def strong(password, salt):
    # ok: hash-password-cheap
    a = hashlib.pbkdf2_hmac("sha256", password, salt, 600_000)
    # ok: hash-password-cheap
    b = hashlib.pbkdf2_hmac("sha256", password, salt, int(os.environ["ROUNDS"]))
    # ok: hash-password-cheap
    c = bcrypt.hashpw(password, bcrypt.gensalt())
    # ok: hash-password-cheap
    d = bcrypt.gensalt(rounds=12)
    # ok: hash-password-cheap
    e = hashlib.scrypt(password, salt=salt, n=16384, r=8, p=1)
    return a, b, c, d, e


def more(p):
    from passlib.hash import bcrypt
    # ruleid: hash-password-cheap
    bcrypt.using(rounds=5)
    # ruleid: hash-password-cheap
    CryptContext(schemes=["bcrypt"], bcrypt__rounds=5)


# ruleid: hash-password-cheap
class Cheap(PBKDF2PasswordHasher):
    iterations = 10


def keywords(p, s):
    import hashlib
    import bcrypt
    from Crypto.Protocol import KDF
    # ruleid: hash-password-cheap
    hashlib.pbkdf2_hmac("sha256", p, s, iterations=1000)
    # ruleid: hash-password-cheap
    KDF.PBKDF2(p, s, count=1000)
    # ruleid: hash-password-cheap
    KDF.PBKDF2(p, s, 16, 1000)
    # ruleid: hash-password-cheap
    pbkdf2_sha256.using(rounds=1000)
    # ruleid: hash-password-cheap
    bcrypt.gensalt(4)


def by_position(password, salt):
    # ruleid: hash-password-cheap
    cryptography.hazmat.primitives.kdf.pbkdf2.PBKDF2HMAC(SHA256(), 32, salt, 1000)
    # ruleid: hash-password-cheap
    django.utils.crypto.pbkdf2(password, salt, 1000)
    # ruleid: hash-password-cheap
    cryptography.hazmat.primitives.kdf.scrypt.Scrypt(salt=salt, length=32, n=1024, r=8, p=1)

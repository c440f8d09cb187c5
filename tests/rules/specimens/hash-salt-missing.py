import hashlib
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from werkzeug.security import generate_password_hash


def weak(password, stored):
    # ruleid: hash-salt-missing
    a = hashlib.pbkdf2_hmac("sha256", password.encode(), b"", 600_000)
    # ruleid: hash-salt-missing
    b = hashlib.scrypt(password.encode(), salt=b"", n=16384, r=8, p=1)
    # ruleid: hash-salt-missing
    c = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=b"", iterations=600_000)
    # ruleid: hash-salt-missing
    return a, b, c, hashlib.sha256(password.encode()).hexdigest() == stored


def strong(password, salt, token, stored):
    # ok: hash-salt-missing
    a = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 600_000)
    # ok: hash-salt-missing
    b = hashlib.scrypt(password.encode(), salt=os.urandom(16), n=16384, r=8, p=1)
    # ok: hash-salt-missing
    c = generate_password_hash(password, salt_length=16)
    # ok: hash-salt-missing
    return a, b, c, hashlib.sha256(token.encode()).hexdigest() == stored


# ruleid: hash-salt-missing
hashlib.pbkdf2_hmac(salt=b"")


# ruleid: hash-salt-missing
hashlib.pbkdf2_hmac(a_1, password, "".encode())


# ruleid: hash-salt-missing
Scrypt(salt=b"")


# ruleid: hash-salt-missing
Crypto.Protocol.KDF.PBKDF2(password, b"")


# ruleid: hash-salt-missing
Crypto.Protocol.KDF.scrypt(password, b"")


# ruleid: hash-salt-missing
make_password(salt="")


# ruleid: hash-salt-missing
generate_password_hash(salt_length=0)


# ruleid: hash-salt-missing
hashlib.sha256(password.encode()).digest() == s_1

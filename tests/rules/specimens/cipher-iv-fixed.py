import os

from Crypto.Cipher import AES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

IV = b"0000000000000000"


def weak(key, data):
    # ruleid: cipher-iv-fixed
    a = AES.new(key, AES.MODE_CBC, b"1234567890123456")
    # ruleid: cipher-iv-fixed
    b = Cipher(algorithms.AES(key), modes.CBC(IV))
    # ruleid: cipher-iv-fixed
    c = AES.new(key, AES.MODE_CBC, iv=bytes(16))
    # ruleid: cipher-iv-fixed
    d = Cipher(algorithms.AES(key), modes.CTR(b"\x00" * 16))
    aead = AESGCM(key)
    # ruleid: cipher-iv-fixed
    return a, b, c, d, aead.encrypt(b"000000000000", data, None)


def strong(key, data):
    iv = os.urandom(16)
    # ok: cipher-iv-fixed
    a = AES.new(key, AES.MODE_CBC, iv)
    # ok: cipher-iv-fixed
    b = Cipher(algorithms.AES(key), modes.CBC(iv))
    # ok: cipher-iv-fixed
    c = AES.new(key, AES.MODE_GCM)
    aead = AESGCM(key)
    nonce = os.urandom(12)
    # ok: cipher-iv-fixed
    return a, b, c, nonce + aead.encrypt(nonce, data, b"header")


def read(key, blob):
    # ok: cipher-iv-fixed
    return AES.new(key, AES.MODE_CBC, blob[:16]).decrypt(blob[16:])


def by_name(key, data, size):
    zeros = b"\x00" * 16
    # ruleid: cipher-iv-fixed
    AES.new(key, AES.MODE_CBC, zeros)
    empty = bytes(16)
    # ruleid: cipher-iv-fixed
    AES.new(key, AES.MODE_CBC, iv=empty)
    fresh = os.urandom(16)
    # ok: cipher-iv-fixed
    AES.new(key, AES.MODE_CBC, fresh)


def by_name_again(key):
    zeros = b"\x00" * 16
    # ruleid: cipher-iv-fixed
    cryptography.hazmat.primitives.ciphers.modes.CBC(zeros)
    # ruleid: cipher-iv-fixed
    cryptography.hazmat.primitives.ciphers.algorithms.ChaCha20(key, b"0000000000000000")
    # ruleid: cipher-iv-fixed
    AES.new(key, AES.MODE_CBC, IV=b"0000000000000000")
    # ruleid: cipher-iv-fixed
    AES.new(key, AES.MODE_GCM, nonce=b"000000000000")
    # ruleid: cipher-iv-fixed
    AESGCM(key).encrypt(b"000000000000", b"x", None)
    # ruleid: cipher-iv-fixed
    ChaCha20Poly1305(key).encrypt(b"000000000000", b"x", None)


def other_package(key):
    from Cryptodome.Cipher import AES as AES2
    # ruleid: cipher-iv-fixed
    AES2.new(key, AES2.MODE_CBC, b"0000000000000000")
    # ruleid: cipher-iv-fixed
    AES2.new(key, AES2.MODE_CBC, iv=b"0000000000000000")
    # ruleid: cipher-iv-fixed
    AES2.new(key, AES2.MODE_GCM, nonce=b"000000000000")


def under_a_given_one(key, vector):
    # ok: cipher-iv-fixed
    return Cipher(algorithms.AES(key), modes.CBC(vector.encode("utf8")))

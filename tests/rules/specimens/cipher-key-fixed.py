import hashlib
import hmac
import os

from Crypto.Cipher import AES
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY = b"example-key-0000"


def weak(data, iv):
    # ruleid: cipher-key-fixed
    a = AES.new(b"example-key-0000", AES.MODE_GCM)
    # ruleid: cipher-key-fixed
    b = Cipher(algorithms.AES(KEY), modes.CBC(iv))
    # ruleid: cipher-key-fixed
    c = hmac.new("example".encode(), data, hashlib.sha256)
    # ruleid: cipher-key-fixed
    d = AESGCM(KEY)
    # ruleid: cipher-key-fixed
    e = Fernet("ZXhhbXBsZS1leGFtcGxlLWV4YW1wbGUtZXhhbXBsZTA=")
    return a, b, c, d, e


def strong(data, iv, key):
    # ok: cipher-key-fixed
    a = AES.new(os.environ["KEY"].encode(), AES.MODE_GCM)
    # ok: cipher-key-fixed
    b = Cipher(algorithms.AES(key), modes.CBC(iv))
    # ok: cipher-key-fixed
    c = hmac.new(key, b"fixed message", hashlib.sha256)
    # ok: cipher-key-fixed
    d = AESGCM(AESGCM.generate_key(bit_length=256))
    # ok: cipher-key-fixed
    e = Fernet(Fernet.generate_key())
    return a, b, c, d, e


def from_store(data, request, store):
    key = os.environ["KEY"].encode()
    # ok: cipher-key-fixed
    a = AES.new(key, AES.MODE_GCM)
    # ok: cipher-key-fixed
    b = AESGCM(store.get("key"))
    # ok: cipher-key-fixed
    c = hmac.new(store["key"], data, "sha256")
    # ok: cipher-key-fixed
    return a, b, c, Fernet(os.getenv("KEY", ""))


import hmac

import nacl.secret
from Cryptodome.Cipher import AES as AES2
from cryptography.hazmat.primitives import hmac as hmac2
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, ChaCha20Poly1305


def more(m):
    # ruleid: cipher-key-fixed
    AESCCM(b"0123456789abcdef")
    # ruleid: cipher-key-fixed
    ChaCha20Poly1305(b"0123456789abcdef0123456789abcdef")
    # ruleid: cipher-key-fixed
    AES2.new(b"0123456789abcdef", 1)
    # ruleid: cipher-key-fixed
    hmac.digest(b"0123456789abcdef", m, "sha256")
    # ruleid: cipher-key-fixed
    hmac2.HMAC(b"0123456789abcdef", m)
    # ruleid: cipher-key-fixed
    nacl.secret.SecretBox(b"0123456789abcdef0123456789abcdef")


def of_bytes(data):
    key = b"Sixteen byte key"
    # ruleid: cipher-key-fixed
    return AES.new(key, AES.MODE_GCM).encrypt(data)


def of_bytes_again(data, given):
    key = b"Sixteen byte key"
    # ruleid: cipher-key-fixed
    one = Fernet(key)
    # ruleid: cipher-key-fixed
    two = AESGCM(key)
    # ruleid: cipher-key-fixed
    three = hmac.new(key, data, "sha256")
    # ruleid: cipher-key-fixed
    four = algorithms.AES(key)
    # ruleid: cipher-key-fixed
    five = Cryptodome.Cipher.AES.new(key, 1)
    # ok: cipher-key-fixed
    six = AESGCM(given)
    return one, two, three, four, five, six


def empty_bytes(data):
    # ok: cipher-key-fixed
    key = b"" + data
    return AESGCM(key)


def at_once():
    # ruleid: cipher-key-fixed
    one = algorithms.AES(b"0123456789abcdef")
    # ruleid: cipher-key-fixed
    two = AESGCM(b"0123456789abcdef")
    return one, two


FIXED = "2f1c0de9a7"


def signed(self, secret, text):
    _, other = self.key_and_secret()
    # ok: cipher-key-fixed
    a = hmac.new(secret.encode("utf8"), text, "sha256")
    # ok: cipher-key-fixed
    b = hmac.new(other.encode("ascii"), msg=text, digestmod="sha256")
    # ruleid: cipher-key-fixed
    c = hmac.new(FIXED.encode("utf8"), text, "sha256")
    # ruleid: cipher-key-fixed
    d = hmac.new("2f1c0de9a7".encode("utf8"), text, "sha256")
    return a, b, c, d

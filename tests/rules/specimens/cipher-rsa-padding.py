from Crypto.Cipher import PKCS1_OAEP, PKCS1_v1_5
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding


def weak(key, data):
    # ruleid: cipher-rsa-padding
    a = key.encrypt(data, padding.PKCS1v15())
    # ruleid: cipher-rsa-padding
    b = key.decrypt(data, padding.PKCS1v15())
    # ruleid: cipher-rsa-padding
    c = PKCS1_v1_5.new(key)
    return a, b, c


def strong(key, data):
    oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
    # ok: cipher-rsa-padding
    a = key.encrypt(data, oaep)
    # ok: cipher-rsa-padding
    b = PKCS1_OAEP.new(key)
    # ok: cipher-rsa-padding
    c = key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    return a, b, c


# ruleid: cipher-rsa-padding
Cryptodome.Cipher.PKCS1_v1_5.new()


# ruleid: cipher-rsa-padding
M2Crypto.RSA.no_padding


import rsa


def with_rsa(data, key):
    # ruleid: cipher-rsa-padding
    rsa.encrypt(data, key)
    # ruleid: cipher-rsa-padding
    rsa.decrypt(data, key)

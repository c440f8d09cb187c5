from Crypto.Cipher import AES
from Cryptodome.Cipher import AES as AES2
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def weak(key):
    # ruleid: cipher-ecb
    a = AES.new(key, AES.MODE_ECB)
    # ruleid: cipher-ecb
    b = AES2.new(key, mode=AES2.MODE_ECB)
    # ruleid: cipher-ecb
    c = Cipher(algorithms.AES(key), modes.ECB())
    return a, b, c


def strong(key, iv):
    # ok: cipher-ecb
    a = AES.new(key, AES.MODE_GCM)
    # ok: cipher-ecb
    b = AES2.new(key, mode=AES2.MODE_EAX)
    # ok: cipher-ecb
    c = Cipher(algorithms.AES(key), modes.CBC(iv))
    return a, b, c


# ruleid: cipher-ecb
x_1.new(k_1, a_1.MODE_ECB)


# ruleid: cipher-ecb
Crypto.Cipher.AES.new(k_1)

from Crypto.Cipher import AES, ARC4, DES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def weak(key, iv):
    # ruleid: cipher-weak
    a = DES.new(key, DES.MODE_CBC, iv)
    # ruleid: cipher-weak
    b = ARC4.new(key)
    # ruleid: cipher-weak
    c = Cipher(algorithms.TripleDES(key), modes.CBC(iv))
    # ruleid: cipher-weak
    d = Cipher(algorithms.Blowfish(key), modes.CBC(iv))
    return a, b, c, d


def strong(key, iv):
    # ok: cipher-weak
    a = AES.new(key, AES.MODE_GCM)
    # ok: cipher-weak
    b = Cipher(algorithms.AES(key), modes.GCM(iv))
    # ok: cipher-weak
    c = Cipher(algorithms.ChaCha20(key, iv), mode=None)
    # ok: cipher-weak
    names = ["DES", "ARC4", "Blowfish"]
    return a, b, c, names


# ruleid: cipher-weak
Cryptodome.Cipher.ARC2.new()


# ruleid: cipher-weak
cryptography.hazmat.decrepit.ciphers.algorithms.ARC2()


# ruleid: cipher-weak
pyDes.ARC2()

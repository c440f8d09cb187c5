from Crypto.PublicKey import RSA
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa

BITS = 1024

# ruleid: cipher-key-short
a = rsa.generate_private_key(public_exponent=65537, key_size=1024)
# ruleid: cipher-key-short
b = RSA.generate(BITS)
# ruleid: cipher-key-short
c = dsa.generate_private_key(1024)
# ruleid: cipher-key-short
d = ec.generate_private_key(ec.SECP192R1())
# ok: cipher-key-short
e = rsa.generate_private_key(public_exponent=65537, key_size=3072)
# ok: cipher-key-short
f = RSA.generate(4096)
# ok: cipher-key-short
g = ec.generate_private_key(ec.SECP256R1())
# ok: cipher-key-short
h = ed25519.Ed25519PrivateKey.generate()


# ruleid: cipher-key-short
Crypto.PublicKey.ECC.generate(curve="prime192v1")


import paramiko
import rsa as rsa2
from Crypto.PublicKey import RSA
from Cryptodome.PublicKey import RSA as RSA2
from OpenSSL import crypto


def more(k):
    # ruleid: cipher-key-short
    RSA.generate(bits=1024)
    # ruleid: cipher-key-short
    RSA2.generate(1024)
    # ruleid: cipher-key-short
    RSA2.generate(bits=1024)
    # ruleid: cipher-key-short
    rsa2.newkeys(512)
    # ruleid: cipher-key-short
    paramiko.RSAKey.generate(1024)
    # ruleid: cipher-key-short
    paramiko.RSAKey.generate(bits=1024)
    # ruleid: cipher-key-short
    k.generate_key(crypto.TYPE_RSA, 1024)
    # ruleid: cipher-key-short
    k.generate_key(crypto.TYPE_DSA, 1024)


def in_other_ways():
    # ruleid: cipher-key-short
    cryptography.hazmat.primitives.asymmetric.rsa.generate_private_key(65537, 1024)
    # ruleid: cipher-key-short
    cryptography.hazmat.primitives.asymmetric.dsa.generate_private_key(key_size=1024)
    # ruleid: cipher-key-short
    cryptography.hazmat.primitives.asymmetric.dh.generate_parameters(generator=2, key_size=1024)
    # ruleid: cipher-key-short
    key = Crypto.Random.get_random_bytes(4)
    # ok: cipher-key-short
    key = Crypto.Random.get_random_bytes(32)


def small_exponent():
    # ruleid: cipher-key-short
    one = rsa.generate_private_key(public_exponent=3, key_size=3072)
    # ruleid: cipher-key-short
    two = rsa.generate_private_key(3, 3072)
    # ok: cipher-key-short
    three = rsa.generate_private_key(65537, 3072)
    return one, two, three

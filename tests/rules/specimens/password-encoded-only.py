import base64
import codecs

from werkzeug.security import generate_password_hash


def save(user, password, card_number):
    # ruleid: password-encoded-only
    user.password = base64.b64encode(password.encode()).decode()
    # ruleid: password-encoded-only
    user.hidden = codecs.encode(password, "rot13")
    # ruleid: password-encoded-only
    user.card = base64.b64encode(card_number.encode("utf-8"))


def good(user, password, name, image):
    # ok: password-encoded-only
    user.password = generate_password_hash(password)
    # ok: password-encoded-only
    user.image = base64.b64encode(image)
    # ok: password-encoded-only
    header = base64.b64encode(f"{name}:{password}".encode())
    return header


# ruleid: password-encoded-only
base64.b_1(passwd)


# ruleid: password-encoded-only
base64.b_1(bytes(passwd))


# ruleid: password-encoded-only
codecs.encode(passwd, "rot_13")


# ruleid: password-encoded-only
codecs.encode(passwd, "base64")


# ruleid: password-encoded-only
binascii.hexlify(passwd.encode())


# ruleid: password-encoded-only
binascii.b2a_base64(passwd.encode())

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

import os
import secrets


def make(user):
    # ruleid: secret-too-short
    reset_token = secrets.token_hex(4)
    # ruleid: secret-too-short
    user.api_key = secrets.token_urlsafe(6)
    # ruleid: secret-too-short
    salt = os.urandom(4)
    # ruleid: secret-too-short
    Session(session_id=secrets.token_bytes(5))
    # ok: secret-too-short
    colour = secrets.token_hex(3)
    # ok: secret-too-short
    token = secrets.token_hex(8)
    # ok: secret-too-short
    key = secrets.token_hex(SIZE)
    return reset_token, salt, colour, token, key


def invite_code():
    # ruleid: secret-too-short
    return secrets.token_hex(3)


def suffix():
    # ok: secret-too-short
    return secrets.token_hex(3)

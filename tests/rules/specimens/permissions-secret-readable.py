import os
from pathlib import Path

key_path = Path("server.key")
# ruleid: permissions-secret-readable
os.chmod("id_rsa", 0o644)
# ruleid: permissions-secret-readable
key_path.chmod(0o640)
# ruleid: permissions-secret-readable
fd = os.open("credentials.json", os.O_CREAT | os.O_WRONLY, 0o644)
# ok: permissions-secret-readable
os.chmod("id_rsa", 0o600)
# ok: permissions-secret-readable
os.chmod("page.html", 0o644)
# ok: permissions-secret-readable
os.chmod("public_key.pem", 0o644)
# ok: permissions-secret-readable
fd = os.open("credentials.json", os.O_CREAT | os.O_WRONLY, 0o600)


def write_private_key(path, data):
    # ruleid: permissions-secret-readable
    fd = os.open(path, os.O_WRONLY | os.O_CREAT, 0o666)
    os.write(fd, data)


def save_token(target):
    # ruleid: permissions-secret-readable
    target.chmod(0o644)
    # ruleid: permissions-secret-readable
    os.chmod(target, 0o640)


def write_token(target):
    # ok: permissions-secret-readable
    os.chmod(target, 0o600)


def write_public_key(path):
    # ok: permissions-secret-readable
    os.chmod(path, 0o644)


def write_page(path):
    # ok: permissions-secret-readable
    os.chmod(path, 0o644)

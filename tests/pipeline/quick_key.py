"""Makes a restic repository quick to open, for tests: its key is wrapped again with a cheap scrypt.

restic spends half a second of CPU on the password in every call. The key file is documented in restic's design page:
AES-256 in counter mode and Poly1305-AES, under keys that scrypt derives from the password.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from pathlib import Path

CHEAP = 2  # scrypt's N; restic takes what the key file says


def quicken(repository: Path, password: str) -> bool:
    """False when this Python has no `cryptography`: then the tests are slow, and say the same."""
    try:
        from cryptography.hazmat.primitives.ciphers import Cipher  # noqa: F401, PLC0415
    except ImportError:
        return False
    for path in (repository / "keys").iterdir():
        raw = json.loads(path.read_bytes())
        if raw["N"] == CHEAP:
            continue
        salt = base64.b64decode(raw["salt"])
        master = opened(path, password)
        sealed = seal(_derived(password, salt, CHEAP, 1, 1), master)
        content = json.dumps({**raw, "N": CHEAP, "r": 1, "p": 1, "data": base64.b64encode(sealed).decode()}).encode()
        named = path.with_name(hashlib.sha256(content).hexdigest())
        named.write_bytes(content)
        named.chmod(0o400)
        path.unlink()
    return True


def opened(key: Path, password: str) -> bytes:
    """The repository's own key, as JSON, out of a key file."""
    raw = json.loads(key.read_bytes())
    return _open(_derived(password, base64.b64decode(raw["salt"]), raw["N"], raw["r"], raw["p"]), base64.b64decode(raw["data"]))


def _derived(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, maxmem=256 << 20, dklen=64)


def _open(key: bytes, sealed: bytes) -> bytes:
    nonce, body, mac = sealed[:16], sealed[16:-16], sealed[-16:]
    assert _mac(key, nonce, body) == mac
    return _stream(key, nonce, body)


def seal(key: bytes, plain: bytes) -> bytes:
    nonce = os.urandom(16)
    body = _stream(key, nonce, plain)
    return nonce + body + _mac(key, nonce, body)


def _stream(key: bytes, nonce: bytes, data: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415

    return Cipher(algorithms.AES(key[:32]), modes.CTR(nonce)).encryptor().update(data)


def _mac(key: bytes, nonce: bytes, body: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415
    from cryptography.hazmat.primitives.poly1305 import Poly1305  # noqa: PLC0415

    # One block of the cipher: the first of the key stream that begins with it.
    pad = Cipher(algorithms.AES(key[32:48]), modes.CTR(nonce)).encryptor().update(bytes(16))
    return Poly1305.generate_tag(key[48:64] + pad, body)

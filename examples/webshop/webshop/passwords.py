"""Keep passwords so that a stolen database does not tell them. Standard library only."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """How hard one guess is: the parameters of scrypt."""

    n: int
    r: int
    p: int


# One of the settings of the OWASP Password Storage Cheat Sheet: 16 MB and about a tenth of a second a guess.
STRONG = Cost(n=2**14, r=8, p=5)
_UNKNOWN_USER = "16384$8$5$00$00"


def store(password: str, cost: Cost) -> str:
    """The text to keep instead of the password; it names its own cost."""
    salt = secrets.token_bytes(16)
    return f"{cost.n}${cost.r}${cost.p}${salt.hex()}${_derive(password, salt, cost).hex()}"


def matches(password: str, stored: str | None) -> bool:
    """Whether this is the password that was stored. No user (None) takes as long as a wrong password, and is False."""
    n, r, p, salt, digest = (stored or _UNKNOWN_USER).split("$")
    found = _derive(password, bytes.fromhex(salt), Cost(int(n), int(r), int(p)))
    return hmac.compare_digest(found, bytes.fromhex(digest))


def _derive(password: str, salt: bytes, cost: Cost) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=cost.n, r=cost.r, p=cost.p, maxmem=2**26)

"""Could this text be a real secret? Checksums where providers publish them, entropy, and the ways people write fake ones."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math
import re
import zlib
from collections import Counter
from collections.abc import Collection
from urllib.parse import unquote

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BECH32_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)  # BIP 173
FAKE = re.compile(
    r"example|sample|change.?me|place.?holder|dummy|redacted|your[-_ ]|x{4}|\*{3}|\.{3}|…|foobar|insert|replace"
    r"|test[-_]?(?:key|token|pass)|[<>{}]|^\$|\$\(|%\(|%[sd]",
    re.IGNORECASE,
)
FILLERS = frozenset({"a", "the", "my", "your", "some", "very", "super", "word", "here", "123", "1234"})
RUNS = "abcdefghijklmnopqrstuvwxyz 01234567890 0987654321 qwertyuiop asdfghjkl"
# Keys printed in public manuals (emulators, tutorials), by digest: nobody is harmed by them, and this file holds none.
DOCUMENTED = frozenset(
    {
        "0011cc25eb432071",  # Azurite's account key
        "aa6547439583c3a2",  # the Cosmos DB emulator's key
        "2cafc0970149a84f",  # the key of Stripe's manual
        "2598f7d6adc142d8",  # the SECRET_KEY of Flask's manual
        "7f75367e78812551",  # the token of jwt.io's front page
    }
)


def entropy(text: str) -> float:
    """Shannon entropy in bits a character; 0 for nothing."""
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values()) if text else 0.0


def fake(text: str) -> bool:
    """Whether people write this where a secret would stand: words, placeholders, runs, repetition."""
    if FAKE.search(text) or hashlib.sha256(text.encode()).hexdigest()[:16] in DOCUMENTED:
        return True
    return _monotonous(text) or _runs(text)


def _monotonous(text: str) -> bool:
    """Few different characters for its length, or one piece over and over."""
    return len(set(text)) <= min(5, len(text) // 3) or re.fullmatch(r"(.{1,12}?)\1{2,}.{0,11}", text) is not None


def _runs(text: str) -> bool:
    """Eight neighbours of the alphabet, the digits or the keyboard in a row: chance makes that once in a billion tokens."""
    low = text.lower()
    return any(low[at : at + 8] in RUNS for at in range(max(len(low) - 7, 0)))


def checked62(token: str) -> bool:
    """GitHub's and npm's tokens end in the CRC-32 of what stands between prefix and checksum, in base 62.

    https://github.blog/2021-04-05-behind-githubs-new-authentication-token-formats/
    """
    payload = token.partition("_")[2]
    return base62(zlib.crc32(payload[:-6].encode())) == payload[-6:]


def pypi_macaroon(token: str) -> bool:
    """Whether it is a macaroon (version 2) that PyPI or TestPyPI gave out: its first field is the place."""
    text = token.removeprefix("pypi-")[:32]
    try:
        start = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        return False
    return start.startswith((b"\x02\x01\x08pypi.org", b"\x02\x01\x0dtest.pypi.org"))


def spelled_out(password: str, stock: Collection[str]) -> bool:
    """Whether a password in an address is only words that manuals write: `a%20secret`, `my-password`."""
    words = re.findall(r"[a-z]+|\d+", unquote(password).lower())
    return bool(words) and all(word in stock or word in FILLERS for word in words) and any(word in stock for word in words)


def base62(number: int) -> str:
    """Six digits, with leading zeros."""
    digits = []
    for _ in range(6):
        number, rest = divmod(number, 62)
        digits.append(BASE62[rest])
    return "".join(reversed(digits))


def checked_bech32(text: str) -> bool:
    """Whether the text's last six characters are its checksum (BIP 173), as in age's keys."""
    prefix, _, data = text.lower().rpartition("1")
    values = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + [BECH32.find(c) for c in data]
    state = 1
    for value in values:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(BECH32_GENERATOR):
            state ^= generator if top >> bit & 1 else 0
    return state == 1 and -1 not in values


def signed_jwt(token: str) -> bool:
    """Whether the first part is the header of a signed token (RFC 7519)."""
    head = token.partition(".")[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (ValueError, binascii.Error):
        return False
    return isinstance(header, dict) and str(header.get("alg", "none")).lower() != "none"

"""What a file of the release is called, and the text in it that a finding is about, for fingerprints and for people."""

from __future__ import annotations

import codecs
import hashlib
import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
MAX_SUBJECT = 500  # characters: enough to tell statements apart, small enough to keep


# A finding of one of these is about a secret in the code: its text must not travel into reports (CWE-798 and its kin).
SECRETS = frozenset({"CWE-256", "CWE-259", "CWE-312", "CWE-321", "CWE-522", "CWE-798"})


def source_text(root: Path, path: str, line: int, end_line: int) -> str:
    """The lines `line..end_line` (1-based) of a file, at most `MAX_SUBJECT` characters; "" when there are none."""
    lines = _lines(root / path)
    return "\n".join(lines[max(line, 1) - 1 : max(end_line, line)])[:MAX_SUBJECT]


def subject_of(weakness: str, text: str) -> str:
    """What a finding is about: the source text, or only its digest where that text holds a secret."""
    if weakness not in SECRETS:
        return text
    return f"sha256:{hashlib.sha256(' '.join(text.split()).encode('utf-8', 'replace')).hexdigest()[:32]}"


@lru_cache(maxsize=64)
def _lines(path: Path) -> tuple[str, ...]:
    try:
        return tuple(path.read_text(encoding="utf-8", errors="replace").split("\n"))  # `splitlines` breaks at form feeds too
    except OSError:
        return ()


def printable(name: str) -> str:
    """The name as people and tools can write it: anything else, and `%`, percent-encoded, so that it stays unique."""
    if name.isprintable() and "%" not in name and "\\" not in name:
        return name
    return "".join(c if c.isprintable() and c not in "%\\" else quote(os.fsencode(c), safe="") for c in name)


def is_binary(start: bytes) -> bool:
    """Whether a file that begins so is no text: it holds a NUL and does not say that it is UTF-16."""
    return b"\0" in start and not start.startswith(UTF16)


def is_python(path: str, start: bytes = b"") -> bool:
    """By its ending, or by a `#!` line that names python."""
    return path.endswith((".py", ".pyw")) or (start.startswith(b"#!") and b"python" in start.splitlines()[0])


def without(content: bytes, items: str, *keys: tuple[str, ...]) -> bytes:
    """A JSON report whose list `items` has lost these keys of each entry. Raises `ValueError` for what is not JSON."""
    report: Any = json.loads(content)
    entries = report.get(items, []) if isinstance(report, dict) else []
    for entry in entries if isinstance(entries, list) else []:
        for *path, last in keys:
            here = entry
            for key in path:
                here = here.get(key) if isinstance(here, dict) else None
            if isinstance(here, dict):
                here.pop(last, None)
    return json.dumps(report, indent=1).encode()

"""The source text that a finding is about, for its fingerprint and for people."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

MAX_SUBJECT = 500  # characters: enough to tell statements apart, small enough to keep


def source_text(root: Path, path: str, line: int, end_line: int) -> str:
    """The lines `line..end_line` (1-based) of a file, at most `MAX_SUBJECT` characters; "" when there are none."""
    lines = _lines(root / path)
    return "\n".join(lines[max(line, 1) - 1 : max(end_line, line)])[:MAX_SUBJECT]


@lru_cache(maxsize=64)
def _lines(path: Path) -> tuple[str, ...]:
    try:
        return tuple(path.read_text(encoding="utf-8", errors="replace").split("\n"))  # `splitlines` breaks at form feeds too
    except OSError:
        return ()


def is_python(path: str, start: bytes = b"") -> bool:
    """By its ending, or by a `#!` line that names python."""
    return path.endswith((".py", ".pyw")) or (start.startswith(b"#!") and b"python" in start.splitlines()[0])

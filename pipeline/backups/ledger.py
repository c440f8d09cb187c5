"""The repository's append-only record: what was taken, drilled, pinned, closed, pruned, put back. Lines are hash-chained."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ..keeping import BackupError

START = "0" * 64
BEGUN = "begun"  # a generation of which something may lie outside of its folder
CLEARED = "cleared"  # what a killed run had begun is forgotten
RECLAIMED = "reclaimed"  # the room of all that was forgotten until here is free
CHECKED = "checked"  # a part of what lies outside was read


@dataclass(frozen=True)
class Line:
    """One entry."""

    seq: int
    at: datetime
    # opened, taken, drilled, pinned, unpinned, closed, pruned, forgotten, swap, swapped, declined, and the four above
    kind: str
    data: Mapping[str, Any]
    sha256: str


def read_ledger(path: Path) -> tuple[tuple[Line, ...], int]:
    """The lines, and how many bytes of the file they are.

    What follows the last line end is a line whose writer was killed: it never happened, except when only its line end is
    missing or damaged. Raises `BackupError` for everything else that is not what the chain says.
    """
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    lines: list[Line] = []
    for text in content[:whole].split(b"\n")[:-1]:
        lines.append(_next(text, lines, path))
    torn = content[whole:]
    for rest in (torn, torn[:-1]):
        if rest.endswith(b"}") and (line := _parsed(rest, lines)) is not None:
            return (*lines, line), whole + len(rest)
    return tuple(lines), whole


class Ledger:
    """Opened by one process at a time (the repository's lock says so) for reading and appending."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self._path = path
        self._now = now
        lines, self._size = read_ledger(path)
        self.lines = list(lines)

    def append(self, kind: str, data: Mapping[str, object]) -> Line:
        """Write one line; returns when it is on the disk. Raises `OSError` and then has changed nothing."""
        before = self.lines[-1].sha256 if self.lines else START
        body = {"seq": len(self.lines), "at": self._now().isoformat(), "kind": kind, "data": dict(data), "before": before}
        sha256 = _digest(body)
        content = _canonical({**body, "sha256": sha256}) + b"\n"
        if self._size and not self._ends_with_newline():
            content = b"\n" + content
        handle = os.open(self._path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            self._write(handle, content)
        finally:
            os.close(handle)
        self._size += len(content)
        self.lines.append(Line(len(self.lines), datetime.fromisoformat(str(body["at"])), kind, dict(data), sha256))
        return self.lines[-1]

    def _write(self, handle: int, content: bytes) -> None:
        """Replace a torn tail, so that nothing is ever written behind one."""
        os.ftruncate(handle, self._size)
        try:
            if os.pwrite(handle, content, self._size) != len(content):
                raise OSError(28, "No space left on device")
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, self._size)
            raise

    def _ends_with_newline(self) -> bool:
        with self._path.open("rb") as file:
            return os.pread(file.fileno(), 1, self._size - 1) == b"\n"


def create(path: Path, now: Callable[[], datetime], data: Mapping[str, object]) -> Ledger:
    """A new ledger with its first line. Raises `FileExistsError` rather than replace one."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    ledger = Ledger(path, now)
    ledger.append("opened", data)
    return ledger


def _next(text: bytes, lines: list[Line], path: Path) -> Line:
    line = _parsed(text, lines)
    if line is None:
        raise BackupError(
            f"The ledger {path} is broken at line {len(lines) + 1}: it was changed after it was written.",
            "Trust nothing after it. Keep the repository as evidence, name a new one, and find out who wrote to it.",
        )
    return line


def _parsed(text: bytes, lines: list[Line]) -> Line | None:
    try:
        raw: dict[str, Any] = json.loads(text)
        claimed = raw.pop("sha256")
        line = Line(int(raw["seq"]), datetime.fromisoformat(raw["at"]), str(raw["kind"]), dict(raw["data"]), str(claimed))
        chained = raw["before"] == (lines[-1].sha256 if lines else START) and raw["seq"] == len(lines)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    good = chained and _digest(raw) == claimed and _canonical({**raw, "sha256": claimed}) == text
    return line if good else None


def _digest(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(body)).hexdigest()


def _canonical(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()

"""The append-only, hash-chained record of a run. One line is one JSON object; each names the digest of the one before."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from .release import Entry, ReleaseError

JOURNAL_NAME = "journal.jsonl"
START = "0" * 64


class JournalFile:
    """A journal on the disk, held by one process at a time.

    Opening refuses (`ReleaseError`) a chain that is broken. A torn last line, left by a process that was killed while
    writing it, never happened and is cut off.
    """

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self.path = path
        self._now = now
        self._lock = threading.Lock()  # scan and patch-test write side by side
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            os.close(self._file)
            raise ReleaseError(
                f"Another process is working on {path.parent}.", "Wait for it, or end it, and run again."
            ) from problem
        content = path.read_bytes()
        whole = whole_lines(content)
        if len(whole) < len(content):
            os.ftruncate(self._file, len(whole))
        self._entries = list(read_entries(whole, str(path)))

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(self._entries)

    @property
    def head(self) -> str:
        return self._entries[-1].sha256 if self._entries else START

    def append(self, kind: str, stage: str, data: Mapping[str, object]) -> Entry:
        with self._lock:
            body = {
                "seq": len(self._entries),
                "at": self._now().isoformat(),
                "kind": kind,
                "stage": stage,
                "data": dict(data),
                "before": self.head,
            }
            entry = _entry({**body, "sha256": _digest(body)})
            self._write(entry, _canonical({**body, "sha256": entry.sha256}) + b"\n")
            return entry

    def _write(self, entry: Entry, line: bytes) -> None:
        """All of the line or nothing, also when the disk is full or a signal comes in between. Raises `ReleaseError`."""
        whole = os.fstat(self._file).st_size
        try:
            self._entries.append(entry)
            if os.write(self._file, line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(self._file)
        except BaseException as problem:
            del self._entries[entry.seq :]
            os.ftruncate(self._file, whole)
            if isinstance(problem, OSError):
                raise ReleaseError(f"The journal {self.path} can't be written: {problem.strerror}.", "Make room there.") from problem
            raise

    def close(self) -> None:
        os.close(self._file)


def whole_lines(content: bytes) -> bytes:
    """Without a torn last line, which never happened."""
    return content[: content.rfind(b"\n") + 1]


def read_entries(content: bytes, where: str) -> tuple[Entry, ...]:
    """The entries of whole lines. Raises `ReleaseError` at the first line that is not what the chain says."""
    entries: list[Entry] = []
    before = START
    for number, line in enumerate(content.splitlines()):
        try:
            raw = json.loads(line)
            written_by_us = _canonical(raw) == line
            claimed = raw.pop("sha256")
            good = written_by_us and raw["before"] == before and raw["seq"] == number and _digest(raw) == claimed
            entry = _entry({**raw, "sha256": claimed})
        except (ValueError, KeyError, TypeError, AttributeError):
            good = False
        if not good:
            raise ReleaseError(
                f"The journal {where} is broken at line {number + 1}: it was changed after it was written.",
                "Do not use this run. Start a new one; keep the folder as evidence.",
            )
        entries.append(entry)
        before = entry.sha256
    return tuple(entries)


def _entry(raw: Mapping[str, Any]) -> Entry:
    at = datetime.fromisoformat(raw["at"])
    return Entry(int(raw["seq"]), at, str(raw["kind"]), str(raw["stage"]), dict(raw["data"]), str(raw["sha256"]))


def _digest(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(body)).hexdigest()


def _canonical(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()

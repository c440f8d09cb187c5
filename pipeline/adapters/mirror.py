"""The private copy of the release, filled as it is asked for: what nobody looks at again is not copied."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from threading import Lock

from secure_release.checks import Changed

BLOCK = 1 << 20


class Mirror:
    """What the release was when it was read: a copy has the digest of that moment, or there is none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._from: dict[str, tuple[str, str]] = {}
        self._folders: set[Path] = set()
        self._lock = Lock()

    def add(self, name: str, origin: str, sha256: str) -> None:
        """`name` will be a copy of `origin`, whose bytes have this digest."""
        self._from[name] = origin, sha256

    def fill(self, names: Iterable[str]) -> None:
        """Copy those of these that are not there yet. Raises `Changed` for one that is not what was read."""
        with self._lock:
            for name in names:
                if name in self._from:
                    self._copy(name)
                    del self._from[name]

    def read(self, name: str) -> bytes:
        """What a copy would hold, without making one. Raises `Changed`, and `OSError` for a copy that is gone."""
        with self._lock:
            origin, sha256 = self._from.get(name, ("", ""))
        if not origin:
            return (self.folder / name).read_bytes()
        try:
            with os.fdopen(opened(origin), "rb") as file:
                content = file.read()
        except OSError as problem:
            raise Changed(f"{name} can't be read to be looked at: {problem.strerror}.") from problem
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Changed(f"{name} was changed while the release was being looked at.")
        return content

    def _copy(self, name: str) -> None:
        origin, sha256 = self._from[name]
        target = self.folder / name
        try:
            self._make(target.parent)
            copied = _copied(origin, target)
        except OSError as problem:
            with contextlib.suppress(OSError):
                target.unlink()
            raise Changed(f"{name} can't be copied to be looked at: {problem.strerror}.") from problem
        if copied != sha256:
            target.unlink()
            raise Changed(f"{name} was changed while the release was being looked at.")

    def _make(self, folder: Path) -> None:
        if folder not in self._folders:
            folder.mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)


def opened(path: str | Path) -> int:
    """A regular file to read, never through a link, never waiting."""
    return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)


def _copied(origin: str, target: Path) -> str:
    """The digest of what was written. Never a link to the file itself: an editor writes into that."""
    digest = hashlib.sha256()
    with os.fdopen(opened(origin), "rb", buffering=0) as source, target.open("xb") as copy:
        while block := source.read(BLOCK):
            digest.update(block)
            copy.write(block)
    return digest.hexdigest()

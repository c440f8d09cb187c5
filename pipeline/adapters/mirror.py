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

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder = folder
        self._root = os.fspath(root)
        self._digests: dict[str, str] = {}  # of what is not copied yet
        self._elsewhere: dict[str, str] = {}  # where those lie that do not lie below `root` under their own names
        self._folders: set[Path] = set()
        self._lock = Lock()

    def add(self, name: str, origin: str, sha256: str) -> None:
        """`name` will be a copy of `origin`, whose bytes have this digest."""
        self._digests[name] = sha256
        if origin != f"{self._root}/{name}":
            self._elsewhere[name] = origin

    def fill(self, names: Iterable[str]) -> None:
        """Copy those of these that are not there yet. Raises `Changed` for one that is not what was read."""
        with self._lock:
            for name in names:
                if name in self._digests:
                    self._copy(name)
                    del self._digests[name]

    def read(self, name: str) -> bytes:
        """What a copy would hold, without making one. Raises `Changed`, and `OSError` for a copy that is gone."""
        with self._lock:
            sha256 = self._digests.get(name)
        if sha256 is None:
            return (self.folder / name).read_bytes()
        try:
            with os.fdopen(opened(self._origin(name)), "rb") as file:
                content = file.read()
        except OSError as problem:
            raise Changed(f"{name} can't be read to be looked at: {problem.strerror}.") from problem
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Changed(f"{name} was changed while the release was being looked at.")
        return content

    def _copy(self, name: str) -> None:
        target = self.folder / name
        try:
            self._make(target.parent)
            copied = _copied(self._origin(name), target)
        except OSError as problem:
            with contextlib.suppress(OSError):
                target.unlink()
            raise Changed(f"{name} can't be copied to be looked at: {problem.strerror}.") from problem
        if copied != self._digests[name]:
            target.unlink()
            raise Changed(f"{name} was changed while the release was being looked at.")

    def _origin(self, name: str) -> str:
        return self._elsewhere.get(name) or f"{self._root}/{name}"

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

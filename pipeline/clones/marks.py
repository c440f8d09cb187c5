"""The folder that holds clones: each is marked as ours and locked as long as its run lives; what a dead run left is removed."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

MARK = ".secure-release-clone"
LOCK = ".lock"
OURS = {"what": "a clone of secure-release: it may be removed whenever nobody holds its lock"}


@dataclass(frozen=True)
class Clones:
    """The clones of all runs of one project, in a folder that is only ours (0700)."""

    folder: Path

    @contextlib.contextmanager
    def new(self, label: str, announce: Callable[[Path], None]) -> Iterator[Path]:
        """An empty, marked and locked folder, announced before it is made and removed on leaving."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = self.folder / f"{label}-{secrets.token_hex(4)}"
        announce(place)
        with self._alone():
            place.mkdir(mode=0o700)
            lock = os.open(place / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(lock, fcntl.LOCK_EX)
            (place / MARK).write_text(json.dumps(OURS), encoding="utf-8")
        try:
            yield place
        finally:
            try:
                remove(place)
            finally:
                os.close(lock)

    def sweep(self) -> tuple[str, ...]:
        """Remove the clones whose run is dead. Nothing without our mark is touched, except our own empty folders."""
        if not self.folder.is_dir():
            return ()
        with self._alone():
            folders = [place for place in sorted(self.folder.iterdir()) if place.is_dir() and not place.is_symlink()]
            dead = [place for place in folders if _dead(place)]
            for place in dead:
                remove(place)
        return tuple(str(place) for place in dead)

    def alive(self, name: str) -> bool:
        """Whether the run that made this clone is still at it."""
        return _held(self.folder / name / LOCK)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Between making a folder and marking it nobody else may look."""
        handle = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _dead(place: Path) -> bool:
    """Ours, and nobody holds it. A run killed before it could set the mark left at most an empty lock file."""
    names = {path.name for path in place.iterdir()}
    marked = MARK in names and _is_mark(place / MARK)
    unfinished = names <= {LOCK} and all(path.stat().st_size == 0 for path in place.iterdir())
    return (marked or unfinished) and not _held(place / LOCK)


def _is_mark(path: Path) -> bool:
    with contextlib.suppress(OSError, ValueError):
        return bool(json.loads(path.read_text(encoding="utf-8")) == OURS)
    return False


def _held(lock: Path) -> bool:
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def remove(place: Path) -> None:
    """Remove a tree of ours, also where folders are read-only. No file's mode is touched: it is shared with the original.

    The mark goes last: what is only half removed is still ours for the next sweep. Raises `OSError`.
    """
    _open_up(place)
    for folder, names, _ in os.walk(place):
        for name in names:
            _open_up(Path(folder, name))
    for entry in sorted(place.iterdir(), key=lambda path: path.name in (MARK, LOCK)):
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    place.rmdir()


def _open_up(folder: Path) -> None:
    mode = folder.lstat().st_mode
    if stat.S_ISDIR(mode) and mode & 0o700 != 0o700:
        folder.chmod(stat.S_IMODE(mode) | 0o700)

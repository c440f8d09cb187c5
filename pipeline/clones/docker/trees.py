"""Looks at trees of files, and makes folders and what is gone alike. No file's content goes through here."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from .delta import Entry, Tree


def look(root: Path) -> Tree:
    """Every entry below a folder, and the folder itself as "."; or a single file. What vanishes meanwhile is not there."""
    found = {".": _entry(os.lstat(root))}
    if root.is_dir():
        found.update(_below(os.fspath(root), ""))
    return found


def _below(folder: str, prefix: str) -> Iterator[tuple[str, Entry]]:
    try:
        entries = os.scandir(folder)
    except FileNotFoundError:
        return
    with entries:
        for one in entries:
            with contextlib.suppress(FileNotFoundError):
                entry = _entry(os.lstat(one.path))
                yield prefix + one.name, entry
                if entry.folder:
                    yield from _below(one.path, f"{prefix}{one.name}/")


def _entry(found: os.stat_result) -> Entry:
    times = found.st_mtime_ns, found.st_ctime_ns
    owner, device = (found.st_uid, found.st_gid), (found.st_dev, found.st_rdev)
    return Entry(found.st_mode, owner, found.st_size, found.st_blocks, *times, found.st_ino, found.st_nlink, device)


def clear(root: Path, paths: Iterable[str]) -> None:
    """Remove these entries, folders with all that is in them. One that is gone is gone."""
    for path in paths:
        place = root / path
        with contextlib.suppress(FileNotFoundError):
            if place.is_dir() and not place.is_symlink():
                shutil.rmtree(place)
            else:
                place.unlink()


def make_alike(source: Path, target: Path, folders: Iterable[str]) -> None:
    """Make these folders, with owner, mode and extended attributes; their times are set by `set_times` in the end."""
    for path in folders:
        place = target / path
        if place.is_symlink() or not place.is_dir():
            place.unlink(missing_ok=True)
            place.mkdir()
        with contextlib.suppress(FileNotFoundError):  # of a source that is not held still
            alike(source / path, place)


def alike(source: Path, target: Path) -> None:
    """Owner, mode and extended attributes (the lists of access rights are some) of a folder."""
    found = source.stat()
    os.chown(target, found.st_uid, found.st_gid)
    names = _attributes(source)
    for name in _attributes(target) - names:
        os.removexattr(target, name)
    for name in names:
        os.setxattr(target, name, os.getxattr(source, name))
    target.chmod(found.st_mode & 0o7777)


def _attributes(path: Path) -> set[str]:
    """None on a file system without any."""
    try:
        return set(os.listxattr(path))
    except OSError:
        return set()


def set_times(source: Tree, target: Path, folders: Iterable[str]) -> None:
    """Deepest first: what happens in a folder changes its time."""
    for path in sorted(folders, reverse=True):
        moment = source[path].mtime_ns
        os.utime(target / path, ns=(moment, moment))

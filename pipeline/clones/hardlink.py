"""Copies a tree by hard links, and says later whether the original is still what it was."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Seen:
    """One entry of a tree. No ctime: linking and unlinking elsewhere changes it."""

    kind: str  # "file", "link", "folder", "other"
    size: int
    mtime_ns: int
    inode: int
    mode: int
    content: str  # digest of a file, target of a link


def link_tree(source: Path, target: Path) -> None:
    """Make `target` a tree of hard links to `source`; a file that can't be linked is copied.

    Folders are real, and writable by us even where the original is read-only. Symbolic links stay as they are. Sockets and
    pipes are left out.
    """
    target.mkdir(mode=0o700)
    folders = [(os.fspath(source), os.fspath(target))]
    while folders:
        here, there = folders.pop()
        with os.scandir(here) as entries:
            for entry in entries:
                copy = os.path.join(there, entry.name)  # noqa: PTH118 - 10,000 files: no Path per file
                if entry.is_symlink():
                    os.symlink(os.readlink(entry.path), copy)  # noqa: PTH115, PTH211
                elif entry.is_dir():
                    os.mkdir(copy, stat.S_IMODE(entry.stat().st_mode) | 0o700)  # noqa: PTH102
                    folders.append((entry.path, copy))
                elif entry.is_file():
                    _link(entry.path, copy)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:  # another file system, a file of somebody else, too many links: all of them leave copying
        shutil.copy2(source, target)


def look(root: Path) -> Mapping[str, Seen]:
    """Every entry of a tree, by its relative path, with the digest of every file."""
    entries = {entry.path: entry for entry in _walk(os.fspath(root))}
    files = [path for path, entry in entries.items() if entry.is_file(follow_symlinks=False)]
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        digests = dict(zip(files, pool.map(_digest, files, chunksize=64), strict=True))
    return {os.path.relpath(path, root): _seen(entry, digests.get(path, "")) for path, entry in entries.items()}


def differences(before: Mapping[str, Seen], after: Mapping[str, Seen]) -> tuple[str, ...]:
    """What changed, one line each. Byte code that Python replaced by a new file is its own business."""
    lines = []
    for path in sorted(before.keys() | after.keys()):
        old, new = before.get(path), after.get(path)
        if old == new or (path.endswith(".pyc") and not _in_place(old, new)):
            continue
        if _cache(path) or (old and new and old.kind == new.kind == "folder"):
            continue  # a folder's own time and size say no more than its entries do
        lines.append(f"{path} {'appeared' if old is None else 'is gone' if new is None else 'changed'}")
    return tuple(lines)


def _in_place(old: Seen | None, new: Seen | None) -> bool:
    return old is not None and new is not None and old.inode == new.inode


def _cache(path: str) -> bool:
    return Path(path).name == "__pycache__"


def _walk(root: str) -> Iterator[os.DirEntry[str]]:
    with os.scandir(root) as entries:
        for entry in entries:
            yield entry
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path)


def _seen(entry: os.DirEntry[str], digest: str) -> Seen:
    found = entry.stat(follow_symlinks=False)
    mode = stat.S_IMODE(found.st_mode)
    if entry.is_symlink():
        return Seen("link", 0, 0, found.st_ino, 0, os.readlink(entry.path))  # noqa: PTH115
    if entry.is_dir():
        return Seen("folder", 0, 0, found.st_ino, mode, "")
    kind = "file" if entry.is_file() else "other"
    return Seen(kind, found.st_size, found.st_mtime_ns, found.st_ino, mode, digest)


def _digest(path: str) -> str:
    """Of the content; what can't be read is told apart from what can, and stays the same as long as it can't."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return hashlib.file_digest(file, "blake2b").hexdigest()
    except OSError as problem:
        return f"unreadable: {problem.strerror}"

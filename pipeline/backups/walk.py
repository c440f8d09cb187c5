"""Reads a tree into a manifest, and knows afterwards whether somebody wrote to it meanwhile."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import manifest
from .engine import Tree, TreeChanged
from .manifest import Item, shown
from .patterns import Excluded

CHUNK = 1 << 20
HOLE = 4096  # bytes: less may be a file system's own way to keep small files
Mark = tuple[int, int, int, int, int]  # device, inode, size, mtime, ctime: ctime can't be set back


@dataclass(frozen=True)
class Walk:
    """Everything below `root` that is not excluded, parents before children."""

    root: Path
    items: tuple[Item, ...]
    marks: tuple[Mark, ...]  # one for each item
    heads: dict[str, bytes]  # the first 16 bytes of files that may be raw databases
    room: int  # bytes on the disk

    def changed(self) -> str:
        """The first entry that is not as it was when it was read; "" when all are."""
        base = os.fsencode(self.root)
        for entry, mark in zip(self.items, self.marks, strict=True):
            try:
                now = mark_of(os.lstat(os.path.join(base, entry.raw)))  # noqa: PTH118 - bytes
            except FileNotFoundError:
                return shown(entry.path)
            if now != mark and entry.type in manifest.KEPT:
                return shown(entry.path)
        return ""


def holes(tree: Tree) -> bool:
    """Whether a file of the tree takes less room on the disk than its size says. Raises `TreeChanged`."""
    try:
        infos = [os.lstat(os.path.join(os.fsencode(tree.root), name)) for name in tree.names]  # noqa: PTH118 - bytes
    except FileNotFoundError as problem:
        raise TreeChanged(str(problem)) from problem
    return any(stat.S_ISREG(info.st_mode) and info.st_size - info.st_blocks * 512 >= HOLE for info in infos)


def walk(root: Path, single: str, excluded: Excluded) -> Walk:
    """Read the tree at `root`, or only the file `single` in it. Raises `TreeChanged`, and `OSError` for what is unreadable."""
    reading = _Reading(os.fsencode(root))
    if single:
        reading.entry(os.fsencode(single))
    else:
        reading.entry(b".")
        reading.folder(b"", excluded)
    return Walk(root, tuple(reading.items), tuple(reading.marks), reading.heads, reading.room)


def mark_of(info: os.stat_result) -> Mark:
    return info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns


class _Reading:
    def __init__(self, base: bytes) -> None:
        self.base = base
        self.items: list[Item] = []
        self.marks: list[Mark] = []
        self.heads: dict[str, bytes] = {}
        self.room = 0
        self._first_names: dict[tuple[int, int], tuple[bytes, str]] = {}

    def folder(self, start: bytes, excluded: Excluded) -> None:
        waiting = [start]
        while waiting:
            inside = waiting.pop()
            for path, is_folder in reversed(list(self._children(inside))):
                if excluded(path, is_folder):
                    continue
                self.entry(path)
                if is_folder:
                    waiting.append(path)

    def _children(self, inside: bytes) -> Iterator[tuple[bytes, bool]]:
        try:
            with os.scandir(os.path.join(self.base, inside) if inside else self.base) as found:  # noqa: PTH118
                entries = sorted(found, key=lambda entry: entry.name)
        except (FileNotFoundError, NotADirectoryError) as problem:
            raise TreeChanged(shown(os.fsdecode(inside))) from problem
        for entry in entries:
            yield (inside + b"/" if inside else b"") + entry.name, entry.is_dir(follow_symlinks=False)

    def entry(self, path: bytes) -> None:
        full = os.path.join(self.base, path)  # noqa: PTH118
        try:
            info = os.lstat(full)
            sha256, same_as = self._content(path, full, info) if stat.S_ISREG(info.st_mode) else ("", b"")
            self.items.append(manifest.item(path, full, info, sha256, same_as))
        except FileNotFoundError as problem:
            raise TreeChanged(shown(os.fsdecode(path))) from problem
        self.marks.append(mark_of(info))
        self.room += info.st_blocks * 512

    def _content(self, path: bytes, full: bytes, info: os.stat_result) -> tuple[str, bytes]:
        key = (info.st_dev, info.st_ino)
        if info.st_nlink > 1 and key in self._first_names:
            first, sha256 = self._first_names[key]
            return sha256, first
        sha256, head = read_file(full, info)
        self.heads[os.fsdecode(path)] = head
        if info.st_nlink > 1:
            self._first_names[key] = (path, sha256)
        return sha256, b""


def read_file(full: bytes, expected: os.stat_result) -> tuple[str, bytes]:
    """Digest and first bytes of a file that must stay as it is meanwhile. Raises `TreeChanged`."""
    handle = os.open(full, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if mark_of(os.fstat(handle)) != mark_of(expected):
            raise TreeChanged(shown(os.fsdecode(full)))
        sha256, head = hashlib.sha256(), b""
        while chunk := os.read(handle, min(CHUNK, expected.st_size + 1)):  # a buffer of its size: most files are small
            head = head or chunk[:16]
            sha256.update(chunk)
        if mark_of(os.fstat(handle)) != mark_of(expected):
            raise TreeChanged(shown(os.fsdecode(full)))
    finally:
        os.close(handle)
    return sha256.hexdigest(), head

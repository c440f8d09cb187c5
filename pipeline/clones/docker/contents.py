"""Reads what a container's file system holds from outside, with no tool of the container: its overlay layers, or archives.

Only for file systems that nobody writes to: an unstarted container, a frozen volume.
"""

from __future__ import annotations

import io
import os
import stat
import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wcmatch import glob

from ...containers import Container, Engine, EngineError

OPAQUE = ("trusted.overlay.opaque", "user.overlay.opaque")  # the kernel's overlayfs.rst
FLAGS = glob.GLOBSTAR | glob.DOTGLOB | glob.BRACE
ARCHIVE_BYTES = 200_000_000
TAR = 20_480  # what a tar of one file is larger than the file, and some
MAGIC = "*?[{"

Matches = Callable[[str], bool]


@dataclass(frozen=True)
class File:
    """A regular file or a link: its path in the container, and where it lies on this machine."""

    path: str
    place: Path
    size: int
    regular: bool

    def read(self) -> bytes:
        return self.place.read_bytes()


@dataclass(frozen=True)
class Fetched:
    """A regular file whose content the engine handed over."""

    path: str
    content: bytes
    regular: bool = True

    @property
    def size(self) -> int:
        return len(self.content)

    def read(self) -> bytes:
        return self.content


def matching(globs: Sequence[str]) -> Matches:
    """Whether an absolute path in a container is meant by one of the globs. `**` is any number of folders."""
    patterns = list(globs)
    return lambda path: bool(patterns) and bool(glob.globmatch(path, patterns, flags=FLAGS))


def stem(pattern: str) -> str:
    """The folder below which everything lies that a glob can mean; the path itself when it is none."""
    parts: list[str] = []
    for part in pattern.split("/"):
        if any(sign in part for sign in MAGIC):
            break
        parts.append(part)
    return "/".join(parts) or "/"


def lowers(container: Container) -> tuple[Path, ...]:
    """The layers of its image on this machine, top first. Empty when the engine keeps them in another way, or elsewhere."""
    driver: Any = container.raw.get("GraphDriver") or {}
    data = driver.get("Data") or {}
    folders = tuple(Path(each) for each in str(data.get("LowerDir") or "").split(":") if each)
    usable = driver.get("Name") == "overlay2" and all(os.access(each, os.R_OK | os.X_OK) for each in folders)
    return folders if usable else ()


def overlaid(layers: Sequence[Path], wanted: Sequence[str] = ("/",), folder: str = "") -> Iterator[File]:
    """The files that the layers show together, the first on top; only below those paths. Follows no link."""
    merged: dict[str, tuple[os.DirEntry[str], list[Path]]] = {}
    closed: set[str] = set()
    for layer in layers:
        here = layer / folder
        if not here.is_dir() or here.is_symlink():
            continue
        with os.scandir(here) as entries:
            for entry in entries:
                if entry.name not in merged:
                    merged[entry.name] = (entry, [layer])
                elif entry.is_dir(follow_symlinks=False) and entry.name not in closed:
                    merged[entry.name][1].append(layer)
                if not entry.is_dir(follow_symlinks=False):
                    closed.add(entry.name)
        if _opaque(here):
            break
    for name, (entry, those) in sorted(merged.items()):
        path = f"{folder}/{name}" if folder else name
        if not any(_along(f"/{path}", each) for each in wanted):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from overlaid(those, wanted, path)
        else:
            yield from _shown(entry, f"/{path}")


def below(place: Path, target: str) -> Iterator[File]:
    """The files of a frozen copy, a folder's or the one that it is, by the paths that a clone sees."""
    if place.is_file() and not place.is_symlink():
        yield File(target, place, place.stat().st_size, True)
    for file in overlaid((place,)):
        yield File(f"{target.rstrip('/')}{file.path}", file.place, file.size, file.regular)


def _along(path: str, stem_: str) -> bool:
    """On the way to a path, that path, or below it."""
    ends = stem_.rstrip("/") + "/"
    return f"{path}/".startswith(ends) or ends.startswith(f"{path}/")


def _shown(entry: os.DirEntry[str], path: str) -> Iterator[File]:
    told = entry.stat(follow_symlinks=False)
    if not (stat.S_ISCHR(told.st_mode) and told.st_rdev == 0):  # a whiteout: what lies below is gone
        yield File(path, Path(entry.path), told.st_size, stat.S_ISREG(told.st_mode))


def _opaque(folder: Path) -> bool:
    for name in OPAQUE:
        try:
            if os.getxattr(folder, name) == b"y":
                return True
        except OSError:
            continue
    return False


def found(engine: Engine, container: Container, globs: Sequence[str]) -> tuple[str, ...]:
    """The paths in an unstarted container that the globs mean. Raises `EngineError` where it can't look."""
    meant, stems = matching(globs), tuple(dict.fromkeys(stem(each) for each in globs))
    layers = lowers(container)
    paths = (file.path for file in overlaid(layers, stems)) if layers else _archived(engine, container, stems)
    return tuple(sorted({path for path in paths if meant(path)}))


def fetched(engine: Engine, container: Container, paths: Sequence[str], limit: int) -> Iterator[Fetched]:
    """Those of the paths that are regular files of the container, one by one: slow, and works with every engine."""
    for path in paths:
        with suppress(EngineError):  # larger than the limit
            content = engine.get(container.id, path, limit + TAR)
            for one in _members(content) if content is not None else ():
                yield Fetched(path, one)


def _members(content: bytes) -> Iterator[bytes]:
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        members = archive.getmembers()
        if len(members) == 1 and (opened := archive.extractfile(members[0])) is not None:
            yield opened.read()


def _archived(engine: Engine, container: Container, stems: Sequence[str]) -> Iterator[str]:
    for each in stems:
        content = engine.get(container.id, each, ARCHIVE_BYTES)
        if content is not None:
            parent = each.rstrip("/").rpartition("/")[0]
            with tarfile.open(fileobj=io.BytesIO(content)) as archive:
                yield from (f"{parent}/{one.name}".replace("/./", "/") for one in archive.getmembers() if not one.isdir())

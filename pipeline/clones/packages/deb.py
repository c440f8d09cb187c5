"""Reads what a patch test must know out of a .deb, without dpkg and without unpacking it: its control fields and its changelog.

A .deb is an `ar` archive of `debian-binary`, `control.tar.*` and `data.tar.*` (deb(5)). Every size is bounded: the file
comes from outside.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import zstandard

CONTROL_BYTES = 1_000_000
CHANGELOG_BYTES = 50_000_000  # unpacked; the longest of Debian bookworm (linux) has 2.3 million
DATA_BYTES = 8_000_000_000  # that much of an unpacked .deb is read in search of its changelog
AR_MAGIC = b"!<arch>\n"
OPENERS = {
    "": lambda raw: raw,
    ".gz": lambda raw: gzip.GzipFile(fileobj=raw),
    ".xz": lzma.LZMAFile,
    ".lzma": lzma.LZMAFile,
    ".bz2": bz2.BZ2File,
    ".zst": lambda raw: zstandard.ZstdDecompressor().stream_reader(raw),
}
UNREADABLE = (tarfile.TarError, lzma.LZMAError, zlib.error, zstandard.ZstdError, EOFError, ValueError, OSError)


class BadDeb(Exception):
    """The file is no .deb that can be read."""


@dataclass(frozen=True)
class Control:
    """Who a .deb says it is."""

    package: str
    version: str
    architecture: str
    source: str
    source_version: str

    @property
    def name(self) -> str:
        return f"{self.package}:{self.architecture}"

    @property
    def file(self) -> str:
        """The name that apt gives the file."""
        return f"{self.package}_{self.version.replace(':', '%3a')}_{self.architecture}.deb"


def control(path: Path) -> Control:
    """Raises `BadDeb`."""
    for name, inside in _members(path, "control.tar"):
        if name == "control":
            return _control(fields(inside.read(CONTROL_BYTES).decode("utf-8", "replace")), path)
    raise BadDeb(f"{path.name} holds no control file")


def changelog(path: Path, package: str) -> str | None:
    """Debian's changelog of the package, or None when the .deb has none of its own (its folder may point to a sibling's).

    A binary rebuild's own entry (`changelog.Debian.<architecture>`) is no part of it. Raises `BadDeb`.
    """
    folder = f"usr/share/doc/{package}/"
    wanted = [folder + name for name in ("changelog.Debian.gz", "changelog.Debian", "changelog.gz", "changelog")]
    best: tuple[int, str] | None = None
    for name, inside in _members(path, "data.tar"):
        if name in wanted and (best is None or wanted.index(name) < best[0]):
            best = wanted.index(name), _text(inside, name.endswith(".gz"))
            if best[0] == 0:
                break
    return best[1] if best else None


def fields(stanza: str) -> Mapping[str, str]:
    """The one-line fields of a control stanza, lower-case names; of longer ones the first line."""
    split = (line.partition(":") for line in stanza.splitlines() if line[:1] not in (" ", "\t", ""))
    return {name.lower(): value.strip() for name, _, value in split}


def source_of(given: Mapping[str, str]) -> tuple[str, str]:
    """The source package and its version; `Source:` names them where they differ from the binary's own."""
    name, _, version = given.get("source", "").partition("(")
    return name.strip() or given.get("package", ""), version.rstrip(") ").strip() or given.get("version", "")


def _control(given: Mapping[str, str], path: Path) -> Control:
    try:
        return Control(given["package"], given["version"], given["architecture"], *source_of(given))
    except KeyError as missing:
        raise BadDeb(f"{path.name} has no field {missing}") from missing


def _members(path: Path, archive: str) -> Iterator[tuple[str, IO[bytes]]]:
    """The regular files of one of the archives in a .deb, in order, without unpacking the others."""
    try:
        with path.open("rb") as file:
            name, raw = _part(file, archive)
            stream = cast(IO[bytes], OPENERS[name.removeprefix(archive)](raw))
            with tarfile.open(fileobj=cast(IO[bytes], _Bounded(stream, DATA_BYTES)), mode="r|") as tar:
                for member in tar:
                    inside = tar.extractfile(member) if member.isreg() else None
                    if inside is not None:
                        yield member.name.removeprefix("./").lstrip("/"), inside
    except KeyError as unknown:
        raise BadDeb(f"{path.name} is packed in a way that is not known here ({unknown})") from unknown
    except UNREADABLE as problem:
        raise BadDeb(f"{path.name} can't be read: {problem}") from problem


def _part(file: IO[bytes], archive: str) -> tuple[str, IO[bytes]]:
    """One file in the `ar` archive: its name, and a view of it."""
    if file.read(len(AR_MAGIC)) != AR_MAGIC:
        raise ValueError("it is no Debian package")
    while len(header := file.read(60)) == 60:
        name, size = header[:16].decode("ascii", "replace").strip().rstrip("/"), int(header[48:58])
        if name.startswith(archive):
            return name, cast(IO[bytes], _Bounded(file, size))
        file.seek(size + size % 2, io.SEEK_CUR)
    raise ValueError(f"it holds no {archive}")


def _text(inside: IO[bytes], packed: bool) -> str:
    stream: IO[bytes] = cast(IO[bytes], gzip.GzipFile(fileobj=inside)) if packed else inside
    content = stream.read(CHANGELOG_BYTES + 1)
    if len(content) > CHANGELOG_BYTES:
        raise ValueError(f"its changelog is larger than {CHANGELOG_BYTES} bytes")
    return content.decode("utf-8", "replace")


class _Bounded(io.RawIOBase):
    """The next bytes of a stream, and no more."""

    def __init__(self, stream: IO[bytes], left: int) -> None:
        self.stream, self.left = stream, left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]  # the buffer of `RawIOBase.read`
        content = self.stream.read(min(len(view), self.left))
        view[: len(content)] = content
        self.left -= len(content)
        return len(content)

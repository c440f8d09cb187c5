"""Reads what apk (Alpine) prints and writes. Text in, values out; what can't be read is said, never skipped."""

from __future__ import annotations

import gzip
import io
import re
import tarfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, cast

_STEP = re.compile(r"^\(\s*\d+/\d+\) (?P<verb>\w+) (?P<name>\S+) \((?:(?P<old>\S+) -> )?(?P<new>\S+)\)$")
_AVAILABLE = re.compile(r"^OK: (\d+) distinct packages available", re.MULTILINE)
INFO_BYTES = 1_000_000


class Unreadable(Exception):
    """apk printed or wrote something that nobody here understands."""


@dataclass(frozen=True)
class Step:
    """One thing that apk would do."""

    verb: str  # Upgrading, Installing, Purging, Downgrading, Replacing
    name: str
    old: str
    new: str


@dataclass(frozen=True)
class Package:
    """One installed package, or one in a file."""

    name: str
    version: str
    origin: str  # what it is built from


def steps(text: str) -> tuple[Step, ...]:
    """Of `apk upgrade --simulate`. Raises `Unreadable`."""
    found = []
    for line in text.splitlines():
        if line.startswith("("):
            step = _STEP.match(line)
            if step is None:
                raise Unreadable(line)
            found.append(Step(step["verb"], step["name"], step["old"] or "", step["new"]))
    return tuple(found)


def available(text: str) -> int:
    """How many packages the fetched lists hold: of `apk update`."""
    found = _AVAILABLE.search(text)
    return int(found[1]) if found else 0


def database(text: str) -> Mapping[str, Package]:
    """Of /lib/apk/db/installed."""
    found = {}
    for stanza in text.split("\n\n"):
        given = {line[0]: line[2:] for line in stanza.splitlines() if line[1:2] == ":" and line[0] in "PVo"}
        if "P" in given and "V" in given:
            found[given["P"]] = Package(given["P"], given["V"], given.get("o", given["P"]))
    return found


def info(apk: bytes) -> Package:
    """Of an .apk file: its .PKGINFO. Raises `Unreadable`."""
    try:
        # Three gzip streams (signature, control, data), each with a tar in it: the zeros between are no end.
        # `r|gz` would read the first stream alone.
        unpacked = cast(IO[bytes], gzip.GzipFile(fileobj=io.BytesIO(apk)))
        with tarfile.open(fileobj=unpacked, mode="r|", ignore_zeros=True) as tar:
            for member in tar:
                inside = tar.extractfile(member) if member.name == ".PKGINFO" else None
                if inside is not None:
                    return _info(inside.read(INFO_BYTES).decode("utf-8", "replace"))
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError) as problem:
        raise Unreadable(f"an .apk can't be read: {problem}") from problem
    raise Unreadable("an .apk holds no .PKGINFO")


def _info(text: str) -> Package:
    given = dict(line.split(" = ", 1) for line in text.splitlines() if " = " in line)
    try:
        return Package(given["pkgname"], given["pkgver"], given.get("origin", given["pkgname"]))
    except KeyError as missing:
        raise Unreadable(f"an .apk does not tell its {missing}") from missing

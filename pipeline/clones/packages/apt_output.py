"""Reads what apt prints. Text in, values out; what can't be read is said, never skipped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from .deb import fields

_INST = re.compile(
    r"^Inst (?P<name>[^\s\[(]+)(?: \[(?P<old>[^\]\s]+)\])? \((?P<new>\S+)(?: (?P<origins>[^\[\]]*?))? \[(?P<arch>[^\]\s]+)\]\)"
)
_REMV = re.compile(r"^Remv (\S+)")
_KEPT = re.compile(r"^The following packages have been kept back:$\n((?:^ +.*$\n?)*)", re.MULTILINE)
_URI = re.compile(r"^'(?P<uri>[^']*)' (?P<file>\S+) (?P<size>\d+) (?:(?P<kind>[A-Za-z0-9]+):(?P<hash>[0-9a-f]+))?\s*$")
# Warnings that take nothing away from the lists. Every other one does, or nobody here knows.
_HARMLESS = re.compile(
    r"No sandbox user|Download is performed unsandboxed|is configured multiple times|apt does not have a stable CLI"
    r"|Key is stored in legacy trusted\.gpg"
)
_COMPLAINT = re.compile(r"^(?:[WE]: |Err:)")


class Unreadable(Exception):
    """apt printed a line that nobody here understands."""


@dataclass(frozen=True)
class Inst:
    """One package that apt would install."""

    name: str  # as apt asks for it: the architecture only where it is a foreign one
    old: str  # "" for a new one
    new: str
    origins: tuple[str, ...]  # `label:version/suite`
    architecture: str

    @property
    def key(self) -> str:
        return f"{self.name.partition(':')[0]}:{self.architecture}"

    @property
    def pin(self) -> str:
        return f"{self.key}={self.new}"


@dataclass(frozen=True)
class Simulated:
    """What apt would do."""

    inst: tuple[Inst, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]  # held back by a pin, a hold or another package


@dataclass(frozen=True)
class Index:
    """One package list that apt fetched."""

    file: str
    label: str
    version: str
    suite: str
    site: str
    key: str  # its name in the repository: main/binary-amd64/Packages

    @property
    def origin(self) -> str:
        """As the `Inst` lines write it."""
        return f"{self.label}:{self.version}/{self.suite}"


def simulated(text: str) -> Simulated:
    """Of `apt-get --simulate`. Raises `Unreadable`."""
    inst, removed = [], []
    for line in text.splitlines():
        if line.startswith("Inst "):
            inst.append(_inst(line))
        elif found := _REMV.match(line):
            removed.append(found[1])
    kept = [name for block in _KEPT.findall(text) for name in re.sub(r"\([^)]*\)", " ", block).split()]
    return Simulated(tuple(inst), tuple(removed), tuple(kept))


def complaints(output: str) -> tuple[str, ...]:
    """The lines of `apt-get update` after which its lists can't be relied on."""
    lines = (line.strip() for line in output.splitlines())
    return tuple(line for line in lines if _COMPLAINT.match(line) and not _HARMLESS.search(line))


def indexes(text: str) -> tuple[Index, ...]:
    """Of `apt-get indextargets "Created-By: Packages"`."""
    records = (fields(stanza) for stanza in text.split("\n\n") if stanza.strip())
    return tuple(
        Index(
            one.get("filename", ""), one.get("label", ""), one.get("version", ""), one.get("suite", ""),
            one.get("site", ""), one.get("metakey", ""),
        )
        for one in records
    )  # fmt: skip


def hashes(text: str) -> Mapping[str, tuple[str, str, str]]:
    """Of `apt-get --print-uris download`: file name to where it comes from and the kind and value of its hash in the lists."""
    found = (_URI.match(line) for line in text.splitlines())
    return {one["file"]: (one["uri"], (one["kind"] or "").lower(), one["hash"] or "") for one in found if one}


def allowed(origins: tuple[str, ...], globs: tuple[str, ...]) -> str:
    """The first of a package's origins that one of the globs takes, or ""."""
    return next((origin for origin in origins if any(fnmatchcase(origin, glob) for glob in globs)), "")


def _inst(line: str) -> Inst:
    found = _INST.match(line)
    if found is None:
        raise Unreadable(line)
    origins = tuple(one.strip() for one in (found["origins"] or "").split(", ") if one.strip())
    return Inst(found["name"], found["old"] or "", found["new"], origins, found["arch"])

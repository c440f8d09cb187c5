"""Reads what dnf and rpm print. Text in, values out; what can't be read is said, never skipped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_ADVICE = re.compile(r"^(?P<id>\S+)\s+(?P<severity>\S+)\s+(?P<nevra>\S+)$")
_CVE = re.compile(r"^CVE-\d{4}-\d{4,}$")
_EPOCH = re.compile(r"-(?:0:)(?=[^-]*-[^-]*$)")


class Unreadable(Exception):
    """dnf or rpm printed a line that nobody here understands."""


@dataclass(frozen=True)
class Package:
    """One package: `name.arch`, `epoch:version-release`, and the source package that it is built from."""

    name: str
    version: str
    source: str
    source_version: str

    @property
    def nevra(self) -> str:
        name, _, architecture = self.name.rpartition(".")
        return plain(f"{name}-{self.version}.{architecture}")


@dataclass(frozen=True)
class Repository:
    """One that is enabled."""

    id: str
    updated: str
    packages: int


# One line a package, for `rpm --query` and, in its own spelling, `dnf repoquery`.
RPM_FORMAT = r"%{NAME}.%{ARCH}\t%{EPOCHNUM}:%{VERSION}-%{RELEASE}\t%{SOURCERPM}\n"
DNF_FORMAT = r"%{name}.%{arch}\t%{epoch}:%{version}-%{release}\t%{sourcerpm}\n"


def packages(text: str) -> Mapping[str, Package]:
    """By `name.arch`; of several versions of one (kernels) the last. Raises `Unreadable`."""
    found = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        parts = line.replace("\\t", "\t").strip().split("\t")
        if len(parts) != 3 or "." not in parts[0]:
            raise Unreadable(line)
        found[parts[0]] = Package(parts[0], parts[1].replace("(none):", "0:"), *source(parts[2]))
    return found


def source(file: str) -> tuple[str, str]:
    """Name and version of `openssl-3.0.7-18.el9.src.rpm`."""
    stem = file.removesuffix(".rpm").removesuffix(".src").removesuffix(".nosrc")
    name, version, release = (*stem.rsplit("-", 2), "", "")[:3]
    return name, f"{version}-{release}" if release else version


def advice(text: str) -> tuple[tuple[str, str], ...]:
    """Of `dnf updateinfo list`: advisory (or CVE) and package (name-epoch:version-release.arch, without a zero epoch)."""
    found = (_ADVICE.match(line.strip()) for line in text.splitlines())
    return tuple((one["id"], plain(one["nevra"])) for one in found if one)


def holes(found: tuple[tuple[str, str], ...], nevras: frozenset[str]) -> tuple[str, ...]:
    """The CVE ids of these packages."""
    return tuple(dict.fromkeys(id_ for id_, nevra in found if nevra in nevras and _CVE.match(id_)))


def repositories(text: str) -> tuple[Repository, ...]:
    """Of `dnf repolist --verbose`."""
    found = []
    for stanza in re.split(r"\n(?=Repo-id)", text):
        given = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in stanza.splitlines())}
        if given.get("repo-id"):
            count = "".join(filter(str.isdigit, given.get("repo-pkgs", "")))
            found.append(Repository(given["repo-id"], given.get("repo-updated", ""), int(count or 0)))
    return tuple(found)


def plain(nevra: str) -> str:
    """Without an epoch of zero, which some of the tools write and others do not."""
    return _EPOCH.sub("-", nevra)

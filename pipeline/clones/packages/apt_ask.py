"""Asks apt and dpkg in a box, in words that do not depend on how the image configures them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from secure_release.checks import Exit

from ...release import ReleaseError
from .apt_output import Simulated, Unreadable, simulated
from .asking import said, text, well
from .box import Box

HOME = "/var/lib/secure-release"
LISTS = f"{HOME}/lists"
DOWNLOADS = f"{HOME}/debs"
SECONDS = 300.0
UPDATE_SECONDS = 600.0
_SETTINGS = (
    # Lists of our own: what lies in the image may be of another year, and `apt-get update` leaves it there when it fails.
    f"Dir::State::Lists={LISTS}",
    "Acquire::Languages=none",
    "Acquire::GzipIndexes=false",
    "Acquire::Retries=2",
    "Acquire::http::Timeout=30",
    "Dir::Cache::pkgcache=pkgcache.bin",
    "Dir::Cache::srcpkgcache=srcpkgcache.bin",
    "APT::Update::Error-Mode=any",
    "APT::Install-Recommends=false",
    "APT::Get::Always-Include-Phased-Updates=true",
    # An image may have switched these off. `trusted=yes` in a source list still counts: it is about that source alone.
    "APT::Get::AllowUnauthenticated=false",
    "Acquire::AllowInsecureRepositories=false",
    "Acquire::AllowWeakRepositories=false",
    "Acquire::AllowDowngradeToInsecureRepositories=false",
    "Acquire::Check-Valid-Until=true",
)
OPTIONS = tuple(word for setting in _SETTINGS for word in ("-o", setting))
_LOCAL_SETTINGS = (
    # No list and no source: apt can take nothing but the files that it is given.
    "Dir::Etc::SourceList=/dev/null",
    "Dir::Etc::SourceParts=/dev/null",
    f"Dir::State::Lists={HOME}/none",
    "Dir::Cache::pkgcache=",
    "Dir::Cache::srcpkgcache=",
    "APT::Install-Recommends=false",
    "APT::Sandbox::User=root",
    "APT::Get::AllowUnauthenticated=true",  # each file was checked against the signed lists, and is by its digest again
    "DPkg::Lock::Timeout=0",
    "Dpkg::Options::=--force-confdef",
    "Dpkg::Options::=--force-confold",
)
LOCAL = tuple(word for setting in _LOCAL_SETTINGS for word in ("-o", setting))
INSTALL = ("--yes", "--no-remove", "--no-install-recommends", "install")
_FORMAT = r"${db:Status-Abbrev}\t${Package}:${Architecture}\t${Version}\t${source:Package}\t${source:Version}\n"


@dataclass(frozen=True)
class Package:
    """One installed package as dpkg knows it."""

    version: str
    source: str
    source_version: str
    held: bool


def apt_get(box: Box, words: Sequence[str], seconds: float = SECONDS, cwd: str = "/") -> Exit:
    return box.run(("apt-get", *OPTIONS, *words), seconds, cwd=cwd)


def simulate(box: Box, words: Sequence[str]) -> Simulated | str:
    """What apt would do, or why it would not."""
    return _read(apt_get(box, ("--simulate", *words)))


def simulate_files(box: Box, files: Sequence[str]) -> Simulated | str:
    """What apt would do when it is given these files and no list, as an installation is."""
    return _read(box.run(("apt-get", *LOCAL, "--simulate", *INSTALL, *files), SECONDS))


def _read(ended: Exit) -> Simulated | str:
    if not well(ended):
        return said(ended)
    try:
        return simulated(text(ended))
    except Unreadable as line:
        raise ReleaseError(f"apt prints a line that is not known here: {line}", "Report it: apt's output has changed.") from line


def packages(box: Box) -> Mapping[str, Package]:
    """Every installed package by `name:architecture`. Raises `ReleaseError`."""
    ended = box.run(("dpkg-query", "--show", f"--showformat={_FORMAT}"), SECONDS)
    found = {}
    for line in text(ended).splitlines():
        status, name, version, source, source_version = (*line.split("\t"), "", "", "", "")[:5]
        if status[1:2] in ("i", "U", "F", "W", "t", "H"):  # anything but "not installed" and "only its configuration is left"
            found[name] = Package(version, source, source_version, status[:1] == "h")
    if not well(ended) or not found:
        raise ReleaseError(f"dpkg does not say what is installed: {said(ended)}", "Look at /var/lib/dpkg in the image.")
    return found


def audit(box: Box) -> str:
    """What dpkg finds half-installed: "" when nothing is."""
    ended = box.run(("dpkg", "--audit"), SECONDS)
    return text(ended).strip() if well(ended) and not ended.stderr.strip() else said(ended)

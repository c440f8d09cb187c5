"""Asks apt and dpkg in a box, in words that do not depend on how the image configures them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from secure_release.checks import Exit

from ...release import ReleaseError
from .apt_output import Simulated, Unreadable, simulated
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
    ended = apt_get(box, ("--simulate", *words))
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


def well(ended: Exit) -> bool:
    return ended.code == 0 and not ended.timed_out and not ended.flooded


def text(ended: Exit) -> str:
    return ended.stdout.decode("utf-8", "replace")


def said(ended: Exit) -> str:
    """How it ended and its complaints, on one line."""
    both = [line.strip() for part in (ended.stderr, ended.stdout) for line in part.decode("utf-8", "replace").splitlines()]
    loud = [line for line in both if line.startswith(("E:", "Err:", "W:", "dpkg: ", "dpkg-"))] or both
    how = "its time was up" if ended.timed_out else "it wrote too much" if ended.flooded else f"exit {ended.code}"
    return f"{how}; {' | '.join(line for line in loud if line)[-800:] or 'nothing was said'}"

"""The port to the package managers of operating systems: what is pending in an image, and its installation in a box."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from secure_release.checks import Gap

from ...patching import Kind, Member, NotApplied
from .box import Box

CHECK = "patch-test"  # what the gaps of a plan are filed under


@dataclass(frozen=True)
class Unit:
    """What can only be installed together, in one image: what is built from one source package, or from several that are tied.

    `sources` are source package, installed and fixed version of each.
    """

    sources: tuple[tuple[str, str, str], ...]
    members: tuple[Member, ...]
    holes: tuple[str, ...]
    sha256: tuple[str, ...]  # of the members' artifacts
    origin: str


@dataclass(frozen=True)
class Pending:
    """The pending security updates of one image. What is not known for certain is a gap."""

    units: tuple[Unit, ...]
    gaps: tuple[Gap, ...]
    sources: tuple[str, ...]  # whose lists answered, of which date and digest, and what was left out; a sentence each


@dataclass(frozen=True)
class Asked:
    """What a plan is asked for."""

    service: str
    origins: tuple[str, ...]  # globs over `label:version/suite`
    folder: Path  # artifacts are kept in here, named by their sha256


@dataclass(frozen=True)
class Installed:
    """Members that are now in the box, proven by asking it."""

    changed: tuple[str, ...]  # what else moved, as `name old -> new`
    sha256: tuple[tuple[str, str], ...]  # artifact file name, digest
    files: tuple[str, ...]  # absolute paths that the members own
    reboot: tuple[str, ...]  # sentences


class Manager(Protocol):
    """One package manager."""

    @property
    def kind(self) -> Kind: ...

    def here(self, box: Box) -> bool:
        """Whether it manages the packages of this box."""

    def installed(self, box: Box) -> Mapping[str, str]:
        """Package, with its architecture, to version. Raises `ReleaseError` when it does not say."""

    def pending(self, box: Box, asked: Asked) -> Pending:
        """Asked in a box with network; the artifacts are in `asked.folder` afterwards. Raises `ReleaseError` without an answer."""

    def install(self, box: Box, members: Sequence[Member], artifacts: Sequence[str], folder: Path) -> Installed | NotApplied:
        """Install exactly these members from exactly these artifacts (sha256), in a box without network."""


def gap(subject: str, reason: str, remedy: str) -> Gap:
    return Gap(CHECK, subject, reason, remedy)


def moved(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """What differs: package to its version before and after, "" where there was none."""
    names = sorted({*before, *after})
    pairs = {name: (before.get(name, ""), after.get(name, "")) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

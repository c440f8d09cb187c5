"""`Manager` for Debian, Ubuntu and what is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...patching import Kind, Member, NotApplied
from . import apt_install, apt_plan
from .apt_ask import packages, well
from .box import Box
from .manager import Asked, Installed, Pending


@dataclass(frozen=True)
class Apt:
    """Packages are named with their architecture: `libssl3:amd64`, `tzdata:all`. apt takes such names."""

    kind: Kind = Kind.DEB

    def here(self, box: Box) -> bool:
        return well(box.run(("apt-get", "--version"), 30)) and well(box.run(("dpkg-query", "--version"), 30))

    def installed(self, box: Box) -> Mapping[str, str]:
        return {name: package.version for name, package in packages(box).items()}

    def pending(self, box: Box, asked: Asked) -> Pending:
        return apt_plan.pending(box, asked)

    def install(self, box: Box, members: Sequence[Member], artifacts: Sequence[str], folder: Path) -> Installed | NotApplied:
        return apt_install.install(box, members, artifacts, folder)

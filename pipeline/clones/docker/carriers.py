"""What carries exactly the safe set of a container's patches: a command that a person can run, and an image. """

from __future__ import annotations

import shlex
from collections.abc import Sequence

from ...patching import Carrier, Kind, Member, Patch

REPOSITORY = "secure-release"
DIGEST_CHARS = 12


def command(service: str, patches: Sequence[Patch]) -> Carrier:
    """The package managers' own words, every version pinned."""
    lines = [line for kind in Kind if (line := _line(kind, _members(service, kind, patches)))]
    return Carrier("command", service, " && ".join(lines), "")


def image_name(project: str, service: str, digest: str) -> str:
    return f"{REPOSITORY}/{project}-{service}:{digest[:DIGEST_CHARS]}".lower()


def _members(service: str, kind: Kind, patches: Sequence[Patch]) -> list[Member]:
    members = (member for patch in patches if patch.kind is kind for member in patch.members)
    return [member for member in members if member.service == service]


def _line(kind: Kind, members: Sequence[Member]) -> str:
    if not members:
        return ""
    match kind:
        case Kind.DEB:
            return shlex.join(["apt-get", "install", "--only-upgrade", *(f"{one.name}={one.fixed}" for one in members)])
        case Kind.APK:
            return shlex.join(["apk", "add", "--upgrade", *(f"{one.name}={one.fixed}" for one in members)])
        case Kind.RPM:
            return shlex.join(["dnf", "upgrade", *(f"{one.name}-{one.fixed}" for one in members)])
        case Kind.PYTHON:
            return shlex.join(["python", "-m", "pip", "install", *(f"{one.name}=={one.fixed}" for one in members)])

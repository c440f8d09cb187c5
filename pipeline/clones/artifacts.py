"""Which patch a downloaded file carries, by its name. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from ..patching import Applied, Kind, Member, Patch

SDISTS = (".tar.gz", ".zip")
NEW = re.compile(r"(?:(?P<service>\S+): )?(?P<name>\S+) \(new\) -> (?P<version>\S+)")


def carries(file: str, patch: Patch) -> bool:
    """Whether the file is an artifact of the patch: of its distribution, or of one of its packages, in the new version."""
    if patch.kind is Kind.PYTHON:
        found = distribution(file)
        return found is not None and found[0] == patch.name and _same(found[1], patch.fixed)
    return any(file.startswith(start) for member in patch.members for start in _starts(patch, member))


def distribution(file: str) -> tuple[str, str] | None:
    """Name and version of a wheel or a source distribution; None when the file is neither."""
    try:
        if file.endswith(".whl"):
            name, version, *_ = parse_wheel_filename(file)
        elif file.endswith(SDISTS):
            name, version = parse_sdist_filename(file)
        else:
            return None
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        return None
    return name, str(version)


def newcomers(applied: Applied, patches: Sequence[Patch]) -> Iterator[Patch]:
    """Distributions that other patches brought along. A new OS package is no patch of its own: it is a member of one."""
    asked = {(patch.name, service) for patch in patches for service in (patch.services or ("",))}
    for found in filter(None, map(NEW.fullmatch, applied.changed)):
        name, version, service = found["name"], found["version"], found["service"] or ""
        members = (Member(service, name, "", version),) if service else ()
        new = Patch(Kind.PYTHON, name, "", version, (), (), members, "")
        if (name, service) not in asked and any(carries(file, new) for file, _ in applied.sha256):
            yield new


def _starts(patch: Patch, member: Member) -> tuple[str, ...]:
    """How the files of a package begin: `libssl3_3.0.15-1_` (an epoch as `1%3a`), `musl-1.2.4-r2.`, `openssl-3.0.7-27.el9.`."""
    name, version = member.name.split(":")[0], member.fixed
    if patch.kind is Kind.DEB:
        return (f"{name}_{version.replace(':', '%3a')}_", f"{name}_{version.partition(':')[2] or version}_")
    return (f"{name}-{version.partition(':')[2] or version}.",)


def _same(one: str, other: str) -> bool:
    try:
        return Version(one) == Version(other)
    except InvalidVersion:
        return one == other

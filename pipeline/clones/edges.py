"""Which requirements of distributions an upgrade would break. Pure: what is installed in, what stands against it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion

from .probe import Installed

Set = Mapping[str, Installed]  # by normalised name


@dataclass(frozen=True)
class Conflict:
    """`who` requires `needs`, and that is not what there would be."""

    who: str
    needs: str
    target: str

    def __str__(self) -> str:
        return f"{self.who} requires {self.needs}"


def upgraded(installed: Set, targets: Sequence[Installed]) -> Set:
    return {**installed, **{target.name: target for target in targets}}


def conflicts(before: Set, after: Set, markers: Mapping[str, str]) -> tuple[Conflict, ...]:
    """The requirements that hold before and not after. What was broken already is not the upgrade's doing."""
    old = {(conflict.who, conflict.target) for conflict in _unmet(before, markers)}
    return tuple(c for c in _unmet(after, markers) if (c.who, c.target) not in old)


def missing(before: Set, after: Set, markers: Mapping[str, str]) -> tuple[Requirement, ...]:
    """Requirements of upgraded distributions on names that nobody has installed yet."""
    new = [installed for name, installed in after.items() if before.get(name) != installed]
    found = (need for installed in new for need in _needs(installed, _extras(after), markers))
    return tuple(need for need in found if canonicalize_name(need.name) not in after)


def _unmet(installed: Set, markers: Mapping[str, str]) -> tuple[Conflict, ...]:
    extras = _extras(installed)
    return tuple(
        Conflict(one.name, f"{need.name}{need.specifier}", canonicalize_name(need.name))
        for one in installed.values()
        for need in _needs(one, extras, markers)
        if not _met(need, installed)
    )


def _met(need: Requirement, installed: Set) -> bool:
    """A name that is not there at all is `missing`, not a conflict."""
    there = installed.get(canonicalize_name(need.name))
    if there is None or need.url:
        return True
    try:
        return need.specifier.contains(there.version, prereleases=True)
    except InvalidVersion:
        return True


def _needs(one: Installed, extras: Mapping[str, frozenset[str]], markers: Mapping[str, str]) -> list[Requirement]:
    """What it requires here: its markers hold, with the extras that somebody asked of it."""
    asked = ("", *sorted(extras.get(one.name, frozenset())))
    needs = [need for need in map(_parsed, one.requires) if need is not None]
    return [
        need for need in needs if need.marker is None or any(need.marker.evaluate({**markers, "extra": extra}) for extra in asked)
    ]


def _extras(installed: Set) -> Mapping[str, frozenset[str]]:
    asked: dict[str, frozenset[str]] = {}
    for one in installed.values():
        for need in filter(None, map(_parsed, one.requires)):
            name = canonicalize_name(need.name)
            asked[name] = asked.get(name, frozenset()) | frozenset(need.extras)
    return asked


def _parsed(text: str) -> Requirement | None:
    """Old metadata holds requirements that no tool reads any more; pip ignores them too."""
    try:
        return Requirement(text)
    except InvalidRequirement:
        return None

"""From known holes to the patches that close them. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

from secure_release.checks import Gap, Hole, Match

from ..patching import Patch

CHECK = "patch-test"
PYTHON = "python"
BY_HAND = "Audit it by hand and waive this gap with an end date, or take a version that advisories know."


@dataclass(frozen=True)
class Plan:
    """Every hole is in one of these: closed by a patch, without a fix, or not known."""

    patches: tuple[Patch, ...]
    no_fix: tuple[Patch, ...]  # `fixed` is ""
    gaps: tuple[Gap, ...]


def plan(matches: Sequence[Match]) -> Plan:
    """The lowest fix that closes all holes of a pin; worst holes and smallest steps first. A downgrade is no fix."""
    judged = [(match, _fix(match)) for match in matches if match.holes]
    patches = [(match, _patch(match, fix)) for match, fix in judged if fix]
    return Plan(
        tuple(patch for _, patch in sorted(patches, key=lambda pair: (-_worst(pair[0].holes), pair[1].name))),
        tuple(_patch(match, "") for match, fix in judged if not fix),
        tuple(Gap(CHECK, str(match.pin), match.unauditable, BY_HAND) for match in matches if match.unauditable),
    )


def set_digest(patches: Sequence[Patch]) -> str:
    """The name of a set of patches: over their names, versions and artifacts. "" for no patch."""
    if not patches:
        return ""
    parts = sorted([patch.kind, patch.name, patch.fixed, *sorted(patch.sha256)] for patch in patches)
    return hashlib.sha256(json.dumps(parts, separators=(",", ":")).encode()).hexdigest()


def _patch(match: Match, fix: str) -> Patch:
    ids = (id_ for hole in match.holes for id_ in (hole.aliases or (hole.id,))[:1])
    return Patch(PYTHON, match.pin.name, match.pin.version, fix, tuple(dict.fromkeys(ids)), ())


def _fix(match: Match) -> str:
    """The fix if it is newer than what is installed."""
    try:
        return match.fix if match.fix and Version(match.fix) > Version(match.pin.version) else ""
    except InvalidVersion:
        return ""


def _worst(holes: Sequence[Hole]) -> int:
    return max(hole.severity.rank for hole in holes)

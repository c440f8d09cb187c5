"""From known holes to the patches that close them, and the names of plans and sets. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from packaging.version import InvalidVersion, Version

from secure_release.checks import Gap, Hole, Match, SnapshotFacts

from ..patching import Kind, Patch, Plan

CHECK = "patch-test"
BY_HAND = "Audit it by hand and waive this gap with an end date, or take a version that advisories know."


def plan(matches: Sequence[Match], sources: tuple[str, ...]) -> Plan:
    """The lowest fix that closes all holes of a pin; worst holes and smallest steps first. A downgrade is no fix."""
    judged = [(match, _fix(match)) for match in matches if match.holes]
    patches = [(match, _patch(match, fix)) for match, fix in judged if fix]
    return Plan(
        tuple(patch for _, patch in sorted(patches, key=lambda pair: (-_worst(pair[0].holes), pair[1].name))),
        tuple(_patch(match, "") for match, fix in judged if not fix),
        tuple(Gap(CHECK, str(match.pin), match.unauditable, BY_HAND) for match in matches if match.unauditable),
        sources,
    )


def told(facts: SnapshotFacts, now: datetime) -> str:
    """The line about an advisory source: where it is, what is in it, how old it is."""
    parts = [f"{facts.source} {facts.where}", f"{facts.count} records" if facts.count else ""]
    parts.append(f"sha256 {facts.sha256}" if facts.sha256 else "")
    if facts.newest is not None:
        parts.append(f"newest of {facts.newest.date()}, {(now - facts.newest).days} days old")
    return ", ".join(part for part in parts if part)


def plan_digest(planned: Plan) -> str:
    """The name of what is pending. Not over the sources: those grow older each day while the plan is the same."""
    parts = {
        "patches": sorted(map(_plain, planned.patches)),
        "no_fix": sorted(map(_plain, planned.no_fix)),
        "gaps": sorted(gap.fingerprint for gap in planned.gaps),
    }
    return _digest(parts)


def set_digest(patches: Sequence[Patch]) -> str:
    """The name of a set of patches: over their names, versions, places and artifacts. "" for no patch."""
    if not patches:
        return ""
    return _digest(
        sorted(
            [patch.kind, patch.name, patch.fixed, sorted(patch.sha256), sorted([m.service, m.name, m.fixed] for m in patch.members)]
            for patch in patches
        )
    )


def _plain(patch: Patch) -> str:
    return json.dumps(asdict(patch), sort_keys=True)


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, separators=(",", ":"), sort_keys=True).encode()).hexdigest()


def _patch(match: Match, fix: str) -> Patch:
    ids = (id_ for hole in match.holes for id_ in (hole.aliases or (hole.id,))[:1])
    return Patch(Kind.PYTHON, match.pin.name, match.pin.version, fix, tuple(dict.fromkeys(ids)), (), (), "")


def _fix(match: Match) -> str:
    """The fix if it is newer than what is installed."""
    try:
        return match.fix if match.fix and Version(match.fix) > Version(match.pin.version) else ""
    except InvalidVersion:
        return ""


def _worst(holes: Sequence[Hole]) -> int:
    return max(hole.severity.rank for hole in holes)

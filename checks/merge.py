"""One hole is one finding, whatever number of tools say it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .finding import Finding, numbered
from .kin import kind


def merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings of one kind (`kin.py`) whose lines overlap in one file become the surest of them, witnessed by all.

    Only findings with a weakness and a line are merged; an advisory or a posture finding stands for itself.
    """
    holes: dict[tuple[str, str], list[Finding]] = {}
    for finding in sorted(findings, key=lambda f: (f.place.path, f.place.line, f.place.end_line, f.check, f.rule)):
        kept = holes.setdefault((finding.place.path, kind(finding)), [])
        twin = next((i for i, other in enumerate(kept) if _same_hole(finding, other)), None)
        if twin is None:
            kept.append(finding)
        else:
            kept[twin] = _together(kept[twin], finding)
    return numbered(finding for kept in holes.values() for finding in kept)


def _same_hole(one: Finding, other: Finding) -> bool:
    """Two of one file and one kind."""
    if not one.weakness or not one.place.line or one.advisories or other.advisories:
        return False
    return one.place.line <= max(other.place.end_line, other.place.line) and other.place.line <= max(
        one.place.end_line, one.place.line
    )


def _together(one: Finding, other: Finding) -> Finding:
    """The surer of the two speaks, then the worse, then the one that follows data or knows the framework (not bandit); with the
    severity of the worse: a hint must not hide a hole."""
    first, second = sorted((one, other), key=lambda f: (-f.confidence.rank, -f.severity.rank, f.check == "bandit"))
    return replace(
        first,
        severity=max(one.severity, other.severity, key=lambda severity: severity.rank),
        witnesses=tuple(dict.fromkeys((*first.witnesses, *second.witnesses))),
        fix=first.fix or second.fix,
    )

"""One hole is one finding, whatever number of tools say it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import replace

from .finding import Finding, numbered
from .kin import kind


def merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings of one kind (`kin.py`) whose lines overlap in one file become the surest of them, witnessed by all.

    Only findings with a weakness and a line are merged; an advisory or a posture finding stands for itself.
    """
    holes: dict[tuple[str, str], _Holes] = {}
    for finding in sorted(findings, key=lambda f: (f.place.path, f.place.line, f.place.end_line, f.check, f.rule)):
        holes.setdefault((finding.place.path, kind(finding)), _Holes()).add(finding)
    return numbered(finding for each in holes.values() for finding in each.found)


class _Holes:
    """Those of one file and one kind, as they come by their first line: a hole that ends above it never meets another one."""

    def __init__(self) -> None:
        self.found: list[Finding] = []
        self._open: deque[int] = deque()  # which of `found` may still meet one, the first found first

    def add(self, finding: Finding) -> None:
        twin = self._twin(finding)
        if twin is not None:
            self.found[twin] = _together(self.found[twin], finding)
            return
        if finding.weakness and not finding.advisories:
            self._open.append(len(self.found))
        self.found.append(finding)

    def _twin(self, finding: Finding) -> int | None:
        """The first hole whose lines reach down to this one's."""
        if not finding.weakness or not finding.place.line or finding.advisories:
            return None
        while self._open and _last(self.found[self._open[0]]) < finding.place.line:
            self._open.popleft()
        return self._open[0] if self._open else None


def _last(finding: Finding) -> int:
    return max(finding.place.line, finding.place.end_line)


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

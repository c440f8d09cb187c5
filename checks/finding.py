"""What a check says: findings (wrong) and gaps (not looked at), each with a name that outlives line numbers."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property


class Severity(StrEnum):
    """How bad it is if it is true. `UNKNOWN` is for advisories that carry no rating; the policy says what it counts as."""

    UNKNOWN = "unknown"
    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return _SEVERITIES[self]


class Confidence(StrEnum):
    """How sure the check is. Independent of severity."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        return _CONFIDENCES[self]


_SEVERITIES = {severity: rank for rank, severity in enumerate(Severity)}
_CONFIDENCES = {confidence: rank for rank, confidence in enumerate(Confidence)}


@dataclass(frozen=True)
class Place:
    """Where: a path in the project with `/` (empty: the machine) and 1-based lines (0: the whole file)."""

    path: str
    line: int
    end_line: int

    def __str__(self) -> str:
        if not self.path:
            return "this machine"
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True)
class Witness:
    """Who says it: the check and its own name for the rule."""

    check: str
    rule: str


@dataclass(frozen=True)
class Finding:
    """One thing a check says is wrong.

    `subject` is what the finding is about without its line number: the source text, `flask 2.2.2`, a digest of a
    secret (never the secret). `nth` tells apart equal subjects in one file; `numbered` fills it in.
    """

    check: str
    rule: str
    severity: Severity
    confidence: Confidence
    message: str
    place: Place
    subject: str
    fix: str
    weakness: str  # "CWE-89", or "" where the tool names none
    advisories: tuple[str, ...]  # CVE, GHSA, PYSEC ids
    witnesses: tuple[Witness, ...]
    nth: int

    @cached_property
    def fingerprint(self) -> str:
        """The same hole keeps its fingerprint when lines move, and when another tool reports it."""
        return _digest("finding", self.weakness or self.rule, self.place.path, squeezed(self.subject), str(self.nth))


@dataclass(frozen=True)
class Gap:
    """One thing a check should have looked at and did not."""

    check: str
    subject: str
    reason: str
    remedy: str

    @property
    def fingerprint(self) -> str:
        return _digest("gap", self.check, self.subject, self.reason)


def numbered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in a stable order, each told apart from its equals in the same file."""
    seen: Counter[tuple[str, str, str]] = Counter()
    ordered = sorted(findings, key=lambda f: (f.place.path, f.place.line, f.rule, f.subject))
    result = []
    for finding in ordered:
        key = (finding.weakness or finding.rule, finding.place.path, squeezed(finding.subject))
        result.append(_nth(finding, seen[key]))
        seen[key] += 1
    return tuple(result)


def _nth(finding: Finding, nth: int) -> Finding:
    message, subject, fix = encodable(finding.message), encodable(finding.subject), encodable(finding.fix)
    if (nth, message, subject, fix) == (finding.nth, finding.message, finding.subject, finding.fix):
        return finding
    return replace(finding, nth=nth, message=message, subject=subject, fix=fix)


def encodable(text: str) -> str:
    """Text that can be written as UTF-8: a tool's JSON may hold halves of characters."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def squeezed(text: str) -> str:
    """Text without the white space that formatters change."""
    return " ".join(text.split())


def _digest(*parts: str) -> str:
    joined = "\0".join(("1", *parts)).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:20]

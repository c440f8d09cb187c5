"""How a check ends: it ran, it is broken, or it was skipped. None of the three is the default, none is a yes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NoReturn

from .finding import Finding, Gap


@dataclass(frozen=True)
class Evidence:
    """A file in the run's evidence folder that backs a statement: its name for people, its digest for machines."""

    name: str
    sha256: str


class _NoTruth:
    def __bool__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} has no truth value: match on it")


@dataclass(frozen=True)
class Ran(_NoTruth):
    """It looked, proved itself on its specimen, and accounts for every item: looked at, or a gap."""

    kind: Literal["ran"]
    findings: tuple[Finding, ...]
    looked_at: tuple[str, ...]
    gaps: tuple[Gap, ...]
    evidence: tuple[Evidence, ...]
    notes: tuple[str, ...]  # what was not asked, in plain sentences: shown, never judged


@dataclass(frozen=True)
class Broken(_NoTruth):
    """It gave no answer. `remedy` tells what to do next."""

    kind: Literal["broken"]
    reason: str
    remedy: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Skipped(_NoTruth):
    """It was not asked, and why."""

    kind: Literal["skipped"]
    reason: str


Result = Ran | Broken | Skipped


def ran(
    findings: tuple[Finding, ...],
    looked_at: tuple[str, ...],
    gaps: tuple[Gap, ...],
    evidence: tuple[Evidence, ...],
    notes: tuple[str, ...] = (),
) -> Ran:
    return Ran("ran", findings, looked_at, gaps, evidence, notes)


def broken(reason: str, remedy: str, evidence: tuple[Evidence, ...] = ()) -> Broken:
    return Broken("broken", reason, remedy.strip(), evidence)


def skipped(reason: str) -> Skipped:
    return Skipped("skipped", reason)

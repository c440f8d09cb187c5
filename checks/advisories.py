"""Advisories as values: which pins they hit, and which version closes them. Pure; the files are read elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .finding import Severity


class AdvisoryError(Exception):
    """The source of advisories gave no answer. The message says why, `hint` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True)
class Pin:
    """One distribution at one version, with its normalised name (PEP 503)."""

    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(frozen=True)
class SnapshotFacts:
    """Where advisories come from. `sha256` and `newest` are empty/None for a live source."""

    source: Literal["file", "osv", "index"]
    where: str
    sha256: str
    newest: datetime | None
    count: int
    max_age: float  # seconds; older data is no answer


@dataclass(frozen=True)
class Hole:
    """One known hole of one pin. `aliases` holds every id of it, this one included, CVE first."""

    id: str
    aliases: tuple[str, ...]
    summary: str
    severity: Severity
    fixed_in: tuple[str, ...]  # ascending; empty: no fixed version exists


@dataclass(frozen=True)
class Match:
    """What is known about one pin. `fix` is the lowest version that closes every hole, same branch first; "" if none does.

    `unauditable` says why there is no answer ("" when there is one): an unauditable pin is a gap, never clean.
    """

    pin: Pin
    holes: tuple[Hole, ...]
    fix: str
    unauditable: str

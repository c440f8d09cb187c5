"""Values and ports of deploy, verify and rollback: undo, probes, and the drivers behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from .config import Probe


@dataclass(frozen=True)
class Undo:
    """How to take one change back, as data, written down before the change."""

    driver: str
    previous: str  # what stood before, as the driver names it; "" when nothing stood there
    previous_version: str  # what its probes should say; "" when unknown
    steps: tuple[str, ...]  # in plain words, for the person who must do it by hand
    data: Mapping[str, str]  # what the driver needs to do it


@dataclass(frozen=True)
class Shipment:
    """What is to be deployed: exactly the files that were scanned."""

    run: str
    commit: str
    version: str


class DeployError(Exception):
    """A change or its undo did not work. `hint` says what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class Deployer(Protocol):
    """A deploy driver."""

    @property
    def name(self) -> str: ...

    def plan(self, shipment: Shipment) -> Undo:
        """What stands now and how to get back to it; changes nothing. Raises `DeployError` when there is no way back."""

    def apply(self, shipment: Shipment) -> str:
        """Make the change; returns what stands now. Raises `DeployError`."""

    def undo(self, undo: Undo) -> str:
        """Take the change back; safe to call twice and after a change that was cut off anywhere. Returns what stands now."""

    def standing(self) -> str:
        """What stands now, as the driver names it; "" for nothing."""


@dataclass(frozen=True)
class Probed:
    """One answer to one probe."""

    name: str
    healthy: bool
    said: str
    at: datetime
    seconds: float


class Prober(Protocol):
    """Asks the running application."""

    def ask(self, probe: Probe, version: str) -> Probed:
        """Ask once. A connection error, a wrong status, body or version, a time-out: not healthy, never an exception."""


@dataclass(frozen=True)
class DeployReport:
    """What the deploy stage says."""

    undo: Undo
    standing: str
    before: tuple[Probed, ...]  # the same probes, asked before the change


@dataclass(frozen=True)
class VerifyReport:
    """What the probes said, each once it passed or its time was up, then every answer of the watch that was not healthy."""

    probed: tuple[Probed, ...]
    watched_seconds: float
    rounds: int


@dataclass(frozen=True)
class RollbackReport:
    """What went back and what did not, in plain words."""

    cause: str
    undone: tuple[str, ...]
    failed: tuple[str, ...]
    data: tuple[str, ...]
    probed: tuple[Probed, ...]
    by_hand: tuple[str, ...]  # what a person must do now, when stranded

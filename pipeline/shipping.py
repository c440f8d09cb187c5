"""Values and ports of deploy, verify and rollback: undo, probes, and the drivers behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from .config import Probe


@dataclass(frozen=True, slots=True)  # as many as there are files
class Shipped:
    """One file of the release as it will be deployed, whoever looked at it or not."""

    name: str  # the real relative path; undecodable bytes as surrogates (os.fsencode)
    size: int  # bytes
    sha256: str  # of the content; "" for a link
    executable: bool
    link: str | None  # where a symbolic link points


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
    digest: str  # of the source, as it was journalled when the run began
    root: Path  # where the files are read; each must still have the digest that it had when it was scanned
    files: tuple[Shipped, ...]
    images: Mapping[str, str]  # service to the image (id) that carries what the patch test found safe; empty: there is none


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

    def apply(self, shipment: Shipment, undo: Undo) -> str:
        """Make the change; returns what stands now. Raises `DeployError`, also when `undo` no longer says what stands."""

    def silence(self, undo: Undo) -> None:
        """Stop what the change started, where this driver can: before data goes back, which it would write to. `undo` follows.

        Safe to call again, and after a change that was cut off anywhere. Raises `DeployError`.
        """

    def undo(self, undo: Undo, data_replaced: bool) -> str:
        """Take the change back; safe to call twice and after a change that was cut off anywhere. Returns what stands now.

        `data_replaced`: the application must be restarted even if its code never changed. Raises `DeployError`.
        """

    def standing(self) -> str:
        """What stands now, as the driver names it; "" for nothing. Raises `DeployError` when it can't be told."""

    def tidy(self, keep: int) -> tuple[str, ...]:
        """Remove releases that are older than the `keep` newest, never what stands or its way back; what was removed."""


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

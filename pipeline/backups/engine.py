"""The port behind which backup engines stand: one stores a tree and its manifest for a generation and fetches both again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .keys import Lock, Owner, Unlock


@dataclass(frozen=True)
class Tree:
    """What an engine is given: exactly these names below `root`, parents before children, nothing found by itself."""

    root: Path
    names: tuple[bytes, ...]


@dataclass(frozen=True)
class Stored:
    """One file in a generation's folder."""

    name: str
    size: int  # bytes
    sha256: str
    beside: int = 0  # bytes that it stands for and that were added outside of the folder


class TreeChanged(Exception):
    """The tree was written to while it was read: try again."""


@dataclass(frozen=True)
class Listed:
    """What a depot says is there, against the generations that it was asked about. Ids, all of them."""

    missing: frozenset[str]  # asked about, and not whole there
    others: frozenset[str]  # there, and not asked about


class Depot(Protocol):
    """What an engine keeps outside of the generations' folders; the ledger says what must be there."""

    def prepare(self, used: bool) -> None:
        """Make it ready to be written to; anew only when the ledger knows of nothing that was ever stored (not `used`).

        Raises `BackupError` when it is gone although it was used, or holds what another ledger knows.
        """

    def listed(self, folders: Sequence[Path]) -> Listed:
        """Compare with these generations' folders. Raises `BackupError` when there is no answer."""

    def forget(self, ids: Collection[str]) -> None:
        """Remove exactly these generations; safe to call again."""

    def reclaim(self) -> None:
        """Free the room of what was forgotten; safe to call again after a call that was cut off anywhere."""

    def check(self, part: int, parts: int) -> str:
        """Look whether all is there, and read one part of it whole; what is wrong, "" for nothing."""


class Engine(Protocol):
    """Named in the configuration and recorded in the ledger; never chosen by what happens to be installed."""

    @property
    def name(self) -> str: ...

    @property
    def depot(self) -> Depot | None:
        """None when everything lies in the generations' folders."""

    @property
    def keeps_holes(self) -> bool:
        """Whether a sparse file comes back sparse, or takes its whole size."""

    def keys(self, owner: Owner) -> tuple[Lock, Unlock]:
        """For one generation: what to store it with, and what opens it in this process. Raises `BackupError`."""

    def owners_key(self, owner: Owner) -> Unlock:
        """What opens generations of earlier runs. Raises `BackupError` when this machine has none."""

    def store(self, source: str, tree: Tree, manifest: bytes, folder: Path, lock: Lock) -> tuple[Stored, ...]:
        """Store the tree and its manifest for the generation `folder`, named by its id; flushed to the disk.

        Raises `TreeChanged`, `BackupError`, or `OSError` when the place is full; then leaves nothing behind in `folder`.
        """

    def fetch(self, source: str, folder: Path, into: Path, unlock: Unlock) -> bytes:
        """Restore into the empty folder `into`, in a private one, and nowhere else; the manifest.

        Raises `BackupError` when it can't, or refuses to.
        """

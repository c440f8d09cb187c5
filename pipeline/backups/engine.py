"""The port behind which backup engines stand: one stores a tree in a generation's folder and fetches it again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .keys import Lock, Unlock


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


class TreeChanged(Exception):
    """The tree was written to while it was read: try again."""


class Engine(Protocol):
    """Named in the configuration and recorded in the ledger; never chosen by what happens to be installed."""

    @property
    def name(self) -> str: ...

    def store(self, source: str, tree: Tree, folder: Path, lock: Lock) -> Stored:
        """Store the tree in `folder`, flushed to the disk.

        Raises `TreeChanged`, `BackupError`, or `OSError` when the place is full; then leaves nothing behind.
        """

    def fetch(self, source: str, folder: Path, into: Path, unlock: Unlock) -> None:
        """Restore into the empty folder `into` and nowhere else. Raises `BackupError` when it can't, or refuses to."""

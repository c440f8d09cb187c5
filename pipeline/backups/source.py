"""The port behind which kinds of sources stand: each makes itself readable, tells what is in it, and compares."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .engine import Tree


@dataclass(frozen=True)
class Staged:
    """A source that can be read now: what the engine is to store, and the manifest of what must come back."""

    tree: Tree
    manifest: bytes
    consistency: str
    items: int  # files, or rows
    size: int  # bytes before compression
    room: int  # bytes that a restore takes on the disk
    write_mark: str
    changed: Callable[[], str]  # what was written to since, "" for nothing; asked after the engine has read it


class Source(Protocol):
    """One thing to back up."""

    @property
    def name(self) -> str: ...

    @property
    def type(self) -> str: ...

    @property
    def target(self) -> Path:
        """What a rollback puts back in place: the folder or file itself, no symbolic link."""

    @property
    def companions(self) -> tuple[str, ...]:
        """Endings of the files beside the target that belong to it and go aside with it."""

    def stage(self, scratch: Path) -> Staged:
        """Make it readable, with the empty folder `scratch` for copies.

        Raises `TreeChanged` (try again), `BackupError` or `OSError`.
        """

    def held(self, scratch: Path) -> AbstractContextManager[str]:
        """Keep writers off as far as this kind can, and give the write mark of what is there now."""

    def current_mark(self) -> str:
        """The write mark of what is there now, without keeping anybody off; "" when nothing is."""

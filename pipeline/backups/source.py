"""The port behind which kinds of sources stand: each makes itself readable, tells what is in it, and knows its way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..keeping import BackupError, Programs
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


@dataclass(frozen=True)
class Assertion:
    """SQL that is asked of restored data, and what it must print."""

    sql: str
    expect: str


@dataclass(frozen=True)
class Check:
    """A command that gets the restored bytes on its standard input and must exit with 0."""

    argv: tuple[str, ...]
    cwd: Path


Ask = Assertion | Check


@dataclass(frozen=True)
class Trial:
    """What a comparison of restored data with its manifest may use."""

    programs: Programs
    place: Callable[[], AbstractContextManager[Path]]  # a private folder for a scratch server; swept after a kill
    asks: tuple[Ask, ...]  # what the user wants to hold besides
    loaded: bool  # load a database and look into it; else only its stored bytes are compared


Compare = Callable[[Path, bytes, Trial], tuple[str, ...]]  # restored, manifest: what differs, in plain words


@dataclass(frozen=True)
class InFiles:
    """The data is a file or folder: a rollback swaps it for a staged one."""

    target: Path  # the folder or file itself, no symbolic link
    companions: tuple[str, ...]  # endings of the files beside the target that belong to it and go aside with it


class Declined(BackupError):
    """A swap was not made because users wrote meanwhile; nothing was changed."""


class Swap(Protocol):
    """The data is in a server, which swaps it by its own means."""

    def stage(self, id: str, fetched: Path, content: bytes, current: str, scratch: Path) -> Mapping[str, object]:
        """Load the restored data beside what users see, compare it with the manifest; the plan of the swap.

        What an earlier call for this generation left half done is replaced. `current` is the write mark that must still
        hold when the swap is made, "" for any. Raises `BackupError` and then has changed nothing that users see.
        """

    def finish(self, plan: Mapping[str, object], scratch: Path) -> str:
        """Do what is still to be done of a swap; where the replaced data is now, "" when there was none.

        May be cut off and called again anywhere. Raises `Declined` when users wrote since.
        """

    def clear(self, id: str, scratch: Path) -> None:
        """Remove what a staging that was cut off before its swap left. Raises `BackupError`."""


@dataclass(frozen=True)
class NoWayBack:
    """Nobody knows how to put it back."""

    why: str


Home = InFiles | Swap | NoWayBack


class Source(Protocol):
    """One thing to back up."""

    @property
    def name(self) -> str: ...

    @property
    def type(self) -> str: ...

    @property
    def place(self) -> str:
        """Where it is, for people. No secret."""

    @property
    def home(self) -> Home:
        """Where it lies, and so how a rollback puts it back."""

    @property
    def asks(self) -> tuple[Ask, ...]: ...

    def stage(self, scratch: Path) -> Staged:
        """Make it readable, with the empty folder `scratch` for copies.

        Raises `TreeChanged` (try again), `BackupError` or `OSError`.
        """

    def held(self, scratch: Path) -> AbstractContextManager[str]:
        """Keep writers off as far as this kind can without ending them, and give the write mark of what is there now."""

    def current_mark(self, scratch: Path) -> str:
        """The write mark of what is there now, without keeping anybody off; "" when nothing is."""

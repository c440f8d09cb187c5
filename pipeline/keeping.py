"""Values and ports of backups: sources, generations, drills, and the engine behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Literal, Protocol

from secure_release.checks import Finding, Tools


@dataclass(frozen=True)
class Taken:
    """One source in one generation: how it was taken and the manifest of what went in."""

    source: str
    type: str
    path: str
    consistency: str  # "online backup", "files stable while read", ...
    manifest_sha256: str
    items: int  # files, or rows
    size: int  # bytes before compression
    write_mark: str  # what changes when somebody writes to the source: compared by on_rollback: if-unchanged


@dataclass(frozen=True)
class Drill:
    """One real restore into an empty place, compared with what went in."""

    passed: bool
    differences: tuple[str, ...]
    seconds: float  # the measured restore time
    at: datetime


@dataclass(frozen=True)
class Generation:
    """One restorable copy. Only a drilled one counts for a promise; `vouching` says whose drill speaks for it."""

    id: str
    sequence: int  # grows by one per repository, whatever the clock does
    at: datetime
    run: str
    commit: str
    engine: str
    taken: tuple[Taken, ...]
    size: int  # bytes in the repository
    sha256: str
    drill: Drill | None
    pinned: tuple[str, ...]  # why it must stay: "last release", "open release"


def vouching(generation: Generation, kept: Iterable[Generation], every: float) -> Drill | None:
    """The drill that speaks for a generation: its own; or the last one of the same sources, at most `every` seconds before it."""
    if generation.drill is not None:
        return generation.drill if generation.drill.passed else None
    like = [one.drill for one in kept if one.drill is not None and one.drill.passed and alike(one, generation)]
    oldest = generation.at - timedelta(seconds=every)
    return max((drill for drill in like if oldest <= drill.at <= generation.at), key=lambda drill: drill.at, default=None)


def alike(first: Generation, second: Generation) -> bool:
    """Whether they were taken of the same sources by the same engine."""
    return first.engine == second.engine and _of(first) == _of(second)


def _of(generation: Generation) -> frozenset[tuple[str, str, str]]:
    return frozenset((taken.source, taken.type, taken.path) for taken in generation.taken)


@dataclass(frozen=True)
class Promise:
    """Whether there is a restore point at least `age` seconds old; if not yet, from when on there will be."""

    age: float
    kept_by: str  # a generation's id, or ""
    holds_from: datetime | None


@dataclass(frozen=True)
class BackupReport:
    """What the backup stage says: the record that deploy, rollback and report read."""

    generation: Generation | None  # None: the project names nothing to back up
    kept: tuple[Generation, ...]
    pruned: tuple[str, ...]
    promises: tuple[Promise, ...]
    exposure: tuple[Finding, ...]


class BackupError(Exception):
    """A backup, drill or restore that did not work. `hint` says what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True)
class Restored:
    """Data that was put back, or why it was not."""

    source: str
    done: bool
    said: str  # in plain words: "data went back to generation 12", "users wrote since: left as it is"
    kept_aside: str  # where the replaced data is now, "" when nothing was replaced


class ProgramFailed(Exception):
    """A streamed program did not end with 0. `code` is negative for a signal; `said` is the end of its standard error."""

    def __init__(self, program: str, code: int, said: str, timed_out: bool) -> None:
        how = "its time was up" if timed_out else f"it ended with {code}"
        super().__init__(f"{Path(program).name}: {how}{': ' if said else ''}{said}")
        self.code = code
        self.said = said


class Programs(Tools, Protocol):
    """The one door to other programs, and their output or input as a stream: a backup does not fit into memory."""

    def reading(
        self, argv: Sequence[str], *, cwd: Path, timeout: float, stdin: bytes = b"", env: Mapping[str, str] | None = None
    ) -> AbstractContextManager[IO[bytes]]:
        """What the program writes; `env` is added to the allow-list. Leaving the block raises `ProgramFailed` unless the program ended with 0."""

    def writing(self, argv: Sequence[str], *, cwd: Path, timeout: float) -> AbstractContextManager[IO[bytes]]:
        """What the program reads. Leaving the block raises `ProgramFailed` unless the program ended with 0."""

    def talking(
        self, argv: Sequence[str], *, cwd: Path, timeout: float
    ) -> AbstractContextManager[tuple[IO[bytes], IO[bytes]]]:
        """What the program reads and what it writes, for one that answers. Leaving the block closes what it reads, then
        raises `ProgramFailed` unless the program ended with 0."""


class Vault(Protocol):
    """The configured sources, engine and repository as one thing."""

    def take(self, run: str, commit: str) -> Generation:
        """Take one generation of all sources and drill it when a drill is due. Raises `BackupError`; never leaves a half one."""

    def generations(self) -> tuple[Generation, ...]:
        """All of the ledger's complete generations, oldest first. Raises `BackupError` when the ledger is not whole."""

    def drill(self, id: str) -> Drill:
        """Restore into an empty private place and compare. Raises `BackupError` when it can't be tried."""

    def prune(self, now: datetime) -> tuple[str, ...]:
        """Remove what no promise needs; the ids removed. None while `prune_held` says why not."""

    def prune_held(self, now: datetime) -> str:
        """Why nothing may be pruned now: the clock went back behind the ledger. "" when it may."""

    def promises(self, now: datetime) -> tuple[Promise, ...]: ...

    def exposure(self) -> tuple[Finding, ...]:
        """Who else could read the backups, the keys or the folders that hold them."""

    def restore(self, id: str, into: Path) -> None:
        """Restore into a folder that does not exist yet, 0700. Never in place. Needs a key (`SECURE_RELEASE_IDENTITY`)."""

    def mark(self, id: str) -> None:
        """Note what the release itself wrote to the sources since generation `id`; call it after deploy, before users come.

        `if-unchanged` then tells the release's own migrations (which go back) from what users wrote (which stays).
        """

    def put_back(self, id: str, policy: Sequence[tuple[str, Literal["never", "if-unchanged", "always"]]]) -> tuple[Restored, ...]:
        """Put the sources' data back in place, each by its policy; the replaced data is kept aside, never deleted.

        The key of the run that took the backup is gone. So this uses the plain copy that the drill restored and that is
        kept, 0700, until `close`; without it, the owner's key. Safe to call again after a call that was cut off anywhere.
        """

    def close(self, run: str, passed: bool) -> None:
        """The release is over: remove the plain copy kept for its rollback, let go of its generation's pin.

        When it passed, its generation is from now on the pinned "last release". Safe to call again.
        """

    def forget(self, id: str, why: str) -> None:
        """Accept that a generation is gone or damaged: the ledger keeps the reason, and nothing counts on it any more."""

    def pin(self, id: str, why: str) -> None: ...

    def unpin(self, id: str, why: str) -> None: ...

    def sweep(self) -> tuple[str, ...]:
        """Remove what a killed run left: temporary files, drill folders. What was removed."""

"""What a check is, and the few ports through which it may touch the world."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from .advisories import Match, Pin, SnapshotFacts
from .finding import Gap
from .past import History
from .result import Evidence, Result


@dataclass(frozen=True, slots=True)  # as many as there are files
class SourceFile:
    """One file of the release, as it lies in the mirror. `path` is relative, with `/`, printable and unique."""

    path: str
    size: int  # bytes
    sha256: str
    binary: bool
    python: bool  # by its ending, or by its `#!` line
    executable: bool


@dataclass(frozen=True)
class Exit:
    """How a process ended. `code` is negative for a signal, as in `subprocess`."""

    code: int
    stdout: bytes
    stderr: bytes
    timed_out: bool
    flooded: bool  # it wrote more than the limit, and was stopped
    seconds: float


class Tools(Protocol):
    """The one door to other programs: allow-listed environment, time limit, bounded output, no shell."""

    def find(self, name: str) -> Path | None:
        """The program beside our own interpreter, else on PATH outside the project, else None."""

    def run(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        timeout: float,
        env: Mapping[str, str] | None = None,
        stdin: bytes = b"",
    ) -> Exit:
        """Run to the end. `env` is added to the allow-list. Raises `OSError` when it cannot be started."""


class Advisories(Protocol):
    """The known holes of distributions, from where the configuration says."""

    def facts(self) -> SnapshotFacts:
        """Which data answers, how old it is, how much it holds. Raises `AdvisoryError` when there is none."""

    def lookup(self, pins: Sequence[Pin]) -> tuple[Match, ...]:
        """One match per pin, in order. Raises `AdvisoryError` when the source gives no answer."""

    def serve(self) -> AbstractContextManager[tuple[str, ...]]:
        """Hand pip-audit this source: yields the arguments that point it there."""


class Queue(Protocol):
    """Whose turn it is, of all that the checks of one scan want to start."""

    @property
    def cores(self) -> int:
        """Programs that may run side by side."""

    def turn(self, cost: float) -> AbstractContextManager[None]:
        """Wait for a core; of those who wait the dearest goes first."""


class SystemClock(Protocol):
    """What the kernel says about the machine's clock."""

    def synchronised(self) -> bool:
        """Raises `OSError` when the kernel does not say."""


class Changed(Exception):
    """A file of the release is not what it was when it was read, or can't be mirrored. The message is a sentence."""


def there(paths: Iterable[str]) -> None:
    """`fill` of a tree that holds every file from the beginning."""


class Memory(Protocol):
    """What earlier runs were told, by key. An entry that does not verify is not there."""

    def recall(self, keys: Sequence[str]) -> Mapping[str, bytes]: ...

    def keep(self, entries: Mapping[str, bytes]) -> None: ...


@dataclass(frozen=True)
class Fixed:
    """All that a check's answer about one file depends on beside that file, as a digest.

    A check that has a method `fixed(context) -> Fixed | None` is not asked again about a file that has not changed.
    """

    digest: str
    remembers: Callable[[SourceFile], bool] = lambda file: True  # the others are asked about every time
    lasting: Callable[[Gap], bool] = lambda gap: False  # a gap that this content leaves every time, on any machine and under any load


@dataclass(frozen=True)
class Context:
    """All that one check gets. `tree` is a private mirror of the release, with no ignore or tool configuration in force.

    It holds what it was asked to hold: every one of `files`, unless the check has an attribute `fetches` that is True: then those
    that it reads with `read`, or names to `fill`. What was not asked for is not there, and no check takes that for looked at.
    """

    tree: Path
    files: tuple[SourceFile, ...]
    scratch: Path  # private, empty, removed afterwards
    tools: Tools
    advisories: Advisories
    clock: SystemClock
    keep: Callable[[str, bytes], Evidence]
    now: datetime
    timeout: float  # seconds for one process
    options: Mapping[str, object]  # this check's own section of the configuration
    memory: Memory
    history: History
    installation: Callable[[Path], str]  # what tells one installation of a program from every other; "" when nothing does
    queue: Queue
    progress: Callable[[int, int], None]  # pieces of its work that are done, of how many
    fill: Callable[[Iterable[str]], None] = there  # these files are in `tree` afterwards, as they were read; raises `Changed`

    def read(self, path: str) -> bytes:
        """One of `files`. Raises `OSError` and `Changed`."""
        self.fill((path,))
        return (self.tree / path).read_bytes()


class Check(Protocol):
    """One way of looking. `run` never raises for what a tool or a file does: that is `Broken` or a gap."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str:
        """What it looks for, in a few words, for people."""

    def run(self, context: Context) -> Result: ...


def is_by_file(check: Check) -> bool:
    """Whether what it says of one file needs no other file (its attribute `by_file` is True): only then can several machines
    share its files out. A check that does not say so is asked about the whole release, by one machine."""
    return getattr(check, "by_file", False) is True

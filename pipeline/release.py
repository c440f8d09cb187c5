"""The vocabulary of a release: stages, outcomes, what each stage is given and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from threading import Event
from typing import NoReturn, Protocol, TypeVar

from secure_release.checks import Changed, Check, Context, Evidence, Gap, Memory, SourceFile, there

from .config import Config
from .keeping import Vault
from .law import Law
from .patching import Choice, Patcher
from .shipping import Deployer, Prober, Shipped

T = TypeVar("T")


class Stage(StrEnum):
    """The steps of a release, in order. `scan` and `patch-test` run side by side."""

    SCAN = "scan"
    PATCH_TEST = "patch-test"
    GATE = "gate"
    BACKUP = "backup"
    DEPLOY = "deploy"
    VERIFY = "verify"
    ROLLBACK = "rollback"
    REPORT = "report"


class Outcome(StrEnum):
    """How a stage, or a whole release, ends."""

    PASSED = "passed"
    SO_FAR = "passed so far"  # of a run by stages: those that were asked for passed, and more may follow
    REFUSED = "refused"
    INCOMPLETE = "incomplete"
    ROLLED_BACK = "rolled back"
    STRANDED = "stranded"

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self]


EXIT_CODES = {
    Outcome.PASSED: 0,
    Outcome.SO_FAR: 0,
    Outcome.REFUSED: 10,
    Outcome.INCOMPLETE: 20,
    Outcome.ROLLED_BACK: 30,
    Outcome.STRANDED: 31,
}
EXIT_OURS = 1  # wrong usage, or a crash of ours
EXIT_CONFIG = 2


class ReleaseError(Exception):
    """Something the user must mend before there can be an answer. `hint` says what to do next."""

    def __init__(self, message: str, hint: str, exit_code: int = EXIT_CODES[Outcome.INCOMPLETE]) -> None:
        super().__init__(message)
        self.hint = hint
        self.exit_code = exit_code


class Interrupted(BaseException):
    """SIGINT or SIGTERM arrived. Not an `Exception`: only flow.py may stop it."""


@dataclass(frozen=True)
class Reason:
    """One plain sentence against the release, and what to do about it."""

    text: str
    remedy: str


@dataclass(frozen=True)
class StageResult:
    """What one stage says. `evidence` is the stage's own report, a value of `records.py`, stored by digest."""

    stage: Stage
    outcome: Outcome
    summary: str  # one line, for people
    reasons: tuple[Reason, ...]
    evidence: tuple[Evidence, ...]
    started: datetime
    finished: datetime

    def __bool__(self) -> NoReturn:
        raise TypeError("a StageResult has no truth value: compare its outcome")


SUPPRESSIONS = (b"nosec", b"nosem", b"zizmor:")  # a comment by which a tool looks away holds one of these


@dataclass(frozen=True)
class Source:
    """What is released, as it was read once: the identity that every later stage is held to."""

    root: Path  # the project
    tree: Path  # a private mirror; what it holds was asked for (`whole`, `fill`)
    commit: str  # 40 hex digits
    branch: str
    dirty: tuple[str, ...]  # paths that differ from the commit
    version: str
    digest: str  # over every listed file's path, mode and content
    files: tuple[SourceFile, ...]  # what is looked at, under printable names, in `tree`
    shipped: tuple[Shipped, ...]  # everything that is deployed, from `root`
    left_out: tuple[tuple[str, str], ...]  # path, and the reason the policy gives
    gaps: tuple[Gap, ...]  # what could not be read, is too large, or leads out of the tree
    marked: frozenset[str]  # those of `files` that may hold a comment by which a tool looks away
    fill: Callable[[Iterable[str]], None] = there  # these of `files` are in `tree` afterwards, as they were read; raises `Changed`
    content: Callable[[str], bytes] | None = None  # one of `files`, as it was read, without a copy of it in `tree`; raises `Changed`

    def whole(self) -> Path:
        """The mirror with everything in it. Raises `ReleaseError`."""
        return self.holding(file.path for file in self.files)

    def holding(self, paths: Iterable[str]) -> Path:
        """The mirror with at least these files in it. Raises `ReleaseError`."""
        with _unchanged():
            self.fill(paths)
        return self.tree

    def read(self, path: str) -> bytes:
        """One of `files`, as it was read. Raises `ReleaseError` and `OSError`."""
        if self.content is None:
            return (self.holding((path,)) / path).read_bytes()
        with _unchanged():
            return self.content(path)


@contextmanager
def _unchanged() -> Iterator[None]:
    try:
        yield
    except Changed as problem:
        raise ReleaseError(str(problem), "Run again while nobody edits the files, with room for temporary files.") from problem


@dataclass(frozen=True)
class Entry:
    """One line of the journal."""

    seq: int
    at: datetime
    kind: str
    stage: str
    data: Mapping[str, object]
    sha256: str


class Journal(Protocol):
    """The run's memory. `append` returns only when the line is on the disk."""

    @property
    def entries(self) -> tuple[Entry, ...]: ...

    def append(self, kind: str, stage: str, data: Mapping[str, object]) -> Entry: ...


class EvidenceStore(Protocol):
    """Digest-named files beside the journal."""

    def keep(self, name: str, content: bytes) -> Evidence: ...

    def read(self, sha256: str) -> bytes:
        """Raises `ReleaseError` when it is missing or its content has another digest."""

    def save(self, name: str, value: object) -> Evidence:
        """Store a value of records.py as JSON."""

    def load(self, sha256: str, kind: type[T]) -> T:
        """The value that `save` stored. Raises `ReleaseError` when it is not one."""


class Trusted(Protocol):
    """The tree of the trusted ref, or of nothing when no ref is trusted."""

    @property
    def ref(self) -> str:
        """The ref and its commit, for people; "" when no ref is trusted."""

    def read(self, path: str) -> bytes | None:
        """A file as it is there, or None when it is not there."""

    def paths(self) -> tuple[str, ...]:
        """Every file of the project as it is there."""


class Progress(Protocol):
    """Where stages say what they are doing; the console shows it, CI logs keep it."""

    def doing(self, what: str, done: int = 0, of: int = 0) -> None: ...

    def line(self, text: str) -> None: ...


@dataclass(frozen=True)
class Release:
    """One release under way: all that a stage may use."""

    id: str
    folder: Path  # the run's folder
    source: Source
    config: Config
    law: Law
    journal: Journal
    evidence: EvidenceStore
    progress: Progress
    halt: Event  # set: every process of this run is ended and no new one starts
    now: Callable[[], datetime]
    checks: tuple[Check, ...]
    memory: Memory  # what earlier runs worked out about the same files
    context: Callable[[Check], Context]  # all that one check gets; scratch space of its own
    trusted: Trusted
    patcher: Patcher
    choice: Choice  # which patches the command line asks for
    vault: Vault
    deployer: Deployer
    prober: Prober


StageRunner = Callable[[Release], StageResult]

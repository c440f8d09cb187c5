"""Values and ports of a patch test: patches, clones, what the tests said, and the verdict on each patch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from secure_release.checks import Gap, Match, Pin, SnapshotFacts


@dataclass(frozen=True)
class Patch:
    """One upgrade that closes known holes: a distribution, from version to version.

    In a safe set, a new dependency that another patch needs is one too: `installed` and `holes` are empty.
    """

    kind: str  # "python"
    name: str
    installed: str
    fixed: str
    holes: tuple[str, ...]  # ids, CVE first
    sha256: tuple[str, ...]  # of the artifacts that carry it, once they are fetched

    @property
    def id(self) -> str:
        return f"{self.name} {self.installed or '(new)'} -> {self.fixed}"


RUNNER = "the test runner itself"


class Verdict(StrEnum):
    """What the clones say about one patch. Only `SAFE` may roll out."""

    SAFE = "safe"
    BREAKS = "breaks"
    BREAKS_WITH = "breaks-with"
    NEEDS_WITH = "needs-with"
    BLOCKED_BY = "blocked-by"
    NO_FIX = "no-fix"
    FLAKY = "flaky"
    UNTESTED = "untested"
    ERROR = "error"


@dataclass(frozen=True)
class TestRun:
    """One run of the project's tests: test id to whether it passed; `output` is the tail of what was said."""

    __test__ = False  # pytest takes every class of this name for a test
    passed: frozenset[str]
    failed: frozenset[str]
    skipped: frozenset[str]
    output: str
    seconds: float
    why_none: str  # why there is no result ("" when there is one): no report, no test, timed out, killed

    # A runner that ended by itself in failure, without a report, is in `failed` as `RUNNER`: an upgrade may do that to it.


@dataclass(frozen=True)
class Judged:
    """One patch and what the clones said of it."""

    patch: Patch
    verdict: Verdict
    others: tuple[str, ...]  # the partners of breaks-with, needs-with, blocked-by
    tests: tuple[str, ...]  # the tests that it breaks
    output: str  # the failing test's last lines


@dataclass(frozen=True)
class Environment:
    """What was cloned, and how far it can be believed."""

    name: str  # the driver and the place, for people
    python: str  # version
    pins: tuple[Pin, ...]
    cloned_from: str  # "installed": what really runs; "lock": what the lock says
    isolation: str  # "network namespace", or "none"
    digest: str


@dataclass(frozen=True)
class Applied:
    """Patches that are now in the clone, proven by asking it. `changed` holds what else moved, as `name old -> new`."""

    changed: tuple[str, ...]
    sha256: tuple[tuple[str, str], ...]  # artifact file name, digest


@dataclass(frozen=True)
class NotApplied:
    """The installer refused, or did nothing. `blocked_by` names the patches or pins that stand against it."""

    reason: str
    blocked: tuple[str, ...]  # the names of the patches that can't go in; empty when the installer does not say
    blocked_by: tuple[str, ...]


class Clone(Protocol):
    """One throw-away copy of the environment and of the source."""

    def apply(self, patches: Sequence[Patch]) -> Applied | NotApplied: ...

    def test(self, only: Sequence[str] = ()) -> TestRun:
        """Run the project's tests, or only those ids. Never raises for what the tests do."""


class Patcher(Protocol):
    """A clone driver, together with where advisories come from."""

    def environment(self) -> Environment:
        """Look at the environment. Raises `ReleaseError` when there is none to clone."""

    def known(self, pins: Sequence[Pin]) -> tuple[Match, ...]:
        """The holes of the pins, in order. Raises `AdvisoryError` when there is no answer."""

    def facts(self) -> SnapshotFacts:
        """Where `known` has it from. Raises `AdvisoryError` when there is none."""

    def clone(self, label: str) -> AbstractContextManager[Clone]:
        """A fresh clone; journalled before it is made, destroyed on leaving, whatever happens."""

    def intact(self) -> tuple[str, ...]:
        """What changed in the source environment since `environment()`: anything here makes every verdict void."""

    def sweep(self) -> tuple[str, ...]:
        """Remove clones that a killed run left behind. Never touches anything without our mark."""


@dataclass(frozen=True)
class PatchReport:
    """What the patch test says: the record that gate and report read."""

    environment: Environment | None
    advisories: str  # where they came from, digest and age, in one line
    judged: tuple[Judged, ...]
    safe_set: tuple[Patch, ...]
    safe_digest: str  # the only set that a rollout may install; "" when there is none
    gaps: tuple[Gap, ...]
    baseline: tuple[TestRun, ...]
    quarantined: tuple[str, ...]  # tests that disagree with themselves in the untouched clone
    runs: int  # runs of the test suite, all told
    lock_diff: str


Suite = Callable[[Sequence[Patch]], TestRun | NotApplied]

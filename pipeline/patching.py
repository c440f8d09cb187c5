"""Values and ports of a patch test: patches, clones, what the tests said, and the verdict on each patch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Protocol

from pydantic import PlainSerializer

from secure_release.checks import Gap, Pin


class Kind(StrEnum):
    """What manages the package. All but `PYTHON` are packages of the operating system."""

    PYTHON = "python"
    DEB = "deb"
    APK = "apk"
    RPM = "rpm"

    @property
    def family(self) -> str:
        """`python` or `os`, as the configuration and the command line speak of them."""
        return "python" if self is Kind.PYTHON else "os"


@dataclass(frozen=True)
class Member:
    """One package of a patch, in one service, as its package manager is asked for it."""

    service: str
    name: str  # with its architecture where the manager needs it: `libssl3:amd64`
    installed: str  # "" when the patch brings it along
    fixed: str


@dataclass(frozen=True)
class Patch:
    """One upgrade that closes known holes: a Python distribution, or an OS source package with all that is built from it.

    In a safe set, a new dependency that another patch needs is one too: `installed` and `holes` are empty.
    """

    kind: Kind
    name: str
    installed: str
    fixed: str
    holes: tuple[str, ...]  # ids, CVE first
    sha256: tuple[str, ...]  # of the artifacts that carry it, once they are fetched
    members: tuple[Member, ...]  # empty for a distribution of the one virtual environment
    origin: str  # who says that it is a security patch: `Debian-Security:12/oldstable-security`; "" for the advisories

    @property
    def services(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(member.service for member in self.members))

    @property
    def id(self) -> str:
        where = f" ({', '.join(self.services)})" if self.members else ""
        return f"{self.name} {self.installed or '(new)'} -> {self.fixed}{where}"


@dataclass(frozen=True)
class Plan:
    """The pending patches. Every known hole is in one of these: closed by a patch, without a fix, or not known."""

    patches: tuple[Patch, ...]
    no_fix: tuple[Patch, ...]  # `fixed` is ""
    gaps: tuple[Gap, ...]
    sources: tuple[str, ...]  # where the answers came from, with digest and age, a line each


@dataclass(frozen=True)
class Choice:
    """Which of the pending patches the command line asks for. An empty tuple asks for all."""

    families: tuple[str, ...]  # "python", "os"
    names: tuple[str, ...]


EVERYTHING = Choice((), ())
# Why a pending patch was set aside; it is the output of an untested one.
HELD = "held by patch_test.select.hold"
KINDS = "of no kind in patch_test.select.kinds"
LEFT_OUT = "left out by the command line"
SET_ASIDE = (HELD, KINDS, LEFT_OUT)
RUNNER = "the test runner itself"
# A set is written sorted: equal values have equal digests in every process.
Names = Annotated[frozenset[str], PlainSerializer(sorted, return_type=list[str])]


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
    passed: Names
    failed: Names
    skipped: Names
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
    cloned_from: str  # "installed": what really runs; "lock": what the lock says; "containers": those that run
    isolation: str  # "network namespace", "isolated network", or "none"
    digest: str


class Consistency(StrEnum):
    """What state the clone's data is in. There is no fourth: a copy of files that are being written to is refused."""

    CRASH = "crash-consistent"  # every writer was paused while it was copied
    HOOK = "app-consistent"  # the application's own hook had it flush and hold still
    STOPPED = "stopped"  # every writer was shut down
    NO_DATA = "no data"  # the clone has none


@dataclass(frozen=True)
class Cloned:
    """How the clones were made, as it was measured."""

    consistency: Consistency
    paused: float  # seconds that the source was held still
    left_out: tuple[str, ...]  # what the source has and its clones do not: ports, secrets, sockets; a sentence each


@dataclass(frozen=True)
class Applied:
    """Patches that are now in the clone, started anew and proven by asking it."""

    changed: tuple[str, ...]  # what else moved, as `name old -> new`; in containers as `service: name old -> new`
    sha256: tuple[tuple[str, str], ...]  # artifact file name, digest
    restarts: tuple[str, ...]  # what runs the old code in the source and must be restarted there
    reboot: tuple[str, ...]  # packages that take effect only with a reboot of the host


@dataclass(frozen=True)
class Carrier:
    """Something that carries exactly the safe set to where it is rolled out."""

    kind: str  # "image", "command"
    service: str
    name: str  # the image's name, or the command
    digest: str  # of the image; "" for a command


@dataclass(frozen=True)
class SafeSet:
    """What a passed patch test lets out, as the journal holds it: nothing else may be rolled out."""

    digest: str
    plan_digest: str  # of what was pending then: another one now means that the world has moved
    patches: tuple[Patch, ...]  # with the digests of the artifacts that were tested
    images: Mapping[str, str]  # service to the digest of the image that carries its part of the set; empty for a lock


@dataclass(frozen=True)
class NotApplied:
    """The installer refused, or did nothing. `blocked_by` names the patches or pins that stand against it."""

    reason: str
    blocked: tuple[str, ...]  # the ids of the patches that can't go in; empty when the installer does not say
    blocked_by: tuple[str, ...]


class Clone(Protocol):
    """One throw-away copy of the environment and of the source."""

    def apply(self, patches: Sequence[Patch]) -> Applied | NotApplied: ...

    def test(self, only: Sequence[str] = ()) -> TestRun:
        """Run the project's tests, or only those ids. Never raises for what the tests do."""


class Patcher(Protocol):
    """A clone driver, together with where patches come from."""

    def environment(self) -> Environment:
        """Look at the environment. Raises `ReleaseError` when there is none to clone."""

    def plan(self) -> Plan:
        """The pending patches of what `environment()` saw, before anything is cloned. Raises `ReleaseError` without an answer."""

    def clone(self, label: str) -> AbstractContextManager[Clone]:
        """A fresh clone; journalled before it is made, destroyed on leaving, whatever happens."""

    def cloned(self) -> Cloned:
        """How the clones were made so far."""

    def carriers(self, safe: Sequence[Patch]) -> tuple[Carrier, ...]:
        """What carries exactly the safe set, made from the artifacts that were tested. Raises `ReleaseError`.

        `safe` is never empty, and holds the very patches that the last, passing trial's `apply` was given.
        """

    def intact(self) -> tuple[str, ...]:
        """What changed in the source environment since `environment()`: anything here makes every verdict void."""

    def close(self) -> None:
        """Remove what all clones were made from. Safe to call twice."""

    def sweep(self) -> tuple[str, ...]:
        """Remove clones that a killed run left behind. Never touches anything without our mark."""


@dataclass(frozen=True)
class PatchReport:
    """What the patch test says: the record that gate and report read."""

    environment: Environment | None
    cloned: Cloned | None  # None: nothing was cloned
    sources: tuple[str, ...]  # where the pending patches were learned from, with digest and age, a line each
    plan_digest: str  # names what was pending
    judged: tuple[Judged, ...]
    safe_set: tuple[Patch, ...]
    safe_digest: str  # the only set that a rollout may install; "" when there is none
    gaps: tuple[Gap, ...]
    baseline: tuple[TestRun, ...]
    quarantined: tuple[str, ...]  # tests that disagree with themselves in the untouched clone
    runs: int  # runs of the test suite, all told
    lock_diff: str
    carriers: tuple[Carrier, ...]
    restarts: tuple[str, ...]  # what must be restarted when the safe set is rolled out
    reboot: tuple[str, ...]



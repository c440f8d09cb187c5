"""The records that stages leave as evidence, and the verdict. Patching, keeping and shipping hold their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from secure_release.checks import Finding, Gap, Result, grading
from secure_release.checks.merge import merged

from .law import Law, Waiver
from .release import Outcome, Reason


@dataclass(frozen=True)
class Suppression:
    """A comment in the source that asks a tool to look away. `rules` is empty when it names none (all)."""

    path: str
    lines: tuple[int, ...]  # 1-based: its own, and the next one where the tool takes it so
    tool: str  # the check whose tool obeys it: "bandit", "semgrep", "workflows"
    rules: tuple[str, ...]
    added: bool  # by the change under test, as seen from the trusted ref


@dataclass(frozen=True)
class Share:
    """What one of `count` machines looks at, when a scan is shared out among them."""

    index: int  # 1-based
    count: int  # 1: this machine looks at everything, and nothing below is filled in
    partition: str  # digest of what every machine looks at: the same on all of them
    given: dict[str, tuple[str, ...]]  # check to the files that it was given here
    elsewhere: dict[str, int]  # check to the one machine that asks it about the whole release


WHOLE = Share(1, 1, "", {}, {})


@dataclass(frozen=True)
class ScanReport:
    """What every check said about the source."""

    results: dict[str, Result]
    titles: dict[str, str]
    seconds: dict[str, float]
    source_gaps: tuple[Gap, ...]
    left_out: tuple[tuple[str, str], ...]
    files: tuple[str, ...]
    suppressions: tuple[Suppression, ...]
    trust: tuple[Finding, ...]  # what the change did to its own gate
    law: Law
    share: Share
    tests: tuple[str, ...]  # of the files with findings: those that are tests, to which nothing released leads
    reach: dict[str, str]  # distributions with holes: the released place that leads to each, "" for none; those nobody can tell of are not in it

    @cached_property
    def holes(self) -> tuple[Finding, ...]:
        """Every finding as we grade it, each hole once: many ask for them, and they never change."""
        scene = grading.Scene(self.judged_as_tests, self.reach, self.law.policy.unreachable == "low")
        return merged((*self.trust, *grading.graded(self.results, scene)))

    @property
    def judged_as_tests(self) -> frozenset[str]:
        """The files that are judged as tests: none, when the policy says that tests count the same."""
        return frozenset(self.tests) if self.law.policy.tests == "low" else frozenset()


@dataclass(frozen=True)
class Excused:
    """A finding or gap that does not count, and why not."""

    item: Finding | Gap
    by: str  # "waiver", "baseline", "inline comment", "below the line"
    waiver: Waiver | None


@dataclass(frozen=True)
class Verdict:
    """What the gate says. `reasons` and `unanswered` are all there is against the release; the outcome is derived."""

    refused: tuple[Reason, ...]  # looked, and the answer is no
    unanswered: tuple[Reason, ...]  # there is no answer
    counted: tuple[Finding, ...]  # the findings behind `refused`
    gaps: tuple[Gap, ...]  # the gaps behind `unanswered`
    excused: tuple[Excused, ...]
    looked_at: dict[str, int]  # check to number of items
    warnings: tuple[str, ...]  # waivers that end soon, waivers that match nothing
    today: date

    @property
    def outcome(self) -> Outcome:
        """Incomplete outranks refused: without an answer there is no no either."""
        if self.unanswered or not any(self.looked_at.values()):
            return Outcome.INCOMPLETE
        return Outcome.REFUSED if self.refused else Outcome.PASSED

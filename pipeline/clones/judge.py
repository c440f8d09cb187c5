"""Decides on regressions: what the untouched clones say first, and whether a patched clone still says it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..patching import RUNNER, TestRun
from .bisect import Breaks, NoAnswer, Passes

Rerun = Callable[[Sequence[str]], TestRun]
DOUBT = 3  # a test that is known to change its mind is run so many times more often before it counts
NAMED = 5  # so many tests are named in a sentence


@dataclass(frozen=True)
class Oracle:
    """The tests that passed every time in the untouched clone; only these are asked about."""

    stable: frozenset[str]
    seen: frozenset[str]  # every id that any baseline named, however it ended
    quarantined: tuple[str, ...]  # disagree with themselves


@dataclass(frozen=True)
class Red:
    """The untouched clone gives no yardstick. `why` is a sentence, `remedy` what to do."""

    why: str
    remedy: str


@dataclass(frozen=True)
class Judgement:
    """What one set's tests say. `flaky`: tests that failed and then passed in the same clone."""

    said: Passes | Breaks | NoAnswer
    flaky: frozenset[str]


def oracle(runs: Sequence[TestRun], rerun: Rerun, reruns: int) -> Oracle | Red:
    """`rerun` runs failing ids once more in an untouched clone: what passes then is flaky, not red."""
    for run in runs:
        if run.why_none:
            return Red(f"Without any patch, {run.why_none}.", _mend(run))
    seen = frozenset[str]().union(*(run.passed | run.failed | run.skipped for run in runs))
    stable = frozenset[str].intersection(*(run.passed for run in runs))
    always_red = frozenset[str].intersection(*(run.failed for run in runs))
    for _ in range(reruns if always_red else 0):
        always_red -= rerun(sorted(always_red)).passed
    if always_red:
        return Red(
            f"{_tests(always_red)} without any patch: {_named(always_red)}.",
            "Make the project's tests pass in its own environment, then run again.",
        )
    if not stable:
        return Red("No test passes twice in the untouched clone.", "Repair the flaky tests, or raise `patch_test.baselines`.")
    moody = frozenset[str]().union(*(run.passed | run.failed for run in runs)) - stable
    return Oracle(stable, seen, tuple(sorted(moody)))


def judge(first: TestRun, yardstick: Oracle, rerun: Rerun, reruns: int, doubtful: frozenset[str]) -> Judgement:
    """A test breaks when it fails in the first run and in every rerun; one that no longer runs is no answer."""
    accused = broken = _broken(first, yardstick)
    if first.why_none and not broken:
        return Judgement(NoAnswer(f"the patched clone gives no result: {first.why_none}", first.output), frozenset())
    passed = first.passed
    for number in range(reruns * DOUBT):
        if not broken or (number >= reruns and broken - doubtful):
            break
        again = rerun(sorted(broken))
        if again.why_none and not again.failed:
            why = f"the tests failed, and when they were run again: {again.why_none}"
            return Judgement(NoAnswer(why, again.output), accused - broken)
        passed |= again.passed
        broken = _still(broken, again, yardstick)
    return Judgement(_said(first, broken, yardstick.stable - passed, len(yardstick.stable)), accused - broken)


def _said(first: TestRun, broken: frozenset[str], lost: frozenset[str], of: int) -> Passes | Breaks | NoAnswer:
    if broken:
        return Breaks(tuple(sorted(broken)), first.output)
    if lost:
        return NoAnswer(f"{len(lost)} of {of} tests no longer run: {_named(lost)}", first.output)
    return Passes()


def _broken(run: TestRun, yardstick: Oracle) -> frozenset[str]:
    """Failing tests that used to pass, and failures that no baseline has seen: a broken module, a broken runner."""
    return (run.failed & yardstick.stable) | (run.failed - yardstick.seen)


def _still(broken: frozenset[str], again: TestRun, yardstick: Oracle) -> frozenset[str]:
    """The runner or a module that failed again may be all that is left of the tests asked for."""
    return broken & (again.failed | (broken if RUNNER in again.failed or again.failed - yardstick.seen else frozenset()))


def _mend(run: TestRun) -> str:
    last = run.output.strip().splitlines()[-1:] or ["nothing"]
    return f"Make `patch_test.tests` run in that environment and write a JUnit report to {{junit}}. It said: {last[0][:300]}"


def _tests(tests: frozenset[str]) -> str:
    return "1 test fails" if len(tests) == 1 else f"{len(tests)} tests fail"


def _named(tests: frozenset[str]) -> str:
    shown = sorted(tests)[:NAMED]
    return ", ".join(shown) + (f" and {len(tests) - NAMED} more" if len(tests) > NAMED else "")

"""What a patch test says in the end, and what keeps it from an answer. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ..patching import RUNNER, Judged, PatchReport, Verdict
from ..release import Reason
from .choosing import HELD, KINDS, LEFT_OUT

SET_ASIDE = (HELD, KINDS, LEFT_OUT)
SPENT = "the budget of test runs ended before its turn"
NAMED = 5  # so many patches are named in a sentence


def open_questions(report: PatchReport) -> list[Reason]:
    """What keeps the stage from an answer. A patch that breaks is an answer; one that was left out is none."""
    tried = _tried(report)
    reasons = [
        Reason(f"{one.patch.id} could not be tested: {_line(one.output)}", "Mend this, and run again.")
        for one in _with(tried, Verdict.ERROR)
    ]
    if _with(tried, Verdict.FLAKY):
        again = "The set that seemed safe failed when it was tested once more."
        reasons.append(Reason(again, "Repair the flaky tests, or raise `patch_test.reruns`."))
    if tried and len(_with(tried, Verdict.UNTESTED)) == len(tried):
        reasons.append(Reason("The budget ended before any patch was tested.", "Raise `patch_test.max_runs`."))
    if left_out := _aside(report, LEFT_OUT):
        text = f"Only some pending patches were tried: {_names(left_out)} {_was(left_out)} left out by the command line."
        reasons.append(Reason(text, "For an answer run `secure-release patch-test` without --os, --python and --only."))
    return reasons


def summary(report: PatchReport) -> str:
    tried = _tried(report)
    no_fix = len(_with(report.judged, Verdict.NO_FIX))
    parts = [*_of_tried(tried), *_set_aside(report), *([f"{no_fix} without a fix"] if no_fix else [])]
    if tried:
        return "; ".join([*parts, f"{report.runs} test runs"])
    return "nothing to do: " + ("; ".join(parts) if parts else "no security patch is pending")


def _of_tried(tried: Sequence[Judged]) -> list[str]:
    if not tried:
        return []
    safe = len(_with(tried, Verdict.SAFE))
    rest = [f"{one.patch.id}: {_verdict(one)}" for one in tried if one.verdict is not Verdict.SAFE]
    return [f"{safe} of {len(tried)} patches are safe", *rest]


def _set_aside(report: PatchReport) -> list[str]:
    return [f"{_names(found)} {_was(found)} not tried: {why}" for why in SET_ASIDE if (found := _aside(report, why))]


def _tried(report: PatchReport) -> list[Judged]:
    return [one for one in report.judged if one.verdict is not Verdict.NO_FIX and not _was_set_aside(one)]


def _was_set_aside(one: Judged) -> bool:
    return one.verdict is Verdict.UNTESTED and one.output in SET_ASIDE


def _aside(report: PatchReport, why: str) -> list[Judged]:
    return [one for one in report.judged if one.verdict is Verdict.UNTESTED and one.output == why]


def _with(judged: Sequence[Judged], verdict: Verdict) -> list[Judged]:
    return [one for one in judged if one.verdict is verdict]


def _names(judged: Sequence[Judged]) -> str:
    more = f" and {len(judged) - NAMED} more" if len(judged) > NAMED else ""
    return ", ".join(one.patch.name for one in judged[:NAMED]) + more


def _was(judged: Sequence[Judged]) -> str:
    return "was" if len(judged) == 1 else "were"


def _verdict(one: Judged) -> str:
    others = f" {', '.join(one.others)}" if one.others else ""
    if RUNNER in one.tests:
        return f"{one.verdict}{others} (the tests don't start)"
    number = "1 test" if len(one.tests) == 1 else f"{len(one.tests)} tests"
    return f"{one.verdict}{others} ({number})" if one.tests else f"{one.verdict}{others}"


def _line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason was given"])[0][:300]

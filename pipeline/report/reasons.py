"""What stands against a release, each reason once: no answers, refusals, and what the stages after the gate say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..release import Outcome, Reason, Stage
from ..view import RunView
from .facts import ORDER

JUDGED = (Stage.SCAN, Stage.PATCH_TEST, Stage.GATE)  # what they say is in the verdict


@dataclass(frozen=True)
class Against:
    """One reason against the release, and who says it: a stage, and whether it is a no or no answer."""

    stage: str
    kind: str  # "refused", "no answer", or the stage's outcome
    reason: Reason


def against(view: RunView) -> tuple[Against, ...]:
    """What stands against the release, each reason once: no answers, refusals, then what the later stages say."""
    if view.outcome in (Outcome.PASSED, Outcome.SO_FAR):
        return ()
    found: dict[Reason, Against] = {}
    for item in (*_judged(view), *_stages(view), *_cut_off(view)):
        found.setdefault(item.reason, item)
    return tuple(found.values()) or (_unfinished(view),)


def _judged(view: RunView) -> Iterator[Against]:
    if view.verdict is not None:
        yield from (Against(Stage.GATE, "no answer", reason) for reason in view.verdict.unanswered)
        yield from (Against(Stage.GATE, "refused", reason) for reason in view.verdict.refused)


def _stages(view: RunView) -> Iterator[Against]:
    for result in view.stages:
        if result.outcome is not Outcome.PASSED:
            told = result.stage in JUDGED and view.verdict is not None
            silent = () if told else (Reason(f"{result.stage}: {result.summary}", ""),)
            yield from (Against(result.stage, result.outcome, reason) for reason in result.reasons or silent)


def _cut_off(view: RunView) -> Iterator[Against]:
    for what in view.interrupted:
        yield Against("", "cut off", Reason(f"The run was cut off. {what}", _continue(view)))


def _unfinished(view: RunView) -> Against:
    missing = next((stage for stage in ORDER if view.stage(stage) is None), Stage.GATE)
    return Against(missing, "no answer", Reason(f"The run is not at its end: {missing} has not run.", _continue(view)))


def _continue(view: RunView) -> str:
    if view.stage(Stage.ROLLBACK) is not None:
        return "It was taken back: start a new run."
    return f"Continue it: secure-release run --run {view.identity.run}"

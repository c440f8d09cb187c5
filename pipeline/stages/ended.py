"""How deploy, verify and rollback end: one value, with the time it took."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from secure_release.checks import Evidence

from ..release import Outcome, Reason, Release, Stage, StageResult


def ended(
    release: Release,
    stage: Stage,
    started: datetime,
    outcome: Outcome,
    summary: str,
    reasons: Sequence[Reason] = (),
    evidence: Sequence[Evidence] = (),
) -> StageResult:
    return StageResult(stage, outcome, summary, tuple(reasons), tuple(evidence), started, release.now())

"""gate: one decision over everything that was looked at."""

from __future__ import annotations

from typing import TypeVar

from .. import policy
from ..patching import PatchReport
from ..records import ScanReport
from ..release import Release, Stage, StageResult
from ..view import stage_results

T = TypeVar("T")


def run(release: Release) -> StageResult:
    started = release.now()
    scan, patch = _record(release, Stage.SCAN, "scan.json", ScanReport), _patch(release)
    verdict = policy.decide(release.law, scan, patch, release.now().date())
    against = (*verdict.unanswered, *verdict.refused)
    return StageResult(
        stage=Stage.GATE,
        outcome=verdict.outcome,
        summary="nothing stands against the release" if not against else f"{len(against)} reasons against the release",
        reasons=against,
        evidence=(release.evidence.save("verdict.json", verdict),),
        started=started,
        finished=release.now(),
    )


def _patch(release: Release) -> policy.Patch:
    result = stage_results(release.journal.entries).get(Stage.PATCH_TEST)
    if result is None:
        return None
    return policy.PatchAnswer(result, _record(release, Stage.PATCH_TEST, "patch-test.json", PatchReport))


def _record(release: Release, stage: Stage, name: str, kind: type[T]) -> T | None:
    """What a stage left, or None when it has not finished or left nothing."""
    result = stage_results(release.journal.entries).get(stage)
    found = next((item for item in result.evidence if item.name == name), None) if result is not None else None
    return release.evidence.load(found.sha256, kind) if found else None

"""gate: one decision over everything that was looked at."""

from __future__ import annotations

from .. import policy
from ..patching import PatchReport
from ..records import ScanReport
from ..release import Release, Stage, StageResult
from ..view import left_by, stage_results


def run(release: Release) -> StageResult:
    started = release.now()
    scan = left_by(Stage.SCAN, ScanReport, release.journal.entries, release.evidence)
    verdict = policy.decide(release.law, scan, _patch(release), release.now().date())
    against = (*verdict.unanswered, *verdict.refused)
    return StageResult(
        stage=Stage.GATE,
        outcome=verdict.outcome,
        summary="nothing stands against the release" if not against else f"{len(against)} {'reason' if len(against) == 1 else 'reasons'} against the release",
        reasons=against,
        evidence=(release.evidence.save("verdict.json", verdict),),
        started=started,
        finished=release.now(),
    )


def _patch(release: Release) -> policy.Patch:
    entries = release.journal.entries
    result = stage_results(entries).get(Stage.PATCH_TEST)
    return policy.PatchAnswer(result, left_by(Stage.PATCH_TEST, PatchReport, entries, release.evidence)) if result is not None else None

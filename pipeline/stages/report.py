"""report: every format of the run, written beside its journal."""

from __future__ import annotations

from ..evidence import write_whole
from ..release import Outcome, Release, Stage, StageResult
from ..report import REPORTS
from ..view import RunView, view

SBOM = "sbom.cdx.json"
CONSOLE = "console"


def run(release: Release) -> StageResult:
    started = release.now()
    seen = view(release.journal.entries, release.evidence)
    for name, render in REPORTS.items():
        if name != CONSOLE:
            write_whole(release.folder / name, render(seen).encode("utf-8", "backslashreplace"), mode=0o644)
    if (sbom := _sbom(seen)) is not None:
        write_whole(release.folder / SBOM, release.evidence.read(sbom), mode=0o644)
    return StageResult(
        stage=Stage.REPORT,
        outcome=Outcome.PASSED,
        summary=f"{release.folder / 'report.html'}",
        reasons=(),
        evidence=(),
        started=started,
        finished=release.now(),
    )


def _sbom(seen: RunView) -> str | None:
    result = seen.stage(Stage.SCAN)
    return next((item.sha256 for item in result.evidence if item.name == SBOM), None) if result is not None else None

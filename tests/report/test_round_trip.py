"""A run that was written to a journal and evidence reports the same when it is read back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from secure_release.pipeline.evidence import EvidenceFolder
from secure_release.pipeline.journal import JournalFile
from secure_release.pipeline.release import EvidenceStore, Stage, StageResult
from secure_release.pipeline.report import REPORTS, reasons
from secure_release.pipeline.report.data import data
from secure_release.pipeline.view import RECORDS, STAGE_FINISHED, STAGE_STARTED, STARTED, RunView, view

from .samples import SAMPLES, START


def written(sample: RunView, folder: Path) -> RunView:
    store = EvidenceFolder(folder / "evidence")
    journal = JournalFile(folder / "journal.jsonl", lambda: START)
    journal.append(STARTED, "", data(sample.identity))
    for result in sample.stages:
        journal.append(STAGE_STARTED, result.stage, {})
        journal.append(STAGE_FINISHED, result.stage, told(result, sample, store))
    journal.close()
    return view(journal.entries, store)


def told(result: StageResult, sample: RunView, store: EvidenceStore) -> dict[str, object]:
    """A stage's result as the journal holds it, with its record kept."""
    record = getattr(sample, "verdict" if result.stage is Stage.GATE else result.stage.replace("-", "_"))
    kept = store.save(RECORDS[result.stage][0], record)
    fields: dict[str, object] = data(result)
    del fields["stage"]
    return {**fields, "evidence": [asdict(kept)]}


@pytest.mark.parametrize("name", ["passed", "refused", "incomplete", "rolled-back", "stranded", "empty"])
def test_a_run_reads_back_as_it_was(tmp_path: Path, name: str) -> None:
    sample = SAMPLES[name]()
    back = written(sample, tmp_path)
    assert back.outcome is sample.outcome
    for field in ("identity", "scan", "patch_test", "verdict", "backup", "deploy", "verify", "rollback"):
        assert getattr(back, field) == getattr(sample, field), field
    assert reasons.against(back) == reasons.against(sample)
    assert all(render(back) for render in REPORTS.values())

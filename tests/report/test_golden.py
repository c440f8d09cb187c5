"""What people read, compared whole. `UPDATE_GOLDEN=1` writes it anew: read the difference before you commit it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from secure_release.pipeline.report import REPORTS

from .samples import SAMPLES

GOLDEN = Path(__file__).parent / "golden"
SHORT = {"report.md", "console"}  # of the sample with thousands of findings only these stay small


@pytest.mark.parametrize(
    ("name", "report"), [(name, report) for name in SAMPLES for report in REPORTS if name != "many" or report in SHORT]
)
def test_report_reads_as_it_did(name: str, report: str) -> None:
    text = REPORTS[report](SAMPLES[name]())
    golden = GOLDEN / f"{name}.{report}"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        golden.write_text(text, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == text


def test_no_golden_file_is_left_from_a_report_that_is_gone() -> None:
    known = {f"{name}.{report}" for name in SAMPLES for report in REPORTS}
    assert {path.name for path in GOLDEN.iterdir()} <= known

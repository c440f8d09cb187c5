"""The pipeline carried out, with the real buildspecs and hooks: what CI says, and what becomes of the world."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ci.shop import ENDS, Scenario, make_world

from .place import Place, make_place

pytestmark = pytest.mark.slow
REPORTS = {"report.html", "report.md", "findings.sarif", "junit.xml", "verdict.json", "journal.jsonl"}


@pytest.fixture
def at(request: pytest.FixtureRequest, tmp_path: Path, installed: Path, stack: dict[str, Any]) -> Place:
    scenario = getattr(request, "param", Scenario.GREEN)
    return make_place(make_world(tmp_path, installed, scenario), stack, tmp_path)


def test_green(at: Place) -> None:
    run = at.pipeline.execute("e-1")
    print(run)
    assert run.succeeded, run

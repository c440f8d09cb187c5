"""Real scanners, shared out among machines of their own: each a fresh clone, and only the run folders travel."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from .shop import ENDS, FINDING, FINDING_AT, Scenario, locally, make_world, verdict

pytestmark = pytest.mark.slow
REAL = ("bandit", "semgrep", "secrets")


def said(run: Path) -> tuple[Any, ...]:
    """Findings and gaps with their fingerprints, how each check ended, and what the gate decided."""
    told = verdict(run)
    findings = Counter((f["fingerprint"], f["place"]["path"], f["place"]["line"], f["status"]) for f in told["findings"])
    gaps = Counter((gap["check"], gap["subject"]) for gap in told["gaps"])
    looked = {check["name"]: (check["state"], check["looked_at"]) for check in told["checks"]}
    return findings, gaps, looked, sorted(map(str, told["reasons"]["all"])), told["outcome"]


def test_two_machines_say_what_one_says(tmp_path: Path, installed: Path) -> None:
    world = make_world(tmp_path, installed, live=False)
    world.configure(scan={"skip": ["pip-audit"]}, policy={"require": [*REAL, "sbom", "clock"]})
    world.write(FINDING_AT[0], FINDING)
    world.write("webshop/unparsable.py", "def (:\n")
    world.commit()
    alone = world.run("scan", "--run", str(tmp_path / "alone"), cwd=world.checkout(tmp_path / "one"))
    for stage in ("patch-test", "gate"):
        world.run(stage, "--run", str(tmp_path / "alone"), cwd=tmp_path / "one")

    joined = locally(world, tmp_path)

    assert alone.code == 20, alone
    assert said(joined) == said(tmp_path / "alone")
    looked = said(joined)[2]
    assert all(looked[name][1] >= 20 for name in REAL), looked
    checked = world.run("evidence", "--run", str(joined))
    assert checked.code == 0, checked


def test_a_joined_run_goes_to_its_end_on_other_machines(tmp_path: Path, installed: Path) -> None:
    """Only the run's folder travels; it carries the way back with it, and can be checked where it ends."""
    world = make_world(tmp_path, installed, Scenario.VERIFY_FAILS)

    run = locally(world, tmp_path)

    end = ENDS[Scenario.VERIFY_FAILS]
    assert (verdict(run)["outcome"], verdict(run)["exit_code"], world.stands()) == (end.outcome, end.code, end.stands)
    moved = run.rename(tmp_path / "archived")
    assert world.run("evidence", "--run", str(moved)).code == 0


def test_a_broken_scanner_in_a_shard_is_seen_at_the_gate(tmp_path: Path, installed: Path) -> None:
    world = make_world(tmp_path, installed, Scenario.BROKEN, live=False)

    said = verdict(locally(world, tmp_path))

    assert said["exit_code"] == 20
    assert "bandit" in str(said["reasons"]["unanswered"])
    assert world.stands().current == ""

"""Real scanners, shared out among machines of their own: each a fresh clone, and only the run folders travel."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from .shop import FINDING, FINDING_AT, Scenario, World, make_world

pytestmark = pytest.mark.slow
REAL = ("bandit", "semgrep", "secrets")


def said(run: Path) -> tuple[Any, ...]:
    """Findings and gaps with their fingerprints, how each check ended, and what the gate decided."""
    verdict = json.loads((run / "verdict.json").read_text())
    findings = Counter((f["fingerprint"], f["place"]["path"], f["place"]["line"], f["status"]) for f in verdict["findings"])
    gaps = Counter((gap["check"], gap["subject"]) for gap in verdict["gaps"])
    looked = {check["name"]: (check["state"], check["looked_at"]) for check in verdict["checks"]}
    return findings, gaps, looked, sorted(map(str, verdict["reasons"]["all"])), verdict["outcome"]


def on_machines(world: World, folder: Path, shards: int) -> Path:
    """Scan and patch test on machines of their own, the gate on another; returns the joined run."""
    for index in range(1, shards + 1):
        run = folder / f"shard-{index}"
        world.run("scan", "--shard", f"{index}/{shards}", "--run", str(run), cwd=world.checkout(folder / f"machine-{index}"))
        run.rename(_made(folder / "artifacts") / run.name)
    tried = world.run("patch-test", "--run", str(folder / "artifacts" / "patch-test"), cwd=world.checkout(folder / "machine-p"))
    assert tried.code == 0, tried
    world.run("gate", "--from", str(folder / "artifacts"), "--run", str(folder / "joined"), cwd=world.checkout(folder / "machine-g"))
    return folder / "joined"


def test_two_machines_say_what_one_says(tmp_path: Path, installed: Path) -> None:
    world = make_world(tmp_path, installed, live=False)
    world.configure(scan={"skip": ["pip-audit"]}, policy={"require": [*REAL, "sbom", "clock"]})
    world.write(FINDING_AT[0], FINDING)
    world.write("webshop/unparsable.py", "def (:\n")
    world.commit()
    alone = world.run("scan", "--run", str(tmp_path / "alone"), cwd=world.checkout(tmp_path / "one"))
    for stage in ("patch-test", "gate"):
        world.run(stage, "--run", str(tmp_path / "alone"), cwd=tmp_path / "one")

    joined = on_machines(world, tmp_path, 2)

    assert alone.code == 20, alone
    assert said(joined) == said(tmp_path / "alone")
    looked = said(joined)[2]
    assert all(looked[name][1] >= 20 for name in REAL), looked
    checked = world.run("evidence", "--run", str(joined))
    assert checked.code == 0, checked


def test_a_joined_run_goes_on_to_the_end_on_other_machines(tmp_path: Path, installed: Path) -> None:
    """Only the run's folder travels; it carries the way back with it."""
    world = make_world(tmp_path, installed, Scenario.VERIFY_FAILS)
    run = on_machines(world, tmp_path, 2)
    codes = {}
    for stage in ("backup", "deploy", "verify", "rollback", "report"):
        moved = tmp_path / f"after {stage}"
        codes[stage] = world.run(stage, "--run", str(run), cwd=world.checkout(tmp_path / f"machine {stage}")).code
        shutil.move(run, moved)
        run = moved

    assert codes == {"backup": 0, "deploy": 0, "verify": 10, "rollback": 30, "report": 0}
    assert json.loads((run / "verdict.json").read_text())["exit_code"] == 30
    assert world.stands().answers == "1.1.0"
    assert world.run("evidence", "--run", str(run)).code == 0


def test_a_broken_scanner_in_a_shard_is_seen_at_the_gate(tmp_path: Path, installed: Path) -> None:
    world = make_world(tmp_path, installed, Scenario.BROKEN, live=False)

    joined = on_machines(world, tmp_path, 2)

    verdict = json.loads((joined / "verdict.json").read_text())
    assert verdict["exit_code"] == 20
    assert "bandit" in str(verdict["reasons"]["unanswered"])


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder

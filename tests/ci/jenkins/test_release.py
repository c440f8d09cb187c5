"""The template carries out releases: what Jenkins would show, as our harness reads it, and what becomes of the world."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.require import needs

from .builds import NEW, OLD, TOKEN, Built, all_built, build_all
from .once import once

RELEASED = ["backup", "deploy", "verify"]
# Build: result, description, which tasks followed scan and patch-test, which version stands, which report is shown.
ENDS = {
    "red": ("FAILURE", r".*gate: refused \(exit 10\)", ["gate"], OLD, "gate"),
    "broken": ("FAILURE", r".*gate: incomplete \(exit 20\)", ["gate"], OLD, "gate"),
    "lost-shard": ("FAILURE", r"gate: incomplete \(exit 20\)", ["gate"], OLD, "gate"),
    "deploy-fails": ("FAILURE", r"deploy: \w+ \(exit \d+\); rollback: rolled back \(exit 30\)", ["gate", "backup", "deploy", "rollback"], OLD, "release"),
    "verify-fails": ("FAILURE", r"verify: \w+ \(exit \d+\); rollback: rolled back \(exit 30\)", ["gate", *RELEASED, "rollback"], OLD, "release"),
    "approval-refused": ("ABORTED", "", ["gate"], OLD, "gate"),
    "aborted": ("ABORTED", r"rollback: rolled back \(exit 30\)", ["gate", *RELEASED, "rollback"], OLD, "release"),
    "green": ("SUCCESS", "", ["gate", *RELEASED], NEW, "release"),
}
every_build = pytest.mark.parametrize("id", ENDS)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, installed: Path) -> dict[str, Built]:
    needs("groovy")
    return all_built(once(tmp_path_factory, "builds", lambda folder: build_all(folder, installed)))


@pytest.mark.slow
@every_build
def test_a_build_ends_as_its_gate_or_its_rollback_says(built: dict[str, Built], id: str) -> None:
    result, description, tasks, stands, _ = ENDS[id]

    assert built[id].ended["refused"] == []
    assert built[id].result == result, built[id].log
    assert re.fullmatch(description, built[id].description), built[id].description
    assert [task for task in built[id].tasks() if task not in ("scan", "patch-test")] == tasks
    assert built[id].stands == (stands, stands)


@pytest.mark.slow
@every_build
def test_a_report_is_published_in_all_cases(built: dict[str, Built], id: str) -> None:
    published, shown = built[id].ended["published"], ENDS[id][4]
    word = {"red": "refused", "broken": "incomplete", "lost-shard": "incomplete", "approval-refused": "passed so far", "green": "passed"}

    assert "<html" in published[f"html secure-release {shown}"]
    assert published["junit"]["cases"] > 0
    assert {"report.html", "verdict.json", "journal.jsonl", "findings.sarif"} <= {Path(name).name for name in published["archive"]}
    assert word.get(id, "") in published[f"html secure-release {shown}"].lower()
    assert (published["junit"]["failed"] > 0) == (id not in ("green", "approval-refused"))


@pytest.mark.slow
@every_build
def test_secrets_stay_out_of_the_log_and_out_of_what_is_published(built: dict[str, Built], id: str) -> None:
    held = {event["stage"] for event in built[id].events("credentials")}

    assert TOKEN not in built[id].log
    assert not [path for path in (built[id].folder / "archive").rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]
    assert held <= {"backup", "deploy", "verify", "release"}


@pytest.mark.slow
@every_build
def test_what_a_change_says_is_never_run(built: dict[str, Built], id: str) -> None:
    assert list(built[id].folder.parent.parent.rglob("pwned*")) == []  # the build's agents, and the world


@pytest.mark.slow
def test_a_hostile_setting_is_refused_before_anything_runs(built: dict[str, Built]) -> None:
    refused = built["hostile-parameter"]

    assert refused.result == "FAILURE"
    assert list(refused.events("agent")) == []
    assert "environment must look like" in refused.log
    assert "touch" not in refused.log
    assert refused.stands == (OLD, OLD)


@pytest.mark.slow
def test_a_lost_shard_is_named(built: dict[str, Built]) -> None:
    assert re.search(r"shard 2 of 2", built["lost-shard"].log)


@pytest.mark.slow
def test_a_red_shard_is_shown_red_and_the_gate_still_judges(built: dict[str, Built]) -> None:
    caught = list(built["red"].events("caught"))

    assert [event["stageResult"] for event in caught] == ["FAILURE"]
    assert "scan" in caught[0]["error"]
    assert built["red"].codes()["gate"] == 10


@pytest.mark.slow
def test_a_person_is_asked_while_nothing_is_held_and_before_the_lock(built: dict[str, Built]) -> None:
    order = [event["what"] for event in built["green"].ended["events"] if event["what"] in ("input", "lock", "unlock")]

    assert order == ["input", "lock", "unlock"]
    assert [event["submitter"] for event in built["green"].events("input")] == ["release-managers"]
    assert list(built["approval-refused"].events("lock")) == []


@pytest.mark.slow
@pytest.mark.parametrize("id", ["deploy-fails", "verify-fails", "aborted", "green"])
def test_everything_that_changes_the_world_is_done_in_the_lock_and_by_one_agent(built: dict[str, Built], id: str) -> None:
    changing = [event for event in built[id].events("sh") if event["script"].split()[1] in ("backup", "deploy", "verify", "rollback")]

    assert {tuple(event["locks"]) for event in changing} == {("secure-release-production",)}
    assert len({event["agent"] for event in changing}) == 1
    assert changing[0]["agent"].startswith("production")
    assert built[id].ended["locked"] == []


@pytest.mark.slow
def test_each_shard_has_an_agent_of_its_own(built: dict[str, Built]) -> None:
    agents = [event["agent"] for event in built["green"].events("sh") if event["script"].split()[1] in ("scan", "patch-test")]

    assert len(set(agents)) == len(agents) == 3

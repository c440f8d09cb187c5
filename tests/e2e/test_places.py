"""Where a run begins when --run names its folder, as a CI job does."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from .shop import Shop
from .small import BANDIT_ONLY, copy_of, make_small


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return make_small(tmp_path_factory.mktemp("plain"), {**BANDIT_ONLY, "gate": {"trust": None}})


@pytest.fixture
def small(plain: Shop, tmp_path: Path) -> Shop:
    return copy_of(plain, tmp_path)


def test_a_run_begins_where_it_is_told_and_moves_on_to_another_machine(small: Shop, tmp_path: Path) -> None:
    """Its name is its own, not its folder's; and it is found by that name where it began."""
    begun, there = tmp_path / "begun" / "here", tmp_path / "other machine"
    copy_of(small, there)

    first = small.run("scan", "--run", str(begun))
    name = small.journal(begun)[0]["data"]["run"]
    by_name = small.run("patch-test", "--run", name)
    shutil.move(begun, there / "run")
    gate = Shop(there / small.root.name, 0).run("gate", "--run", str(there / "run"))

    assert first.code == 0 and first.out.splitlines()[0] == f"run {begun}", first
    assert re.fullmatch(r"\d{8}-\d{6}-[0-9a-f]{6}", name)
    assert by_name.code == 0 and "(joined)" in by_name.out, by_name
    assert gate.code == 0, gate
    assert small.outcomes(there / "run") == {"scan": "passed", "patch-test": "passed", "gate": "passed", "report": "passed"}
    assert {path.name for path in (there / "run").iterdir()} >= {"report.html", "report.md", "findings.sarif", "junit.xml", "verdict.json"}


@pytest.mark.slow
def test_the_same_folder_name_is_another_run_each_time(small: Shop, tmp_path: Path) -> None:
    names = set()
    for build in ("1", "2"):
        run = tmp_path / build / "run"
        run.mkdir(parents=True)  # an empty folder is as good as none
        assert small.run("scan", "--run", str(run)).code == 0
        names.add(small.journal(run)[0]["data"]["run"])

    assert len(names) == 2


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["scan", "patch-test", "gate", "deploy", "verify", "backup", "rollback", "report"])
def test_a_folder_that_holds_something_else_is_refused(small: Shop, tmp_path: Path, stage: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")

    ended = small.run(stage, "--run", str(tmp_path / "full"))

    assert ended.code == 2, ended
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["notes.txt"]


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["deploy", "verify", "backup", "rollback", "report"])
def test_other_stages_begin_no_run(small: Shop, tmp_path: Path, stage: str) -> None:
    ended = small.run(stage, "--run", str(tmp_path / "none"))

    assert ended.code == 2, ended
    assert not (tmp_path / "none").exists()


def test_a_run_among_the_files_of_the_release_is_refused(small: Shop) -> None:
    """Else its own files would be scanned, and the tree would not be the commit."""
    refused, allowed = small.run("scan", "--run", "run"), small.run("scan", "--run", "ignored/run")

    assert refused.code == 2 and "lies among the files of the release" in refused.err, refused
    assert allowed.code == 0, allowed


@pytest.mark.slow
@pytest.mark.parametrize("shard", ["0/2", "3/2", "x", "1"])
def test_what_is_no_shard_is_wrong_usage_and_begins_nothing(small: Shop, tmp_path: Path, shard: str) -> None:
    ended = small.run("scan", "--shard", shard, "--run", str(tmp_path / "run"))

    assert ended.code == 1, ended
    assert not (tmp_path / "run").exists()


def test_a_gate_that_can_join_nothing_leaves_a_report_that_says_why(small: Shop, tmp_path: Path) -> None:
    ended = small.run("gate", "--from", str(tmp_path / "vanished"), "--run", str(tmp_path / "run"))

    assert ended.code == 20, ended
    assert "vanished holds no run" in " ".join(ended.out.split())
    assert "vanished holds no run" in (tmp_path / "run" / "report.md").read_text()
    assert small.verdict(tmp_path / "run")["exit_code"] == 20

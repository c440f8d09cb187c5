"""Every way in which a release can end: real processes, and what became of the world."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from .shop import Shop

BAD = "import subprocess\n\n\ndef go(x: str) -> None:\n    subprocess.call(x, shell=True)\n"
SICK = {"name": "sick", "url": "http://127.0.0.1:1/", "within": "1s"}


def broken_restart(shop: Shop, only: str = "") -> None:
    """From now on `restart` fails, for one version or for all."""
    guard = f'grep -q "^{only}$" "$RELEASE/VERSION" || exec deploy/restart\n' if only else ""
    path = shop.write("deploy/broken", f"#!/bin/sh\n{guard}echo 'it does not start' >&2\nexit 7\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_passed(quick: Shop) -> None:
    ended = quick.run("run")

    assert ended.code == 0, ended
    assert ended.out.splitlines()[-1].endswith("report.html")
    assert Path(ended.out.splitlines()[-1]).is_file()
    assert quick.answers() == quick.current() == "1.1.0"
    assert set(quick.outcomes().values()) == {"passed"}
    assert quick.verdict()["outcome"] == "passed"
    assert quick.left_behind() == []


def test_refused_by_a_finding_and_nothing_is_deployed(quick: Shop) -> None:
    quick.write("webshop/bad.py", BAD)
    quick.commit()

    ended = quick.run("run")

    assert ended.code == 10, ended
    assert "webshop/bad.py:5" in ended.out
    assert quick.current() == quick.answers() == ""
    assert "backup" not in quick.outcomes()


def test_incomplete_outranks_refused(quick: Shop) -> None:
    quick.write("webshop/bad.py", BAD)
    quick.write("webshop/broken.py", "def (:\n")
    quick.commit()

    ended = quick.run("run")

    assert ended.code == 20, ended
    assert "webshop/broken.py" in ended.out
    assert quick.current() == ""


@pytest.mark.slow
def test_refused_when_the_working_tree_is_not_the_commit(quick: Shop) -> None:
    quick.write("webshop/later.py", "x = 1\n")

    ended = quick.run("run")

    assert ended.code == 10, ended
    assert "webshop/later.py" in ended.out
    assert quick.current() == ""


@pytest.mark.slow
def test_incomplete_when_the_backup_fails(quick: Shop) -> None:
    quick.database.rename(quick.database.with_suffix(".away"))

    ended = quick.run("run")

    assert ended.code == 20, ended
    assert quick.current() == ""
    assert quick.outcomes()["backup"] == "incomplete"


@pytest.mark.slow
def test_rolled_back_when_the_new_version_does_not_start(quick: Shop) -> None:
    assert quick.run("run").code == 0
    broken_restart(quick, "1.2.0")
    quick.configure(deploy={"restart": ["deploy/broken"]})
    quick.release("1.2.0")

    ended = quick.run("run")

    assert ended.code == 30, ended
    assert quick.answers() == quick.current() == "1.1.0"
    assert quick.verdict()["outcome"] == "rolled back"


@pytest.mark.slow
def test_rolled_back_when_a_probe_fails_after_a_good_start(quick: Shop) -> None:
    assert quick.run("run").code == 0
    probe = {"name": "told", "command": ["sh", "-c", 'grep -q "1.1.0" live/site/current/VERSION'], "within": "1s"}
    quick.configure(verify={"probes": [probe]})
    quick.release("1.2.0")

    ended = quick.run("run")

    assert ended.code == 30, ended
    assert quick.answers() == quick.current() == "1.1.0"


@pytest.mark.slow
def test_rolled_back_to_nothing_when_the_first_release_fails(quick: Shop) -> None:
    quick.configure(verify={"probes": [SICK]})
    quick.commit()

    ended = quick.run("run")

    assert ended.code == 30, ended
    assert quick.current() == quick.answers() == ""


@pytest.mark.slow
def test_data_goes_back_only_where_the_user_asked_for_it(quick: Shop) -> None:
    assert quick.run("run").code == 0
    before = quick.orders()
    spoil = (
        "import sqlite3, sys; sys.exit(0) if '1.1.0' in open('live/site/current/VERSION').read() else None; "
        "c = sqlite3.connect('live/data/shop.db'); c.execute('delete from orders'); c.commit(); sys.exit(1)"
    )
    sources = [{"name": "shop-db", "type": "sqlite", "path": "live/data/shop.db", "on_rollback": "always"}]
    probes = [{"name": "spoils", "command": ["python3", "-c", spoil], "within": "1s"}]
    quick.configure(backup={"sources": sources}, verify={"probes": probes})
    quick.release("1.2.0")

    ended = quick.run("run")

    assert ended.code == 30, ended
    assert quick.orders() == before
    assert quick.answers() == "1.1.0"


@pytest.mark.slow
def test_stranded_when_the_way_back_fails_too(quick: Shop) -> None:
    assert quick.run("run").code == 0
    broken_restart(quick)
    quick.configure(deploy={"restart": ["deploy/broken"]})
    quick.release("1.2.0")

    ended = quick.run("run")

    assert ended.code == 31, ended
    assert "it does not start" in ended.out
    assert quick.current() == "1.1.0"
    assert quick.verdict()["outcome"] == "stranded"


@pytest.mark.slow
def test_the_stages_one_by_one_in_processes_of_their_own(quick: Shop) -> None:
    """As CI jobs do it: each joins the run of the one before."""
    codes = {stage: quick.run(stage).code for stage in ("scan", "patch-test", "gate", "backup", "deploy", "verify", "report")}

    assert set(codes.values()) == {0}, codes
    assert len(quick.runs()) == 1
    assert quick.answers() == "1.1.0"
    assert quick.verdict()["outcome"] == "passed"


@pytest.mark.parametrize("stage", ["backup", pytest.param("deploy", marks=pytest.mark.slow), pytest.param("verify", marks=pytest.mark.slow)])
def test_a_stage_does_not_start_before_the_one_before_has_passed(quick: Shop, stage: str) -> None:
    assert quick.run("scan").code == 0

    ended = quick.run(stage)

    assert ended.code == 20, ended
    assert "can't start" in ended.err
    assert quick.current() == ""


@pytest.mark.slow
def test_a_run_of_another_commit_is_refused(quick: Shop) -> None:
    assert quick.run("scan").code == 0
    run = str(quick.runs()[0])
    quick.release("1.2.0")

    ended = quick.run("gate", "--run", run)

    assert ended.code == 20, ended
    assert "belongs to another commit" in ended.err


@pytest.mark.slow
def test_a_run_of_another_policy_is_refused(quick: Shop) -> None:
    assert quick.run("scan").code == 0
    run = str(quick.runs()[0])
    quick.configure(policy={"refuse": "critical"})

    ended = quick.run("gate", "--run", run)

    assert ended.code == 20, ended
    assert "configuration" in ended.err or "files" in ended.err


def test_a_run_whose_journal_was_changed_is_refused(quick: Shop) -> None:
    quick.write("webshop/bad.py", BAD)
    quick.commit()
    assert quick.run("scan").code == 10
    run = quick.runs()[0]
    journal = run / "journal.jsonl"
    journal.write_text(journal.read_text().replace('"refused"', '"passed"'))

    for words in (("gate", "--run", str(run)), ("evidence", "--run", str(run))):
        ended = quick.run(*words)
        assert ended.code in (10, 20), ended
        assert "is broken at line" in ended.out + ended.err


@pytest.mark.slow
def test_a_finished_run_is_whole_and_its_verdict_follows(quick: Shop) -> None:
    assert quick.run("run").code == 0

    ended = quick.run("evidence")

    assert ended.code == 0, ended
    assert "the verdict follows" in ended.out


@pytest.mark.slow
def test_a_generation_is_drilled_and_restored_as_the_documentation_says(quick: Shop) -> None:
    assert quick.run("run").code == 0
    (id,) = (path.name for path in (quick.root / "live/backups/generations").iterdir())
    owner = {"SECURE_RELEASE_IDENTITY": str(quick.root / "live/backup-key/identity.txt")}
    assert quick.run("drill", id, env=owner).code == 0

    ended = quick.run("restore", "--generation", id, "--into", "back", env=owner)

    assert ended.code == 0, ended
    assert (quick.root / "back/shop-db/shop.db").is_file()
    assert quick.run("restore", "--older-than", "7d", "--scan", "--into", "again", env=owner).code == 20
    assert quick.run("backups", "--forget", id, "--reason", "the disk died").code == 0


@pytest.mark.slow
def test_json_stands_alone_on_standard_output(quick: Shop) -> None:
    ended = quick.run("run", "--format", "json")

    assert ended.code == 0, ended
    assert json.loads(ended.out)["outcome"] == "passed"


@pytest.mark.parametrize("words", [(), *(pytest.param(w, marks=pytest.mark.slow) for w in (("run", "--dry-run"), ("--help",), ("--list",), ("deploy", "--dry-run")))])
def test_asking_changes_nothing(quick: Shop, words: tuple[str, ...]) -> None:
    ended = quick.run(*words)

    assert ended.code == 0, ended
    assert quick.current() == "" and quick.runs() == []

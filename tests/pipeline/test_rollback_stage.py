"""The stage `rollback`: what goes back, what is said about it, and that it resumes wherever it was cut off."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from secure_release.pipeline.adapters.probe import Asker
from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.release import Interrupted, Outcome, Release, Stage, StageResult
from secure_release.pipeline.shipping import RollbackReport
from secure_release.pipeline.stages import deploy, rollback, verify
from secure_release.pipeline.undoing import CHANGE_STARTED, UNDO, Promise, of, open_undos, promised
from tests.fakes_ship import (
    KeptVault,
    Mood,
    Shelf,
    begun,
    finish,
    finished,
    generation,
    kinds,
    make_release,
    no_waiting,
    now,
    project,
    shipment,
)
from tests.soak import SOAKING, times

HEALTH = {"name": "health", "url": "http://127.0.0.1:1/"}


def config(on_rollback: str = "", probes: int = 1) -> dict[str, object]:
    source = {"name": "shop-db", "type": "sqlite", "path": "shop.db", "on_rollback": on_rollback}
    return {"verify": {"probes": [HEALTH][:probes]}, **({"backup": {"sources": [source]}} if on_rollback else {})}


def deployed(
    tmp: Path, shelf: Shelf, mood: Mood, vault: KeptVault | None = None, settings: dict[str, object] | None = None
) -> Release:
    project(tmp)
    release = begun(make_release(tmp, settings or config(), shelf, mood, vault), taken=generation())
    finished(release, deploy.run)
    return release


def rolled(release: Release) -> StageResult:
    return rollback.run(release, no_waiting())


def report_of(release: Release, result: StageResult) -> RollbackReport:
    return release.evidence.load(result.evidence[0].sha256, RollbackReport)


def database(tmp: Path, content: str = "before") -> KeptVault:
    """The release migrates the file to `after`; the backup holds `before`."""
    (tmp / "shop.db").write_text("after")
    return KeptVault({"shop-db": (tmp / "shop.db", content)})


def test_a_bad_version_goes_back_and_the_old_one_is_asked_by_its_own_version(tmp_path: Path) -> None:
    shelf, mood = Shelf(), Mood({"health": [True, True]})
    release = deployed(tmp_path, shelf, mood)
    finish(release, Stage.VERIFY, Outcome.REFUSED)
    mood.asked.clear()
    result = rolled(release)
    assert (result.outcome, shelf.stands) == (Outcome.ROLLED_BACK, "old")
    assert mood.asked == [("health", "0.9")]
    assert kinds(release)[3:] == ["undo-started", "undo-code-done", "undo-done"]
    report = report_of(release, result)
    assert (report.cause, report.undone, report.by_hand) == ("verify: verify ended", ("code went back to old",), ())
    assert open_undos(release.journal.entries) == ()


def test_with_nothing_to_take_back_it_passes(tmp_path: Path) -> None:
    project(tmp_path)
    release = begun(make_release(tmp_path, config(), Shelf()))
    result = rolled(release)
    assert (result.outcome, result.summary, result.evidence) == (Outcome.PASSED, "nothing to take back", ())


def test_a_verified_version_stays_and_that_is_said(tmp_path: Path) -> None:
    shelf = Shelf()
    release = deployed(tmp_path, shelf, Mood({"health": [True]}))
    finished(release, lambda one: verify.run(one, no_waiting()))
    result = rolled(release)
    assert (result.outcome, shelf.stands) == (Outcome.PASSED, "new-2.0")
    assert "verified" in result.summary


def test_rolling_back_twice_changes_nothing_more(tmp_path: Path) -> None:
    shelf = Shelf()
    release = deployed(tmp_path, shelf, Mood({"health": [True]}))
    assert rolled(release).outcome is Outcome.ROLLED_BACK
    assert rolled(release).outcome is Outcome.PASSED
    assert shelf.restarts == 1


def test_the_first_release_is_taken_away_and_nobody_is_asked(tmp_path: Path) -> None:
    shelf, mood = Shelf(""), Mood({"health": [False]})
    result = rolled(deployed(tmp_path, shelf, mood))
    assert (result.outcome, shelf.stands, mood.asked) == (Outcome.ROLLED_BACK, "", [])
    assert "nothing stood there before" in result.summary


@pytest.mark.parametrize("fails", ["undo", "undo-lies", "standing"])
def test_a_way_back_that_fails_strands_and_says_what_to_do_by_hand(tmp_path: Path, fails: str) -> None:
    shelf = Shelf()
    release = deployed(tmp_path, shelf, Mood({"health": [True]}))
    shelf.fails = fails  # type: ignore[assignment]
    result = rolled(release)
    report = report_of(release, result)
    assert result.outcome is Outcome.STRANDED
    assert report.by_hand[0] == "put the old one back"
    assert any("Stands now:" in step for step in report.by_hand)
    assert len(open_undos(release.journal.entries)) == 1


def test_an_undo_of_another_driver_is_not_tried(tmp_path: Path) -> None:
    shelf = Shelf()
    release = deployed(tmp_path, shelf, Mood({"health": [True]}))
    shelf.name = "crate"
    result = rolled(release)
    assert (result.outcome, shelf.stands) == (Outcome.STRANDED, "new-2.0")
    assert "made by the driver shelf" in result.summary


def test_a_stranded_release_can_be_taken_back_once_the_trouble_is_mended(tmp_path: Path) -> None:
    shelf = Shelf()
    release = deployed(tmp_path, shelf, Mood({"health": [True]}))
    shelf.fails = "undo"
    assert rolled(release).outcome is Outcome.STRANDED
    shelf.fails = ""
    assert (rolled(release).outcome, shelf.stands) == (Outcome.ROLLED_BACK, "old")


def test_an_old_version_that_does_not_answer_any_more_strands_until_it_does(tmp_path: Path) -> None:
    shelf, mood = Shelf(), Mood({"health": [True, False]})
    release = deployed(tmp_path, shelf, mood)
    result = rolled(release)
    assert (result.outcome, shelf.stands) == (Outcome.STRANDED, "old")
    assert any("status 503" in step for step in report_of(release, result).by_hand)
    mood.answers["health"] = [True]
    assert rolled(release).outcome is Outcome.ROLLED_BACK
    assert shelf.restarts == 1, "the code was back already: it is only asked again"


def test_a_probe_that_was_not_healthy_before_does_not_strand(tmp_path: Path) -> None:
    release = deployed(tmp_path, Shelf(), Mood({"health": [False]}))
    result = rolled(release)
    assert result.outcome is Outcome.ROLLED_BACK
    assert any("not before the release either" in reason.text for reason in result.reasons)


def test_without_a_probe_it_is_said_that_nobody_asked(tmp_path: Path) -> None:
    release = deployed(tmp_path, Shelf(), Mood({}), settings={"verify": {}})
    result = rolled(release)
    assert result.outcome is Outcome.ROLLED_BACK
    assert "Nobody asked old" in result.reasons[0].text


def test_a_promise_without_a_change_is_closed_without_touching_anything(tmp_path: Path) -> None:
    shelf, vault = Shelf(), database(tmp_path)
    root = project(tmp_path)
    release = begun(make_release(tmp_path, config("always"), shelf, Mood({"health": [True]}), vault), taken=generation())
    release.journal.append(UNDO, "deploy", promised(Promise(shelf.plan(shipment(root, "2.0")), "g-7", ())))
    result = rolled(release)
    assert (result.outcome, shelf.restarts) == (Outcome.ROLLED_BACK, 0)
    assert "had not begun" in result.summary
    assert (tmp_path / "shop.db").read_text() == "after"


@pytest.mark.parametrize(
    ("on_rollback", "users_wrote", "content", "said"),
    [
        pytest.param("never", False, "after", "code went back, data did not: shop-db (on_rollback: never)", id="never"),
        pytest.param("if-unchanged", False, "before", "data went back: shop-db", id="unchanged"),
        pytest.param("if-unchanged", True, "after", "code went back, data did not: shop-db: users wrote since", id="users-wrote"),
        pytest.param("always", True, "before", "data went back: shop-db", id="always"),
    ],
)
def test_data_goes_back_as_asked_and_it_is_said_when_it_does_not(
    tmp_path: Path, on_rollback: str, users_wrote: bool, content: str, said: str
) -> None:
    vault = database(tmp_path)
    vault.users_wrote = users_wrote
    release = deployed(tmp_path, Shelf(), Mood({"health": [True]}), vault, config(on_rollback))
    result = rolled(release)
    assert result.outcome is Outcome.ROLLED_BACK
    assert (tmp_path / "shop.db").read_text() == content
    assert any(line.startswith(said) for line in report_of(release, result).data), report_of(release, result).data
    assert said in result.summary


def test_the_application_is_restarted_when_only_its_data_went_back(tmp_path: Path) -> None:
    shelf = Shelf(fails="apply")
    release = deployed(tmp_path, shelf, Mood({"health": [True]}), database(tmp_path), config("always"))
    shelf.fails = ""
    assert rolled(release).outcome is Outcome.ROLLED_BACK
    assert shelf.restarts == 1


def test_data_that_went_back_unheard_still_restarts_the_application(tmp_path: Path) -> None:
    shelf, vault = Shelf(fails="apply"), database(tmp_path)
    vault.cut_off = True
    release = deployed(tmp_path, shelf, Mood({"health": [True]}), vault, config("if-unchanged"))
    shelf.fails = ""
    with pytest.raises(Interrupted):
        rolled(release)
    assert rolled(release).outcome is Outcome.ROLLED_BACK
    assert ((tmp_path / "shop.db").read_text(), shelf.restarts) == ("before", 1)


def test_data_that_cannot_be_put_back_strands_but_the_code_goes_back(tmp_path: Path) -> None:
    shelf, vault = Shelf(), database(tmp_path)
    release = deployed(tmp_path, shelf, Mood({"health": [True]}), vault, config("always"))
    vault.broken = True
    result = rolled(release)
    assert (result.outcome, shelf.stands) == (Outcome.STRANDED, "old")
    assert any("restore --generation g-7" in step for step in report_of(release, result).by_hand)
    vault.broken = False
    restarts = shelf.restarts
    assert rolled(release).outcome is Outcome.ROLLED_BACK
    assert (tmp_path / "shop.db").read_text() == "before"
    assert shelf.restarts == restarts + 1, "the old version runs, and holds the files that were replaced"


@pytest.mark.parametrize(("on_rollback", "times"), [("always", 1), ("if-unchanged", 1), ("never", 0)])
def test_what_was_deployed_is_silent_before_data_goes_back(tmp_path: Path, on_rollback: str, times: int) -> None:
    shelf = Shelf()
    release = deployed(tmp_path, shelf, Mood({"health": [True]}), database(tmp_path), config(on_rollback))
    assert rolled(release).outcome is Outcome.ROLLED_BACK
    assert shelf.silenced == times


def test_data_does_not_go_back_under_a_version_that_cannot_be_stopped(tmp_path: Path) -> None:
    shelf = Shelf()
    release = deployed(tmp_path, shelf, Mood({"health": [True]}), database(tmp_path), config("always"))
    new = (tmp_path / "shop.db").read_text()
    shelf.fails = "silence"
    result = rolled(release)
    assert (result.outcome, shelf.stands) == (Outcome.STRANDED, "old")
    assert (tmp_path / "shop.db").read_text() == new != "before"
    assert "could not be stopped, and would write to it: silence does not work" in report_of(release, result).failed[0]


def test_a_promise_that_cannot_be_read_is_not_guessed_at(tmp_path: Path) -> None:
    project(tmp_path)
    release = begun(make_release(tmp_path, config(), Shelf()))
    release.journal.append(UNDO, "deploy", {"undo": {"driver": "shelf"}})
    with pytest.raises(Exception, match="can't be read"):
        rolled(release)


def test_undos_are_open_newest_first_until_they_are_done_or_closed(tmp_path: Path) -> None:
    project(tmp_path)
    release = make_release(tmp_path, config(), Shelf())
    promise = promised(Promise(Shelf().plan(shipment(tmp_path / "project", "2.0")), "", ()))
    seqs = [release.journal.append(UNDO, "deploy", promise).seq for _ in range(4)]
    release.journal.append(CHANGE_STARTED, "deploy", of(seqs[3]))
    release.journal.append("undo-done", "rollback", of(seqs[1]))
    release.journal.append("undo-closed", "verify", of(seqs[2]))
    found = open_undos(release.journal.entries)
    assert [(change.seq, change.changed) for change in found] == [(seqs[3], True), (seqs[0], False)]


SERVER = """
import http.server, json, pathlib, sys
version = pathlib.Path(sys.argv[2], 'version.txt').read_text()
class Shop(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(503 if pathlib.Path(sys.argv[2], 'broken').exists() else 200)
        self.end_headers()
        self.wfile.write(json.dumps({'version': version}).encode())
    def log_message(self, *_): pass
server = http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), Shop)
print('up', flush=True)
server.serve_forever()
"""
RESTART = """
import os, pathlib, signal, subprocess, sys
site, release = pathlib.Path(os.environ['SITE']), os.environ['RELEASE']
pid = site / 'pid'
if pid.exists():
    os.kill(int(pid.read_text()), signal.SIGKILL)
    pid.unlink()
if release:
    words = [sys.executable, sys.argv[1], sys.argv[2], release]
    server = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True)
    server.stdout.readline()
    pid.write_text(str(server.pid))
"""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[dict[str, object]]:
    """The configuration of a real server; it is stopped afterwards."""
    root = project(tmp_path, {"version.txt": b"1.0"})
    (root / "live").mkdir()
    (tmp_path / "server.py").write_text(SERVER)
    (tmp_path / "restart.py").write_text(RESTART)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    restart = [sys.executable, str(tmp_path / "restart.py"), str(tmp_path / "server.py"), str(port)]
    probe = {"name": "health", "url": f"http://127.0.0.1:{port}/", "json": {"version": "{version}"}, "within": "2s"}
    yield {
        "deploy": {"driver": "directory", "site": "live", "restart": restart},
        "verify": {"probes": [probe], "watch": {"for": "1s", "every": "1s"}},
    }
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        os.kill(int((root / "live/pid").read_text()), signal.SIGKILL)


def released(tmp: Path, run: str, settings: Mapping[str, object], version: str, broken: bool) -> Release:
    """This version of the project, deployed in a run of its own."""
    root = tmp / "project"
    (root / "version.txt").write_text(version)
    if broken:
        (root / "broken").touch()
    asker = Asker(Processes(root), root, now)
    release = make_release(tmp, settings, prober=asker, version=version, run=run)
    files = tuple(file for file in release.source.shipped if not file.name.startswith("live/"))
    release = replace(release, source=replace(release.source, shipped=files))
    assert finished(begun(release), deploy.run).outcome is Outcome.PASSED
    return release


def test_a_real_server_that_is_broken_is_taken_back_and_the_old_one_answers(tmp_path: Path, shop: Mapping[str, object]) -> None:
    first = released(tmp_path, "run-1", shop, "1.0", broken=False)
    assert finished(first, verify.run).outcome is Outcome.PASSED
    second = released(tmp_path, "run-2", shop, "2.0", broken=True)
    result = finished(second, verify.run)
    assert (result.outcome, "status 503" in result.reasons[0].text) == (Outcome.REFUSED, True)
    back = rollback.run(second)
    assert back.outcome is Outcome.ROLLED_BACK
    answer = report_of(second, back).probed[0]
    assert (answer.healthy, answer.said) == (True, "status 200, the body is as expected")
    assert second.deployer.standing().startswith("1.0-")


def test_a_real_first_release_that_is_broken_leaves_nothing_running(tmp_path: Path, shop: Mapping[str, object]) -> None:
    release = released(tmp_path, "run-1", shop, "1.0", broken=True)
    assert finished(release, verify.run).outcome is Outcome.REFUSED
    assert rollback.run(release).outcome is Outcome.ROLLED_BACK
    assert not release.prober.ask(release.config.verify.probes[0], "").healthy
    assert not (tmp_path / "project/live/pid").exists()


def killed(scene: str, place: Path, points: int) -> dict[str, Any]:
    script = Path(__file__).with_name("killed_at_a_line.py")
    words = [sys.executable, str(script), scene, str(place), str(points)]
    done = subprocess.run(words, capture_output=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr.decode()
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@pytest.mark.parametrize("scene", ["deploy", "rollback"])
def test_a_kill_at_any_line_is_mended_by_one_rollback(tmp_path: Path, scene: str) -> None:
    """A child is killed before the n-th line that it executes of our code; then `rollback` brings the old world back."""
    said = killed(scene, tmp_path, 12)
    assert said["wrong"] == []
    assert said["killed"] >= 12
    assert said["states"] >= 4, "the kills must have hit different moments"


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("scene", ["deploy", "rollback"])
def test_a_kill_at_many_lines_is_mended_by_one_rollback(tmp_path: Path, scene: str) -> None:
    """At every single one while soaking."""
    said = killed(scene, tmp_path, times(100, 100_000))
    assert said["wrong"] == []
    assert said["killed"] == said["lines"] if SOAKING else said["killed"] >= 100

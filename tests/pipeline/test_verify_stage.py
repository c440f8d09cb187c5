"""The stage `verify`: when the new version counts as healthy, and what happens to the way back then."""

from __future__ import annotations

from pathlib import Path

import pytest

from secure_release.pipeline.asking import ask_until_healthy, keep_asking
from secure_release.pipeline.config import Probe, Watch
from secure_release.pipeline.release import Outcome, Release, StageResult
from secure_release.pipeline.shipping import VerifyReport
from secure_release.pipeline.stages import deploy, verify
from secure_release.pipeline.undoing import open_undos
from tests.fakes_ship import KeptVault, Mood, Shelf, begun, finished, generation, kinds, make_release, no_waiting, project

HEALTH = {"name": "health", "url": "http://127.0.0.1:1/"}
CONFIG: dict[str, object] = {"verify": {"probes": [HEALTH], "watch": {"for": "10s", "every": "2s"}}, "deploy": {"keep": 3}}


def deployed(
    tmp: Path, shelf: Shelf, mood: Mood, vault: KeptVault | None = None, config: dict[str, object] | None = None
) -> Release:
    project(tmp)
    release = begun(make_release(tmp, config or CONFIG, shelf, mood, vault), taken=generation())
    assert finished(release, deploy.run).outcome is Outcome.PASSED
    mood.asked.clear()
    return release


def verified(release: Release) -> StageResult:
    return verify.run(release, no_waiting())


def test_a_healthy_version_closes_the_way_back_pins_the_backup_and_tidies(tmp_path: Path) -> None:
    shelf, vault, mood = Shelf(), KeptVault(), Mood({"health": [True]})
    release = deployed(tmp_path, shelf, mood, vault)
    result = verified(release)
    assert (result.outcome, result.reasons) == (Outcome.PASSED, ())
    assert kinds(release)[-1] == "undo-closed"
    assert open_undos(release.journal.entries) == ()
    assert vault.closed == [("run-1", True)]
    assert shelf.tidied == [3]
    report = release.evidence.load(result.evidence[0].sha256, VerifyReport)
    assert (len(report.probed), report.rounds, report.watched_seconds) == (1, 5, 10.0)
    assert set(mood.asked) == {("health", "2.0")}


def test_it_is_asked_again_until_it_answers(tmp_path: Path) -> None:
    release = deployed(tmp_path, Shelf(""), Mood({"health": [False, False, False, True]}))
    assert verified(release).outcome is Outcome.PASSED


def test_a_version_that_never_answers_is_refused_and_its_undo_stays_open(tmp_path: Path) -> None:
    shelf, vault = Shelf(""), KeptVault()
    release = deployed(tmp_path, shelf, Mood({"health": [False]}), vault)
    result = verified(release)
    assert result.outcome is Outcome.REFUSED
    assert "status 503" in result.reasons[0].text
    assert len(open_undos(release.journal.entries)) == 1
    assert (vault.closed, shelf.tidied) == ([], [])
    assert [item.name for item in result.evidence] == ["verify.json"]


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        pytest.param([True, True, False, True, True], Outcome.PASSED, id="one-miss"),
        pytest.param([True, True, False, False, True], Outcome.REFUSED, id="two-in-a-row"),
        pytest.param([True, True, True, True, True, False, True], Outcome.PASSED, id="ends-on-a-no-but-recovers"),
        pytest.param([True, True, True, True, True, False, False], Outcome.REFUSED, id="ends-on-a-no"),
    ],
)
def test_the_watch(tmp_path: Path, answers: list[bool], outcome: Outcome) -> None:
    release = deployed(tmp_path, Shelf(""), Mood({"health": answers}))
    assert verified(release).outcome is outcome


def probes(*names: str) -> tuple[Probe, ...]:
    return tuple(Probe.model_validate({**HEALTH, "name": name, "within": "3s"}) for name in names)


def test_misses_of_two_probes_are_not_added_up() -> None:
    mood = Mood({"a": [False, True, False, True], "b": [True, False, True]})
    watched = keep_asking(mood, probes("a", "b"), "2.0", Watch.model_validate({"for": "8s", "every": "2s"}), no_waiting())
    assert (watched.failed, len(watched.unhealthy)) == ((), 3)


def test_a_watch_shorter_than_its_interval_still_asks_once() -> None:
    mood = Mood({"a": [True]})
    assert keep_asking(mood, probes("a"), "2.0", Watch.model_validate({"for": "1s", "every": "2s"}), no_waiting()).rounds == 1


def test_each_probe_is_asked_at_least_once_and_not_after_its_time() -> None:
    mood = Mood({"a": [True], "b": [False]})
    answers = ask_until_healthy(mood, probes("a", "b"), "2.0", no_waiting())
    assert [answer.healthy for answer in answers] == [True, False]
    assert (mood.asked.count(("a", "2.0")), mood.asked.count(("b", "2.0"))) == (1, 7)


def test_a_deployed_version_that_nobody_asks_is_no_answer(tmp_path: Path) -> None:
    release = deployed(tmp_path, Shelf(), Mood({}), config={"deploy": {"keep": 3}})
    result = verified(release)
    assert (result.outcome, bool(result.reasons[0].remedy)) == (Outcome.INCOMPLETE, True)
    assert len(open_undos(release.journal.entries)) == 1


def test_nothing_deployed_and_nothing_to_ask_passes(tmp_path: Path) -> None:
    project(tmp_path)
    release = begun(make_release(tmp_path, {}))
    finished(release, deploy.run)
    assert verified(release).outcome is Outcome.PASSED


def test_without_a_deploy_there_is_no_verify(tmp_path: Path) -> None:
    project(tmp_path)
    assert verified(begun(make_release(tmp_path, CONFIG, Shelf()))).outcome is Outcome.INCOMPLETE


@pytest.mark.parametrize("fails", ["moved", "unknown"])
def test_another_release_that_stands_by_now_is_not_taken_for_ours(tmp_path: Path, fails: str) -> None:
    shelf = Shelf()
    release = deployed(tmp_path, shelf, Mood({"health": [True]}))
    shelf.stands = "somebody else's"
    shelf.fails = "standing" if fails == "unknown" else ""
    assert verified(release).outcome is Outcome.REFUSED
    assert len(open_undos(release.journal.entries)) == 1


def test_what_fails_after_a_good_answer_is_a_note_not_a_rollback(tmp_path: Path) -> None:
    shelf = Shelf(fails="tidy")
    release = deployed(tmp_path, shelf, Mood({"health": [True]}), KeptVault(broken=True))
    result = verified(release)
    assert (result.outcome, len(result.reasons)) == (Outcome.PASSED, 2)
    assert open_undos(release.journal.entries) == ()


def test_verifying_twice_says_the_same(tmp_path: Path) -> None:
    release = deployed(tmp_path, Shelf(), Mood({"health": [True]}))
    assert verified(release).outcome is verified(release).outcome is Outcome.PASSED

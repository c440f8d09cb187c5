"""The stage `deploy`: what keeps it from starting, and what it writes down before it changes anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from secure_release.pipeline.release import Outcome, Release, Stage
from secure_release.pipeline.shipping import DeployReport, Shipment, Undo
from secure_release.pipeline.stages import deploy
from secure_release.pipeline.undoing import open_undos
from tests.fakes_ship import COMMIT, DIGEST, Mood, Shelf, begun, finish, generation, kinds, make_release, project

PROBED = {"verify": {"probes": [{"name": "health", "url": "http://127.0.0.1:1/"}]}}
WITH_DATA = {**PROBED, "backup": {"sources": [{"name": "shop-db", "type": "sqlite", "path": "shop.db"}]}}
OFF = {"deploy": {"driver": "none"}}


def release_of(tmp_path: Path, shelf: Shelf, config: Mapping[str, object] = PROBED) -> Release:
    project(tmp_path)
    return make_release(tmp_path, config, shelf)


def test_the_way_back_is_in_the_journal_before_the_first_change(tmp_path: Path) -> None:
    class Watching(Shelf):
        def apply(self, shipment: Shipment, undo: Undo) -> str:
            seen.extend(kinds(release))
            return super().apply(shipment, undo)

    seen: list[str] = []
    shelf = Watching()
    release = begun(release_of(tmp_path, shelf, WITH_DATA), taken=generation())
    result = deploy.run(release)
    assert (result.outcome, result.stage) == (Outcome.PASSED, Stage.DEPLOY)
    assert seen == ["undo", "change-started"]
    assert kinds(release) == ["undo", "change-started", "change-done"]
    change = open_undos(release.journal.entries)[0]
    assert (change.promise.undo.previous, change.promise.generation, change.standing) == ("old", "g-7", "new-2.0")
    report = release.evidence.load(result.evidence[0].sha256, DeployReport)
    assert (report.standing, report.before) == ("new-2.0", change.promise.before)


def test_what_stands_is_asked_before_with_its_own_version(tmp_path: Path) -> None:
    project(tmp_path)
    mood = Mood({"health": [False]})
    release = begun(make_release(tmp_path, PROBED, Shelf(), mood))
    assert deploy.run(release).outcome is Outcome.PASSED
    assert mood.asked == [("health", "0.9")]
    assert [answer.healthy for answer in open_undos(release.journal.entries)[0].promise.before] == [False]


def test_nobody_is_asked_when_nothing_stands(tmp_path: Path) -> None:
    project(tmp_path)
    mood = Mood({"health": [True]})
    assert deploy.run(begun(make_release(tmp_path, PROBED, Shelf(""), mood))).outcome is Outcome.PASSED
    assert mood.asked == []


def untouched(release: Release) -> Release:
    return release


def only_gate(release: Release) -> Release:
    release.journal.append("run-started", "", {"digest": DIGEST, "commit": COMMIT})
    finish(release, Stage.GATE, Outcome.PASSED)
    return release


def gate_refused(release: Release) -> Release:
    finish(begun(release, taken=generation()), Stage.GATE, Outcome.REFUSED)
    return release


def backup_failed(release: Release) -> Release:
    finish(begun(release, taken=generation()), Stage.BACKUP, Outcome.INCOMPLETE)
    return release


def no_backup(release: Release) -> Release:
    return begun(release)


def not_drilled(release: Release) -> Release:
    return begun(release, taken=replace(generation(), drill=None))


def drill_failed(release: Release) -> Release:
    return begun(release, taken=generation(drilled=False))


def dirty(release: Release) -> Release:
    return replace(begun(release, taken=generation()), source=replace(release.source, dirty=("app.py", "b.py")))


def other_source(release: Release) -> Release:
    return begun(release, digest="0" * 64, taken=generation())


def unknown_source(release: Release) -> Release:
    return begun(release, digest="", taken=generation())


def still_open(release: Release) -> Release:
    deploy.run(begun(release, taken=generation()))
    return release


@pytest.mark.parametrize(
    ("prepare", "outcome", "said"),
    [
        pytest.param(untouched, Outcome.INCOMPLETE, "`gate` has not passed", id="empty-journal"),
        pytest.param(only_gate, Outcome.INCOMPLETE, "`backup` has not passed", id="no-backup-stage"),
        pytest.param(gate_refused, Outcome.REFUSED, "`gate` refused", id="gate-refused-later"),
        pytest.param(backup_failed, Outcome.INCOMPLETE, "`backup` has not passed", id="backup-incomplete-later"),
        pytest.param(no_backup, Outcome.INCOMPLETE, "not drilled", id="sources-but-no-generation"),
        pytest.param(not_drilled, Outcome.INCOMPLETE, "not drilled", id="not-drilled"),
        pytest.param(drill_failed, Outcome.INCOMPLETE, "not drilled", id="drill-failed"),
        pytest.param(dirty, Outcome.REFUSED, "app.py, b.py", id="dirty"),
        pytest.param(other_source, Outcome.REFUSED, "not the one that was scanned", id="other-source"),
        pytest.param(unknown_source, Outcome.INCOMPLETE, "does not say what source", id="unknown-source"),
        pytest.param(still_open, Outcome.INCOMPLETE, "neither verified nor taken back", id="an-earlier-change-is-open"),
    ],
)
def test_it_does_not_start(tmp_path: Path, prepare: Callable[[Release], Release], outcome: Outcome, said: str) -> None:
    shelf = Shelf()
    release = prepare(release_of(tmp_path, shelf, WITH_DATA))
    stood, before = shelf.stands, len(release.journal.entries)
    result = deploy.run(release)
    assert result.outcome is outcome
    assert any(said in reason.text and reason.remedy for reason in result.reasons), result.reasons
    assert (shelf.stands, len(release.journal.entries)) == (stood, before)


def test_without_a_plan_nothing_is_promised_and_nothing_changes(tmp_path: Path) -> None:
    shelf = Shelf(fails="plan")
    release = begun(release_of(tmp_path, shelf))
    result = deploy.run(release)
    assert (result.outcome, result.reasons[0].remedy) == (Outcome.REFUSED, "Mend plan.")
    assert kinds(release) == []


@pytest.mark.parametrize("fails", ["apply", "apply-after"])
def test_a_change_that_fails_leaves_its_undo_open(tmp_path: Path, fails: str) -> None:
    release = begun(release_of(tmp_path, Shelf(fails="apply" if fails == "apply" else "apply-after")))
    result = deploy.run(release)
    assert result.outcome is Outcome.REFUSED
    assert "must be taken back" in result.summary
    change = open_undos(release.journal.entries)[0]
    assert (change.changed, change.standing) == (True, None)


def test_nothing_to_deploy_passes_even_with_an_uncommitted_file(tmp_path: Path) -> None:
    project(tmp_path)
    release = begun(make_release(tmp_path, OFF))
    release = replace(release, source=replace(release.source, dirty=("app.py",)))
    result = deploy.run(release)
    assert (result.outcome, kinds(release)) == (Outcome.PASSED, [])
    assert "nothing to deploy" in result.summary


def test_nothing_to_deploy_still_needs_the_gate(tmp_path: Path) -> None:
    project(tmp_path)
    assert deploy.run(make_release(tmp_path, OFF)).outcome is Outcome.INCOMPLETE

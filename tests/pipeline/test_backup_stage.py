"""The stage says yes only to a generation that was restored and compared, or when there is nothing to lose."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest

from secure_release.checks.memory import Forgetful
from secure_release.pipeline import flow
from secure_release.pipeline.backups import repository
from secure_release.pipeline.backups.repository import remove
from secure_release.pipeline.config import BackupSection, Config, DeploySection
from secure_release.pipeline.evidence import EvidenceFolder
from secure_release.pipeline.journal import JournalFile
from secure_release.pipeline.keeping import BackupReport, Vault
from secure_release.pipeline.law import Law, Policy
from secure_release.pipeline.patching import EVERYTHING
from secure_release.pipeline.release import Interrupted, Outcome, Release, Source, Stage
from secure_release.pipeline.source_config import SourceSection
from secure_release.pipeline.stages import backup
from secure_release.pipeline.stages.ended import ended

from .test_vault import BACK
from .vaults import COMMIT, DATA, DATABASE, House

REQUIRED = Policy()
UNUSED = cast(Any, None)  # this stage asks nobody else


@dataclass
class Told:
    """What the stage said on its way."""

    lines: list[str] = field(default_factory=list)

    def doing(self, what: str, done: int = 0, of: int = 0) -> None:
        self.lines.append(what)

    def line(self, text: str) -> None:
        self.lines.append(text)


def release(house: House, vault: Vault, config: Config, told: Told, policy: Policy = REQUIRED) -> Release:
    return Release(
        id="run-1",
        folder=house.root / "run",
        source=Source(house.root, house.root, COMMIT, "main", (), "1.0", "d" * 64, (), (), (), (), frozenset()),
        config=config,
        law=Law(policy=policy, waivers=(), baseline=None, read_from="working tree"),
        journal=UNUSED,
        evidence=EvidenceFolder(house.root / "run/evidence"),
        progress=told,
        halt=threading.Event(),
        now=house.clock,
        checks=(),
        memory=Forgetful(),
        context=UNUSED,
        trusted=UNUSED,
        patcher=UNUSED,
        choice=EVERYTHING,
        vault=vault,
        deployer=UNUSED,
        prober=UNUSED,
    )


def with_sources(*sources: Any) -> Config:
    return Config(backup=BackupSection(sources=sources or (DATA, DATABASE)))


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path / "house")
    house.fill()
    return house


def test_a_drilled_generation_passes_and_is_reported(house: House) -> None:
    told = Told()
    given = release(house, house.vault(), with_sources(), told)

    said = backup.run(given)

    assert (said.outcome, said.reasons) == (Outcome.PASSED, ())
    report = given.evidence.load(said.evidence[0].sha256, BackupReport)
    assert report.generation is not None
    assert report.generation.drill is not None and report.generation.drill.passed
    assert [g.id for g in report.kept] == [report.generation.id]
    assert report.exposure == ()
    assert [p.kept_by for p in report.promises] == ["", "", ""]
    assert "restored and compared" in " ".join(told.lines)
    assert "a restore point at least 1 day old: from 2026-11-24" in " ".join(told.lines)


def test_older_generations_are_pruned_before_the_new_one_and_never_after_it(house: House) -> None:
    """Between a backup and the end of its release nothing is removed: the way back may need it."""
    vault = house.vault(last=1, ages=())
    for number in range(3):
        vault.take(f"earlier{number}", COMMIT)
        vault.close(f"earlier{number}", passed=number == 0)
    given = release(house, vault, with_sources(), Told())

    said = backup.run(given)

    report = given.evidence.load(said.evidence[0].sha256, BackupReport)
    assert len(report.pruned) == 1
    assert [g.pinned for g in report.kept] == [("last release",), (), ("open release run-1",)]


def test_with_a_young_drill_the_next_release_needs_none_until_it_is_old(house: House) -> None:
    weekly = Config(backup=BackupSection.model_validate({"sources": (DATA,), "drill": {"every": "7d"}}))
    told, drilled = Told(), []
    for number, days in enumerate((0, 1, 5.9, 0.2, 1)):
        house.clock.at += timedelta(days=days)
        given = replace(release(house, house.vault([DATA], drill_every="7d"), weekly, told), id=f"run-{number}")
        said = backup.run(given)
        report = given.evidence.load(said.evidence[0].sha256, BackupReport)
        assert said.outcome is Outcome.PASSED, said.reasons
        assert report.generation is not None
        drilled.append(report.generation.drill is not None)

    assert drilled == [True, False, False, True, False]
    assert "not restored: one like it was restored and compared" in " ".join(told.lines)
    kept = house.vault([DATA]).generations()
    assert [one.drill is not None for one in kept] == drilled
    assert house.vault([DATA]).promises(kept[1].at + timedelta(days=1))[0].kept_by == kept[0].id, "only a drilled one keeps a promise"


@pytest.mark.parametrize(
    ("sources", "clock"),
    [((DATA, DATABASE), 1), (tuple(BACK), 1), ((DATA,), 8), ((DATA,), -1)],
    ids=["another source", "data that may go back", "too old", "clock went back"],
)
def test_a_drill_is_due_for_what_no_young_one_speaks_for(house: House, sources: tuple[SourceSection, ...], clock: int) -> None:
    house.vault([DATA], drill_every="7d").take("earlier", COMMIT)
    house.clock.at += timedelta(days=clock)

    taken = house.vault(sources, drill_every="7d").take("run", COMMIT)

    assert taken.drill is not None and taken.drill.passed


def test_a_drill_that_failed_speaks_for_nobody(house: House) -> None:
    vault = house.vault([DATA], drill_every="7d")
    first = vault.take("one", COMMIT)
    file = house.repository / "generations" / first.id / "data.tar.zst.age"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    assert not vault.drill(first.id).passed

    assert vault.take("two", COMMIT).drill is not None


AGAINST: dict[str, tuple[Callable[[House], object], Outcome, str]] = {
    "source missing": (lambda h: (h.root / "app.db").unlink(), Outcome.INCOMPLETE, "is missing"),
    "no key": (lambda h: (h.root / "keys/recipients.txt").write_text(""), Outcome.INCOMPLETE, "No key to encrypt"),
    "ledger changed": (lambda h: edited(h.repository / "ledger.jsonl"), Outcome.INCOMPLETE, "is broken at line 1"),
    "repository readable": (lambda h: h.repository.chmod(0o755), Outcome.REFUSED, "Others can get at the backups"),
    "a generation vanished": (lambda h: emptied(h), Outcome.REFUSED, "not there as they were stored"),  # noqa: PLW0108 - defined below
    "repository is a file": (lambda h: moved(h), Outcome.INCOMPLETE, "could not be worked on"),  # noqa: PLW0108 - defined below
}


def edited(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"format", b"formal"))


def emptied(house: House) -> None:
    for path in (house.repository / "generations").rglob("*.age"):
        path.unlink()


def moved(house: House) -> None:
    house.repository.rename(house.root / "elsewhere")
    house.repository.write_text("")


@pytest.mark.parametrize(("make", "outcome", "reason"), AGAINST.values(), ids=AGAINST.keys())
def test_what_is_against_the_backup_stops_the_release(
    house: House, make: Callable[[House], object], outcome: Outcome, reason: str
) -> None:
    house.vault(BACK).take("earlier", COMMIT)
    house.vault(BACK).close("earlier", passed=True)
    make(house)

    said = backup.run(release(house, house.vault(BACK), with_sources(*BACK), Told()))

    assert said.outcome is outcome
    assert reason in " ".join(r.text for r in said.reasons)
    assert all(r.remedy for r in said.reasons)
    assert house.left_over() == []


def test_a_parent_of_another_user_is_shown_and_does_not_refuse(house: House) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(house.root, 4242, -1)
    told = Told()

    said = backup.run(release(house, house.vault(), with_sources(), told))

    assert said.outcome is Outcome.PASSED
    assert any(line.startswith("medium:") for line in told.lines)


def test_a_clock_that_went_back_is_said_and_prunes_nothing(house: House) -> None:
    vault = house.vault(last=1, ages=())
    for number in range(3):
        vault.take(f"earlier{number}", COMMIT)
        vault.close(f"earlier{number}", passed=False)
    house.clock.at -= timedelta(days=9)
    told = Told()

    said = backup.run(release(house, vault, with_sources(), told))

    assert said.outcome is Outcome.PASSED
    assert any("nothing was pruned: the clock went back" in line for line in told.lines)
    assert len(vault.generations()) == 4


@pytest.mark.parametrize(
    ("driver", "policy", "outcome"),
    [
        ("none", Policy(), Outcome.PASSED),
        ("directory", Policy(), Outcome.INCOMPLETE),
        ("command", Policy(), Outcome.INCOMPLETE),
        ("command", Policy(backup="off"), Outcome.PASSED),
    ],
    ids=["nothing is deployed", "a folder is", "a command does", "the policy asks for none"],
)
def test_a_release_that_deploys_needs_a_backup(house: House, driver: Any, policy: Policy, outcome: Outcome) -> None:
    told = Told()
    given = release(house, house.vault(), Config(deploy=DeploySection(driver=driver)), told, policy)

    said = backup.run(given)

    assert said.outcome is outcome
    assert [bool(r.remedy) for r in said.reasons] == ([] if outcome is Outcome.PASSED else [True])
    assert not house.repository.exists()


@pytest.mark.parametrize("whole", [False, True], ids=["the stage alone", "the whole release"])
def test_an_interruption_in_the_middle_of_its_cleaning_up_leaves_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, whole: bool
) -> None:
    """The first signal may come when the work is done and its folder is being removed."""
    (house.root / "run").mkdir()
    made = JournalFile(house.root / "run/journal.jsonl", house.clock)
    given = replace(release(house, house.vault(), with_sources(), Told()), journal=made)
    for stage in (Stage.SCAN, Stage.PATCH_TEST, Stage.GATE, Stage.REPORT):
        passed = partial(ended, stage=stage, started=house.clock(), outcome=Outcome.PASSED, summary="")
        monkeypatch.setitem(flow.RUNNERS, stage, passed)
    flow.perform(given, Stage.GATE, lambda _: None)
    cuts = [Interrupted("SIGINT")]

    def removed(place: Path) -> None:
        if cuts and place.parent.name == "work":
            raise cuts.pop()
        remove(place)

    monkeypatch.setattr(repository, "remove", removed)

    said = flow.whole(given, lambda _: None) if whole else flow.single(given, Stage.BACKUP, lambda _: None)

    assert said is Outcome.INCOMPLETE
    assert cuts == []
    assert house.left_over() == []
    (one,) = house.vault().generations()
    assert one.pinned == ()

"""The way back before an infection that nobody noticed: an old enough generation, in a fresh place, scanned before it is started."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from secure_release.pipeline import session, wiring
from secure_release.pipeline.adapters.folder import Folder
from secure_release.pipeline.backups import keys
from secure_release.pipeline.commands import keep
from secure_release.pipeline.release import Outcome, ReleaseError
from secure_release.pipeline.source_config import SourceSection

from .vaults import COMMIT, DATA, House

GOOD = "def shout(text: str) -> str:\n    return text.upper()\n"
SHELL = "import subprocess\n\n\ndef page(asked: str) -> bytes:\n    return subprocess.check_output(asked, shell=True)\n"
CONFIG = {
    "backup": {"recipients_file": "keys/recipients.txt", "repository": "kept", "sources": [{"name": "app", "type": "path", "path": "app"}]},
    "scan": {"skip": ["semgrep", "secrets", "pip-audit", "workflows", "sbom"]},
    "policy": {"require": ["bandit"], "patch_test": "off"},
}


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path / "house")
    house.fill()
    return house


def aged(house: House, *days: float) -> list[str]:
    """Generations of these ages, now being the clock's time."""
    now, ids = house.clock.at, []
    for number, each in enumerate(days):
        house.clock.at = now - timedelta(days=each)
        ids.append(house.vault([DATA]).take(f"run{number}", COMMIT).id)
    house.clock.at = now
    return ids


def test_the_youngest_that_is_old_enough_is_taken(house: House) -> None:
    ids = aged(house, 40, 9, 7.1, 6.9, 0)
    vault = house.vault([DATA])

    found = {age: keep.older(vault, "", age, house.clock.at) for age in ("7d", "8d", "1h", "4w")}

    assert found == {"7d": ids[2], "8d": ids[1], "1h": ids[3], "4w": ids[0]}
    assert keep.older(vault, "5-abc", "", house.clock.at) == "5-abc"


def test_what_was_never_drilled_is_not_taken(house: House) -> None:
    now = house.clock.at
    house.clock.at = now - timedelta(days=9)
    drilled = house.vault([DATA], drill_every="7d").take("one", COMMIT).id
    house.clock.at = now - timedelta(days=8)
    assert house.vault([DATA], drill_every="7d").take("two", COMMIT).drill is None
    house.clock.at = now

    assert keep.older(house.vault([DATA]), "", "7d", now) == drilled


@pytest.mark.parametrize(
    ("generation", "than", "said"),
    [
        ("", "", "needs either"),
        ("1-abc", "7d", "needs either"),
        ("", "seven", "is no age"),
        ("", "7d", "the oldest drilled one is 2 d old"),
    ],
    ids=["neither", "both", "no age", "too young"],
)
def test_what_can_not_be_meant_is_said(house: House, generation: str, than: str, said: str) -> None:
    aged(house, 2.1, 0)

    with pytest.raises(ReleaseError, match=said):
        keep.older(house.vault([DATA]), generation, than, house.clock.at)


# --- scanned before it is started ---


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose application was infected five days ago; its backups are of 9 days, 3 days and now."""
    project = tmp_path / "project"
    (project / "app").mkdir(parents=True)
    keys.make_pair(project / "keys")
    (project / "secure-release.yml").write_text(yaml.safe_dump(CONFIG))
    (project / ".gitignore").write_text("keys/\nkept/\napp/\n")
    who = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "first")):
        subprocess.run(["git", *who, *words], cwd=project, check=True, env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull})
    monkeypatch.setenv("SECURE_RELEASE_IDENTITY", str(project / "keys/identity.txt"))
    now = datetime.now(UTC)
    for days, text in ((9, GOOD), (3, SHELL), (0, SHELL)):
        (project / "app/page.py").write_text(text)
        monkeypatch.setattr(wiring.drivers, "now", lambda days=days: now - timedelta(days=days))
        wiring.vault(wiring.bench(project, "secure-release.yml", "")).take(f"run{days}", COMMIT)
    monkeypatch.undo()
    monkeypatch.setenv("SECURE_RELEASE_IDENTITY", str(project / "keys/identity.txt"))
    return project


@pytest.mark.parametrize(
    ("older", "outcome", "said"),
    [("7d", Outcome.PASSED, "Nothing that the checks know"), ("1d", Outcome.REFUSED, "Do not start it")],
    ids=["before the infection", "after it"],
)
def test_what_came_back_is_judged_as_the_gate_would(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], older: str, outcome: Outcome, said: str
) -> None:
    code = session.run_restore("", str(tmp_path / "back"), older, True, str(project / "secure-release.yml"))

    assert code == outcome.exit_code
    assert said in capsys.readouterr().out
    assert (tmp_path / "back/app/page.py").read_text() == (GOOD if older == "7d" else SHELL)
    assert (project / "app/page.py").read_text() == SHELL, "nothing in place was touched"
    assert not (project / ".secure-release/runs").exists()


def test_what_no_check_can_look_at_is_no_yes(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(project / "app/pipe")
    (project / "app/broken.py").write_text("def (:\n")
    (project / "app/page.py").write_text(GOOD)
    taken = wiring.vault(wiring.bench(project, "secure-release.yml", "")).take("again", COMMIT)

    code = session.run_restore(taken.id, str(tmp_path / "back"), "", True, str(project / "secure-release.yml"))

    assert code == Outcome.INCOMPLETE.exit_code
    assert "pipe" in (said := capsys.readouterr().out)
    assert "do not start it" in said


def test_a_comment_in_a_restored_tree_excuses_nothing(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "app/page.py").write_text(SHELL.replace("shell=True)", "shell=True)  # nosec"))
    taken = wiring.vault(wiring.bench(project, "secure-release.yml", "")).take("again", COMMIT)

    code = session.run_restore(taken.id, str(tmp_path / "back"), "", True, str(project / "secure-release.yml"))

    assert code == Outcome.REFUSED.exit_code, capsys.readouterr().out


def test_a_folder_lists_all_that_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "a/.git").mkdir(parents=True)
    (tmp_path / "a/.git/hook").touch()
    (tmp_path / "a/link").symlink_to("/")
    (tmp_path / "b").touch()

    assert [one.name for one in Folder(tmp_path).listed()] == ["a/.git/hook", "a/link", "b"]


def test_restoring_is_still_by_name(house: House) -> None:
    source = SourceSection(name="data", type="path", path="data")
    taken = house.vault([source]).take("run", COMMIT)

    assert "Nothing in place was touched" in keep.restore(house.vault([source]), taken.id, house.root / "back")

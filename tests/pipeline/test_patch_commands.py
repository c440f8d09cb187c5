"""patch-test from the command line, on a real small project: what is pending, only some of it, taking it over, cleaning up."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml

from secure_release.pipeline.options import Options
from secure_release.pipeline.patching import EVERYTHING
from secure_release.pipeline.release import EXIT_OURS, ReleaseError, Stage
from secure_release.pipeline.session import run_patch_test
from secure_release.pipeline.wiring import aside, bench
from tests.fakes_patch import Notebook
from tests.pipeline.small_venv import Small, small

CONFIG = {
    "version": 1,
    "release": {"name": "shop"},
    "advisories": {"source": "file", "file": "advisories", "max_age": "36500d"},
    "patch_test": {"tests": ["python", "run_checks.py", "{junit}"], "timeout": "60s", "baselines": 1},
}
LOCK = "# what runs\nspam==1.0\neggs==1.0\n"


def git(root: Path, *words: str) -> str:
    who = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false")
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    return subprocess.run(["git", *who, *words], cwd=root, check=True, capture_output=True, env=env, text=True).stdout


def hole(made: Small, number: int, name: str, fixed: str) -> None:
    events = [{"introduced": "0"}, {"fixed": fixed}] if fixed else [{"introduced": "0"}]
    affected = {"package": {"ecosystem": "PyPI", "name": name}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
    record = {
        "id": f"PYSEC-2026-{number}", "modified": "2026-01-01T00:00:00Z", "aliases": [f"CVE-2026-{number}"], "affected": [affected],
    }  # fmt: skip
    made.write(f"advisories/PYSEC-2026-{number}.json", json.dumps(record))


def make(folder: Path) -> Small:
    """spam and eggs have a hole each, and a fix that is harmless."""
    made = small(folder)
    made.write("pip.conf", "[global]\nno-index = true\n")
    made.write("requirements.txt", LOCK)
    made.write("secure-release.yml", yaml.safe_dump(CONFIG))
    made.write(".gitignore", ".venv/\n.secure-release/\n")
    hole(made, 1, "spam", "1.1")
    hole(made, 2, "eggs", "1.1")
    git(made.root, "init", "-q")
    git(made.root, "add", "-A")
    git(made.root, "commit", "-qm", "first")
    return made


def enter(made: Small, patch: pytest.MonkeyPatch) -> Small:
    """Work there, with its own index and no other."""
    patch.setenv("PIP_CONFIG_FILE", str(made.root / "pip.conf"))
    patch.setenv("PIP_FIND_LINKS", made.index.as_uri())
    patch.delenv("SECURE_RELEASE_TRUST", raising=False)
    patch.chdir(made.root)
    return made


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    return enter(make(tmp_path), monkeypatch)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """Tested, to be copied: what is applied needs the run and the files, not the environment."""
    made = make(tmp_path_factory.mktemp("tested"))
    with pytest.MonkeyPatch.context() as patch:
        enter(made, patch)
        assert call() == 0
    return made


@pytest.fixture
def tested(once: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    shutil.copytree(once.root, tmp_path / "shop", symlinks=True)
    return enter(Small(tmp_path / "shop", once.index, tmp_path / "run"), monkeypatch)


def call(
    families: tuple[str, ...] = (), only: tuple[str, ...] = (), clean: bool = False, apply: bool = False, **options: str | bool
) -> int:
    return run_patch_test(Options(**options), families, only, clean, apply)  # type: ignore[arg-type]


def runs(made: Small) -> list[Path]:
    return sorted((made.root / ".secure-release/runs").glob("*"))


def state(made: Small) -> Mapping[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(made.root.rglob("*")) if path.is_file() and ".git/" not in str(path)}


def test_the_plan_is_shown_whole_and_nothing_is_made(shop: Small, capsys: pytest.CaptureFixture[str]) -> None:
    hole(shop, 3, "spam", "")
    call(dry_run=True)
    before = state(shop)
    capsys.readouterr()

    assert call(dry_run=True) == 0
    out = capsys.readouterr().out
    assert "1 pending patch, 1 to be tried; plan " in out
    assert "from file " in out
    assert any(line.split() == ["eggs", "1.0", "1.1", "CVE-2026-2", "advisories", "not", "fetched", "yet", "yes"] for line in out.splitlines())
    assert "No fix is known for:\n  spam 1.0: CVE-2026-1, CVE-2026-3" in out
    assert state(shop) == before
    assert (runs(shop), shop.clones()) == ([], [])


def test_the_plan_says_what_would_be_left_out(shop: Small, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(dry_run=True, only=("Spam",)) == 0

    out = capsys.readouterr().out
    assert "2 pending patches, 1 to be tried" in out
    assert "no: left out by the command line" in out


def test_the_plan_for_programs_is_json_alone(shop: Small, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(dry_run=True, format="json") == 0

    plan = json.loads(capsys.readouterr().out)
    assert {patch["name"] for patch in plan["patches"]} == {"spam", "eggs"}
    assert len(plan["plan_digest"]) == 64
    assert len(plan["tried"]) == 2


def test_without_advisories_there_is_no_plan(shop: Small) -> None:
    for record in (shop.root / "advisories").iterdir():
        record.unlink()

    with pytest.raises(ReleaseError) as raised:
        call(dry_run=True)
    assert raised.value.exit_code == 20
    assert runs(shop) == []


def test_only_one_is_tried_and_the_rest_keeps_the_test_incomplete(shop: Small, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(only=("eggs",)) == 20

    out = " ".join(capsys.readouterr().out.split())
    assert "1 of 1 patches are safe; spam was not tried: left out by the command line" in out
    assert "Only some pending patches were tried: spam was left out by the command line." in out


def test_what_is_safe_goes_into_the_lock_and_nowhere_else(tested: Small, capsys: pytest.CaptureFixture[str]) -> None:
    before = state(tested)

    assert call(apply=True) == 0
    assert "Written:\n  eggs 1.0 -> 1.1\n  spam 1.0 -> 1.1\n" in capsys.readouterr().out
    assert (tested.root / "requirements.txt").read_text() == LOCK.replace("1.0", "1.1")
    after = state(tested)
    assert {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} == {str(tested.root / "requirements.txt")}


def no_test(made: Small) -> None:
    call(dry_run=True)
    shutil.rmtree(made.root / ".secure-release")


def changed_lock(made: Small) -> None:
    made.write("requirements.txt", f"click==8\n{LOCK}")


def applied_already(made: Small) -> None:
    call(apply=True)


def lost_lock(made: Small) -> None:
    (made.root / "requirements.txt").unlink()


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (no_test, "This run has no finished patch test."),
        (changed_lock, "The requirement files are no longer the ones"),
        (applied_already, "The requirement files are no longer the ones"),
        (lost_lock, "The requirement files are no longer the ones"),
    ],
    ids=["no-test", "changed-since", "applied-twice", "lock-gone"],
)
def test_what_was_not_tested_is_not_applied(tested: Small, before: Callable[[Small], None], said: str) -> None:
    before(tested)
    lock = tested.root / "requirements.txt"
    content = lock.read_text() if lock.exists() else None

    with pytest.raises(ReleaseError) as raised:
        call(apply=True)
    assert said in str(raised.value)
    assert (raised.value.exit_code, bool(raised.value.hint)) == (20, True)
    assert (lock.read_text() if lock.exists() else None) == content


@pytest.mark.parametrize(
    ("name", "text", "code", "said"),
    [
        ("check_shop.py", "import nowhere\n", 20, "The patch test found no safe set"),
        ("requirements.txt", "spam\neggs\n", 0, "The safe set is in no lock"),
    ],
    ids=["red-without-a-patch", "nothing-pinned"],
)
def test_a_test_that_changes_no_lock_leaves_nothing_to_apply(shop: Small, name: str, text: str, code: int, said: str) -> None:
    shop.write(name, text)
    assert call() == code

    with pytest.raises(ReleaseError, match=said):
        call(apply=True)
    assert git(shop.root, "status", "--porcelain").split() == ["M", name]


def test_a_project_below_the_repository_is_applied_in_its_own_folder(tested: Small) -> None:
    above = tested.root.parent
    (tested.root / ".git").rename(above / ".git")
    git(above, "add", "shop")
    git(above, "commit", "-qm", "moved")

    assert call(apply=True) == 0
    assert (tested.root / "requirements.txt").read_text() == LOCK.replace("1.0", "1.1")


def test_what_a_killed_run_left_is_removed_and_nothing_else(shop: Small, capsys: pytest.CaptureFixture[str]) -> None:
    other = shop.root / ".secure-release/clones/not-ours"
    other.mkdir(parents=True)
    (other / "data").touch()
    child = os.fork()
    if child == 0:
        with aside(bench(shop.root, "secure-release.yml", ""), Stage.PATCH_TEST, Notebook(), EVERYTHING) as release:
            release.patcher.environment()
            with release.patcher.clone("killed"):
                os.kill(os.getpid(), 9)
    os.waitpid(child, 0)
    [left] = [clone for clone in shop.clones() if clone != other]

    assert call(clean=True) == 0
    assert f"removed {left}" in capsys.readouterr().out
    assert shop.clones() == [other]
    assert call(clean=True) == 0
    assert capsys.readouterr().out == "Nothing was left behind.\n"


@pytest.mark.parametrize(
    "words",
    [{"clean": True, "apply": True}, {"clean": True, "dry_run": True}, {"apply": True, "only": ("spam",)}, {"clean": True, "families": ("os",)}],
    ids=["clean-and-apply", "clean-and-dry-run", "apply-only-some", "clean-only-some"],
)
def test_words_that_do_not_go_together_are_refused(words: dict[str, bool]) -> None:
    with pytest.raises(ReleaseError) as raised:
        call(**words)  # type: ignore[arg-type]
    assert raised.value.exit_code == EXIT_OURS

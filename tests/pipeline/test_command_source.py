"""A program's output is a backup when the program says so, and only then."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from secure_release.pipeline.keeping import BackupError
from secure_release.pipeline.source_config import CommandSection

from .vaults import COMMIT, House

PYTHON = sys.executable


def section(*command: str, **more: object) -> CommandSection:
    return CommandSection.model_validate({"name": "out", "type": "command", "command": command, **more})


def test_what_it_writes_comes_back_byte_by_byte(tmp_path: Path) -> None:
    house = House(tmp_path / "house")
    vault = house.vault([section(PYTHON, "-c", "import sys; sys.stdout.buffer.write(bytes(range(256)) * 9000)")])

    taken = vault.take("run", COMMIT)
    vault.restore(taken.id, house.root / "back")

    assert (house.root / "back/out/output").read_bytes() == bytes(range(256)) * 9000
    assert (taken.taken[0].items, taken.taken[0].size) == (1, 256 * 9000)


BAD: dict[str, tuple[CommandSection, str]] = {
    "an exit code": (section("sh", "-c", "echo half; exit 3"), "failed: sh: it ended with 3"),
    "a signal": (section("sh", "-c", "echo half; kill -9 $$"), "it ended with -9"),
    "nothing written": (section("true"), "wrote nothing"),
    "no such program": (section("sr-nothing"), "`sr-nothing` is not on this machine"),
    "a check that fails": (section("echo", "hello", check=("grep", "-q", "bye")), "the check failed: grep: it ended with 1"),
    "a check that is not there": (section("echo", "hello", check=("sr-nothing",)), "`sr-nothing` is not on this machine"),
}


@pytest.mark.parametrize(("source", "said"), BAD.values(), ids=BAD.keys())
def test_what_is_no_yes_is_no_backup(tmp_path: Path, source: CommandSection, said: str) -> None:
    vault = House(tmp_path / "house").vault([source])

    with pytest.raises(BackupError, match=said):
        vault.take("run", COMMIT)
    assert vault.generations() == ()


def test_nothing_may_be_right(tmp_path: Path) -> None:
    assert House(tmp_path / "house").vault([section("true", may_be_empty=True)]).take("run", COMMIT).drill is not None


def test_a_check_sees_the_restored_bytes_and_may_stop_reading(tmp_path: Path) -> None:
    check = ("sh", "-c", f"head -c 5 >{tmp_path}/seen")
    house = House(tmp_path / "house")

    house.vault([section(PYTHON, "-c", "print('hello' * 400000)", check=check)]).take("run", COMMIT)

    assert (tmp_path / "seen").read_text() == "hello"


def test_it_runs_in_the_projects_folder(tmp_path: Path) -> None:
    house = House(tmp_path / "house")
    (house.root / "data.txt").write_text("from here")

    house.vault([section("cat", "data.txt")]).take("run", COMMIT)


def halve(path: Path) -> None:
    path.write_text("x" * 10)


def empty(path: Path) -> None:
    path.write_text("")


@pytest.mark.parametrize(("change", "said"), [(halve, "shrank to"), (empty, "wrote nothing")], ids=["shrunk", "emptied"])
def test_less_than_half_is_no_smaller_backup(tmp_path: Path, change: Callable[[Path], None], said: str) -> None:
    house = House(tmp_path / "house")
    (house.root / "data.txt").write_text("x" * 1000)
    vault = house.vault([section("cat", "data.txt")])
    vault.take("run", COMMIT)
    change(house.root / "data.txt")

    with pytest.raises(BackupError, match=said):
        vault.take("run2", COMMIT)


def test_it_has_no_way_back() -> None:
    with pytest.raises(ValueError, match="on_rollback"):
        section("true", on_rollback="always")

"""The file of what earlier scans said: nothing is believed that we did not seal, and nothing that fails is an error."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from secure_release.pipeline.adapters.installation import installation
from secure_release.pipeline.adapters.memory import DAYS, MemoryFile, own_key

TODAY = date(2026, 1, 2)
KEY = b"k" * 32
ENTRIES = {"a" * 64: b"[]", "b" * 64: b"-", "c" * 64: b'[{"x": 1}]'}


@pytest.fixture
def memory(tmp_path: Path) -> MemoryFile:
    made = MemoryFile(tmp_path / "state" / "cache.sqlite", KEY, TODAY)
    made.keep(ENTRIES)
    return made


def test_what_is_kept_is_recalled_and_nothing_else(memory: MemoryFile) -> None:
    assert memory.recall([*ENTRIES, "d" * 64]) == ENTRIES
    assert MemoryFile(memory.path.parent / "none", KEY, TODAY).recall(list(ENTRIES)) == {}


def test_thousands_of_entries_are_recalled_at_once(memory: MemoryFile) -> None:
    many = {f"{number:064x}": str(number).encode() for number in range(3000)}
    memory.keep(many)
    assert memory.recall(list(many)) == many


def test_who_has_another_key_is_not_believed(memory: MemoryFile) -> None:
    other = MemoryFile(memory.path, b"o" * 32, TODAY)
    assert other.recall(list(ENTRIES)) == {}
    other.keep({"a" * 64: b"-"})
    assert memory.recall(list(ENTRIES)) == {key: content for key, content in ENTRIES.items() if key != "a" * 64}


def sql(text: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with sqlite3.connect(path) as database:
            database.execute(text)

    return change


def folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


CHANGES: dict[str, Callable[[Path], object]] = {
    "another content": sql("UPDATE said SET content = CAST('[]' AS BLOB)"),
    "another key": sql("UPDATE said SET key = 'd' || key"),
    "the seal of another": sql("UPDATE said SET seal = (SELECT seal FROM said ORDER BY key LIMIT 1)"),
    "no seal": sql("UPDATE said SET seal = CAST('' AS BLOB)"),
    "a number for a content": sql("UPDATE said SET content = 1"),
    "another table": sql("DROP TABLE said"),
    "no database": lambda path: path.write_bytes(b"not a database" * 500),
    "cut": lambda path: os.truncate(path, 3000),
    "empty": lambda path: os.truncate(path, 0),
    "a folder": folder_instead,
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_changed_is_not_recalled_and_does_no_harm(change: str, memory: MemoryFile) -> None:
    CHANGES[change](memory.path)
    recalled = memory.recall(list(ENTRIES))
    assert all(ENTRIES[key] == content for key, content in recalled.items())
    assert len(recalled) <= 1
    memory.keep(ENTRIES)
    assert change == "a folder" or memory.recall(list(ENTRIES)) == ENTRIES


def test_an_entry_does_not_live_for_ever(memory: MemoryFile) -> None:
    later = MemoryFile(memory.path, KEY, TODAY + timedelta(days=DAYS + 1))
    later.keep({"d" * 64: b"[]"})
    assert later.recall([*ENTRIES, "d" * 64]) == {"d" * 64: b"[]"}


def test_a_users_key_is_made_once_and_is_the_users_alone(tmp_path: Path) -> None:
    key = own_key(tmp_path)
    assert own_key(tmp_path) == key
    assert len(key) == 32
    (file,) = tmp_path.rglob("memory.key")
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_bytes(b"short")
    with pytest.raises(OSError, match="no key"):
        own_key(tmp_path)


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """The skeleton of a virtual environment with one program."""
    root = tmp_path / "venv"
    packages = root / "lib" / "python3.11" / "site-packages"
    (packages / "tool-1.0.dist-info").mkdir(parents=True)
    (packages / "tool-1.0.dist-info" / "RECORD").write_text("tool.py,sha256=x,1\n../../../bin/tool,sha256=y,2\n")
    (root / "bin").mkdir()
    (root / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.11.7\n")
    (root / "bin" / "tool").write_text(f"#!{root}/bin/python3\nimport tool\n")
    return root


def test_the_same_installation_elsewhere_is_the_same(venv: Path, tmp_path: Path) -> None:
    before = installation(venv / "bin" / "tool")
    moved = shutil.copytree(venv, tmp_path / "moved")
    (moved / "bin" / "tool").write_text(f"#!{moved}/bin/python3\nimport tool\n")
    assert installation(moved / "bin" / "tool") == before != ""


INSTALLED: dict[str, Callable[[Path], object]] = {
    "a plug-in": lambda root: (root / "lib/python3.11/site-packages/more-1.dist-info").mkdir(),
    "other files": lambda root: (root / "lib/python3.11/site-packages/tool-1.0.dist-info/RECORD").write_text("tool.py,sha256=z,1\n"),
    "an upgrade": lambda root: (root / "lib/python3.11/site-packages/tool-1.0.dist-info").rename(
        root / "lib/python3.11/site-packages/tool-1.1.dist-info"
    ),
    "another python": lambda root: (root / "pyvenv.cfg").write_text("version = 3.12.1\n"),
    "a path file": lambda root: (root / "lib/python3.11/site-packages/x.pth").write_text("/elsewhere\n"),
    "another program": lambda root: (root / "bin/tool").write_text(f"#!{root}/bin/python3\nimport other\n"),
}


@pytest.mark.parametrize("change", INSTALLED)
def test_another_installation_is_another(change: str, venv: Path) -> None:
    before = installation(venv / "bin" / "tool")
    INSTALLED[change](venv)
    assert installation(venv / "bin" / "tool") not in ("", before)


def test_what_can_not_be_read_is_no_installation(tmp_path: Path) -> None:
    assert installation(tmp_path / "gone") == ""
    (tmp_path / "odd").write_bytes(b"#!\n")
    assert installation(tmp_path / "odd") == ""

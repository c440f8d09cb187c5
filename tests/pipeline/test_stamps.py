"""What a file held is believed while its times, its size and its place on the disk are the same, and not a moment too early."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from secure_release.pipeline.adapters import stamps
from secure_release.pipeline.adapters.source import Content
from secure_release.pipeline.adapters.stamps import Stamps
from tests.fakes import Held

SHORT = 20_000_000  # ns


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "QUIET_NS", SHORT)


def digest(held: Held, path: Path) -> str:
    reader = Stamps(held, path.parent)
    content = reader(str(path), path.lstat())
    reader.keep()
    return content.sha256


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def at_rest(path: Path, text: str) -> None:
    path.write_text(text)
    time.sleep(2 * SHORT / 1e9)


def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(path: str, status: os.stat_result) -> Content:
        raise AssertionError(f"{path} was read")

    monkeypatch.setattr(stamps, "content_of", read)


def test_a_file_at_rest_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held, path = Held(), tmp_path / "a.py"
    at_rest(path, "one")
    assert digest(held, path) == sha256("one")
    unread(monkeypatch)
    assert digest(held, path) == sha256("one")


def test_a_file_that_was_touched_just_now_is_read_again(tmp_path: Path) -> None:
    held, path = Held(), tmp_path / "a.py"
    path.write_text("one")
    digest(held, path)
    assert b"a.py" not in b"".join(held.entries.values())


@pytest.mark.parametrize("times", [True, False], ids=["its times put back", "as it comes"])
def test_a_change_of_the_same_length_is_seen(tmp_path: Path, times: bool) -> None:
    held, path = Held(), tmp_path / "a.py"
    at_rest(path, "one")
    before = path.lstat()
    digest(held, path)
    path.write_text("two")
    if times:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert digest(held, path) == sha256("two")


def test_another_file_in_its_place_is_seen(tmp_path: Path) -> None:
    held, path, other = Held(), tmp_path / "a.py", tmp_path / "b"
    at_rest(path, "one")
    at_rest(other, "two")
    digest(held, path)
    other.replace(path)
    assert digest(held, path) == sha256("two")


def test_nothing_is_believed_of_another_project(tmp_path: Path) -> None:
    held = Held()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        at_rest(tmp_path / name / "a.py", name)
        assert digest(held, tmp_path / name / "a.py") == sha256(name)

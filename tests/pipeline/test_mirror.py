"""What is looked at is what was read, whenever it is copied; and only what is asked for is copied."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from secure_release.checks import Changed
from secure_release.pipeline.adapters.mirror import Mirror
from secure_release.pipeline.adapters.source import _digested
from secure_release.pipeline.release import SUPPRESSIONS, ReleaseError

from .test_source import commit, project, source

__all__ = ["project"]  # a fixture


def held(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_only_what_is_asked_for_is_copied(project: Path, tmp_path: Path) -> None:
    (project / "lib").mkdir()
    (project / "lib" / "b.py").write_text("b = 2\n")
    commit(project)
    read = source(project, tmp_path)

    assert held(read.tree) == []
    read.fill(["lib/b.py", "lib/b.py", "no-file-of-ours.py"])
    assert held(read.tree) == ["lib/b.py"]
    assert held(read.whole()) == ["app.py", "lib/b.py"]
    (project / "app.py").write_text("x = 3\n")
    assert (read.whole() / "app.py").read_text() == "x = 1\n"  # a copy, and made once


def test_a_file_that_was_changed_since_is_no_answer(project: Path, tmp_path: Path) -> None:
    read = source(project, tmp_path)
    (project / "app.py").write_text("x = 2\n")

    with pytest.raises(Changed, match=r"app\.py was changed while the release was being looked at\."):
        read.fill(["app.py"])
    with pytest.raises(ReleaseError, match="was changed"):
        read.whole()
    assert held(read.tree) == []


@pytest.mark.parametrize("became", ["gone", "a link", "a pipe"])
def test_a_file_that_is_no_file_any_more_is_no_answer(project: Path, tmp_path: Path, became: str) -> None:
    read = source(project, tmp_path)
    (project / "app.py").rename(tmp_path / "same.py")
    if became == "a link":
        (project / "app.py").symlink_to(tmp_path / "same.py")
    if became == "a pipe":
        os.mkfifo(project / "app.py")

    with pytest.raises(Changed):
        read.fill(["app.py"])
    assert held(read.tree) == []


def test_a_file_that_is_only_read_is_not_copied(project: Path, tmp_path: Path) -> None:
    read = source(project, tmp_path)

    assert read.read("app.py") == (project / "app.py").read_bytes()
    assert held(read.tree) == []

    (project / "app.py").write_text("changed\n")
    with pytest.raises(ReleaseError, match=r"app\.py was changed"):
        read.read("app.py")


def test_a_file_that_was_copied_is_read_where_it_cannot_change(project: Path, tmp_path: Path) -> None:
    read = source(project, tmp_path)
    before = (read.whole() / "app.py").read_bytes()
    (project / "app.py").write_text("changed\n")

    assert read.read("app.py") == before


def test_a_link_is_mirrored_as_what_it_leads_to(project: Path, tmp_path: Path) -> None:
    (project / "notes.txt").write_text("eval(input())\n")
    (project / "run.py").symlink_to("notes.txt")
    commit(project)

    assert (source(project, tmp_path).whole() / "run.py").read_text() == "eval(input())\n"


def test_a_copy_that_can_not_be_written_is_no_answer(tmp_path: Path) -> None:
    origin, folder = tmp_path / "a.py", tmp_path / "mirror"
    origin.write_bytes(b"x = 1\n" * 10)
    folder.mkdir()
    mirror = Mirror(folder, tmp_path)
    mirror.add("b/a.py", str(origin), hashlib.sha256(origin.read_bytes()).hexdigest())
    (folder / "b").write_text("a file where a folder must be")

    with pytest.raises(Changed, match=r"b/a\.py can't be copied to be looked at"):
        mirror.fill(["b/a.py"])


@pytest.mark.parametrize("content", [b"x = 1  # %b B101\n" % SUPPRESSIONS[0], b"#" * ((1 << 20) - 3) + SUPPRESSIONS[1] + b"\n"], ids=["near", "across-blocks"])
def test_a_file_that_asks_a_tool_to_look_away_is_marked(project: Path, tmp_path: Path, content: bytes) -> None:
    (project / "b.py").write_bytes(content)

    assert source(project, tmp_path, max_size=5_000_000).marked == {"b.py"}


def test_the_digest_is_that_of_the_whole_file(tmp_path: Path) -> None:
    content = os.urandom(3_000_000)
    (tmp_path / "a").write_bytes(content)

    digest, start, _ = _digested(tmp_path / "a")
    assert (digest, start) == (hashlib.sha256(content).hexdigest(), content[:8000])


def test_a_name_that_no_mirror_can_hold_is_a_gap_and_costs_nobody_else(project: Path, tmp_path: Path) -> None:
    (project / ("\\" * 100 + ".py")).write_text("n = 1\n")
    commit(project)
    read = source(project, tmp_path)

    assert [gap.reason for gap in read.gaps] == ["it can't be read: File name too long"]
    assert held(read.whole()) == ["app.py"]

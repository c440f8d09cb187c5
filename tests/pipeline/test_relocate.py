"""A copied environment's files lead to the copy, whatever the paths look like."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_release.pipeline.clones.hardlink import differences, link_tree, look
from secure_release.pipeline.clones.junit import NotJUnit, Results, parse_junit
from secure_release.pipeline.clones.relocate import Move, interpreter, relocate, starts_in, with_interpreter

OLD, NEW = Path("/srv/app/.venv"), Path("/srv/app/.secure-release/clones/x/venv")
MOVE = Move(((OLD, NEW), (Path("/srv/app"), Path("/srv/app/.secure-release/clones/x/project"))))
BODY = b"import sys\nprint('hello')\n"

SCRIPTS = {
    "plain": b"#!/srv/app/.venv/bin/python\n" + BODY,
    "space-after-the-mark": b"#! /srv/app/.venv/bin/python3\n" + BODY,
    "argument": b"#!/srv/app/.venv/bin/python -sE\n" + BODY,
    "pip-long-form": b"#!/bin/sh\n'''exec' \"/srv/app/.venv/bin/python\" \"$0\" \"$@\"\n' '''\n" + BODY,
    "uv-long-form": b"#!/bin/sh\n'''exec' '/srv/app/.venv/bin/python' \"$0\" \"$@\"\n' '''\n" + BODY,
    "bare-long-form": b"#!/bin/sh\n'''exec' /srv/app/.venv/bin/python \"$0\" \"$@\"\n' '''\n" + BODY,
    "long-form-argument": b"#!/bin/sh\n'''exec' \"/srv/app/.venv/bin/python\" -I \"$0\" \"$@\"\n' '''\n" + BODY,
}
OTHERS = {
    "env": b"#!/usr/bin/env python3\n" + BODY,
    "shell": b"#!/bin/sh\necho /srv/app/.venv/bin\n",
    "relocatable": b"#!/bin/sh\n'''exec' \"$(dirname -- \"$(realpath -- \"$0\")\")\"/'python' \"$0\" \"$@\"\n' '''\n" + BODY,
    "another-place": b"#!/srv/app2/.venv/bin/python\n" + BODY,
    "no-script": b"\x7fELF/srv/app/.venv",
    "empty": b"",
    "unbalanced-quote": b"#!/bin/sh\n'''exec' '/srv/app \"$0\" \"$@\"\n' '''\n" + BODY,
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_a_script_starts_the_clone(script: bytes) -> None:
    moved = with_interpreter(script, MOVE)

    assert interpreter(script).startswith(f"{OLD}/bin/python")
    assert interpreter(moved) == interpreter(script).replace(str(OLD), str(NEW))
    assert moved.endswith(BODY)
    assert starts_in(script, [OLD], Path("/elsewhere"))
    assert not starts_in(moved, [OLD, Path("/srv/app")], Path("/srv/app/.secure-release/clones/x"))


@pytest.mark.parametrize("script", OTHERS.values(), ids=OTHERS)
def test_a_script_of_something_else_is_left_alone(script: bytes) -> None:
    assert with_interpreter(script, MOVE) == script


def test_arguments_are_kept() -> None:
    assert b" -I\n" in with_interpreter(SCRIPTS["long-form-argument"], MOVE)
    assert with_interpreter(SCRIPTS["argument"], MOVE).startswith(b"#!/srv/app/.secure-release/clones/x/venv/bin/python -sE\n")


NASTY = ["plain", "with space", "ümläut", "dollar$HOME", 'quo"te', "apo'strophe", "back`tick", "long" * 50]


@pytest.mark.parametrize("name", NASTY, ids=range(len(NASTY)))
def test_a_moved_script_really_starts_what_it_names(name: str, tmp_path: Path) -> None:
    there = tmp_path / name
    there.mkdir()
    (there / "python").symlink_to(sys.executable)
    script = tmp_path / "script"
    move = Move(((Path("/old"), there),))
    script.write_bytes(with_interpreter(b"#!/old/python\nimport sys\nprint(sys.argv[1])\n", move))
    script.chmod(0o755)

    assert interpreter(script.read_bytes()) == str(there / "python")
    assert subprocess.run([script, "an argument"], capture_output=True, text=True, check=True).stdout == "an argument\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"/srv/app/src\n", b"/srv/app/.secure-release/clones/x/project/src\n"),
        (b"VIRTUAL_ENV='/srv/app/.venv'\n", b"VIRTUAL_ENV='/srv/app/.secure-release/clones/x/venv'\n"),
        (b"/srv/app2/src and /srv/app.old", b"/srv/app2/src and /srv/app.old"),
        (b'{"url": "file:///srv/app"}', b'{"url": "file:///srv/app/.secure-release/clones/x/project"}'),
        (b"import x; x('/srv/app')", b"import x; x('/srv/app/.secure-release/clones/x/project')"),
        (b"/srv/app", b"/srv/app/.secure-release/clones/x/project"),
    ],
    ids=["path-file", "activate", "longer-name", "url", "code", "end-of-file"],
)
def test_mentions_of_an_old_place_are_replaced(before: bytes, after: bytes) -> None:
    assert MOVE.text(before) == after


def test_a_url_is_moved_in_its_own_spelling() -> None:
    move = Move(((Path("/my ümlaut"), Path("/new place")),))

    assert move.text(b"file:///my%20%C3%BCmlaut/x /my \xc3\xbcmlaut/x") == b"file:///new%20place/x /new place/x"


@given(st.lists(st.sampled_from("ab/ .é'"), max_size=12).map("".join))
def test_only_paths_below_an_old_place_move(text: str) -> None:
    moved = MOVE.path(f"/srv/app/.venv/{text}")

    assert moved is not None
    assert moved.startswith(str(NEW))
    assert MOVE.path(f"relative/{text}") is None
    assert MOVE.path(f"/elsewhere/{text}") is None


def test_relocation_leaves_the_original_as_it_was(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    (old / "bin").mkdir(parents=True)
    (old / "lib/python3.11/site-packages").mkdir(parents=True)
    (old / "lib64").symlink_to("lib")
    (old / "pyvenv.cfg").write_text(f"command = python -m venv {old}\n")
    (old / "bin/tool").write_text(f"#!{old}/bin/python\n")
    (old / "bin/tool").chmod(0o755)
    (old / "bin/link").symlink_to(old / "bin/tool")
    (old / "bin/broken").symlink_to("/nowhere")
    (old / "lib/python3.11/site-packages/a.pth").write_text(f"{old}/src\n")
    before = look(old)
    link_tree(old, new)
    relocate(new, Move(((old, new),)))

    assert differences(before, look(old)) == ()
    assert (new / "bin/tool").read_text() == f"#!{new}/bin/python\n"
    assert (new / "bin/tool").stat().st_mode & 0o111
    assert (new / "bin/link").readlink() == new / "bin/tool"
    assert (new / "bin/broken").readlink() == Path("/nowhere")
    assert (new / "lib/python3.11/site-packages/a.pth").read_text() == f"{new}/src\n"
    assert str(old) not in (new / "pyvenv.cfg").read_text()


def test_what_changed_in_a_tree_is_told(tmp_path: Path) -> None:
    for name in ("same", "content", "gone", "mode", "link"):
        (tmp_path / name).write_text("x")
    (tmp_path / "pkg/__pycache__").mkdir(parents=True)
    (tmp_path / "pkg/__pycache__/in_place.pyc").write_text("x")
    before = look(tmp_path)
    (tmp_path / "content").write_text("y")
    (tmp_path / "gone").unlink()
    (tmp_path / "mode").chmod(0o755)
    (tmp_path / "link").unlink()
    (tmp_path / "link").symlink_to("same")
    (tmp_path / "new").write_text("x")
    (tmp_path / "pkg/__pycache__/in_place.pyc").write_text("y")
    (tmp_path / "pkg/__pycache__/new.pyc").write_text("y")

    assert differences(before, look(tmp_path)) == (
        "content changed", "gone is gone", "link changed", "mode changed", "new appeared", "pkg/__pycache__/in_place.pyc changed",
    )  # fmt: skip


def test_hard_links_alone_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "old/sub").mkdir(parents=True)
    (tmp_path / "old/sub/file").write_text("x")
    before = look(tmp_path / "old")
    link_tree(tmp_path / "old", tmp_path / "new")

    assert differences(before, look(tmp_path / "old")) == ()


JUNIT = b"""<?xml version="1.0"?><testsuites><testsuite name="pytest" tests="4">
<testcase classname="tests.test_a" name="test_ok"/><testcase classname="tests.test_a" name="test_no"><failure message="m">why not</failure></testcase>
<testcase classname="" name="tests.test_b"><error message="collection failure">ImportError</error></testcase>
<testcase classname="tests.test_a" name="test_skip"><skipped type="x">s</skipped></testcase>
<testcase classname="tests.test_a" name="test_twice"/><testcase classname="tests.test_a" name="test_twice"><error/></testcase>
</testsuite></testsuites>"""


def test_a_junit_report_is_read() -> None:
    results = parse_junit(JUNIT)

    assert results == Results(
        frozenset({"tests.test_a::test_ok"}),
        frozenset({"tests.test_a::test_no", "::tests.test_b", "tests.test_a::test_twice"}),
        frozenset({"tests.test_a::test_skip"}),
        results.said,
    )
    assert "why not" in results.said
    assert "ImportError" in results.said


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"garbage",
        b"<html></html>",
        JUNIT[:300],
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><testsuite/>',
        JUNIT.replace(b"4", b"\x00"),
    ],
    ids=["empty", "garbage", "html", "truncated", "external-entity", "not-xml"],
)
def test_what_is_no_junit_report_is_no_result(content: bytes) -> None:
    with pytest.raises(NotJUnit):
        parse_junit(content)

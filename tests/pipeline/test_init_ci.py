"""init --ci: what is written says what it is, nothing is written over, and --check tells what became of it."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_release.pipeline.commands.ci_files import FILES
from secure_release.pipeline.commands.init_ci import HEADER, State, Wanted, check, state, wanted, write
from secure_release.pipeline.release import EXIT_OURS, ReleaseError

TEMPLATES = Path(__file__).parents[2] / "templates" / "ci"
WORKFLOW = Wanted("github/ci.yml", "0.2.0", ".github/workflows/ci.yml", "on: push\njobs: {}\n")
HOOK = Wanted("codepipeline/hook.sh", "0.2.0", "ci/hook.sh", "#!/bin/sh\nset -eu\nexit 0\n")
LIBRARY = Wanted("jenkins/Jenkinsfile", "0.2.0", "Jenkinsfile", "secureRelease()\n")
HELP = Wanted("jenkins/vars/x.txt", "0.2.0", "jenkins/x.txt", "Help without comments.\n")
EVERY = (WORKFLOW, HOOK, LIBRARY, HELP)


def older(one: Wanted) -> Wanted:
    return replace(one, version="0.1.0", body=one.body + "# of then\n")


def test_a_written_file_says_what_it_is_in_its_first_line() -> None:
    assert WORKFLOW.text.splitlines()[0].startswith("# secure-release template github/ci.yml 0.2.0 ")
    assert LIBRARY.text.splitlines()[0].startswith("// secure-release template jenkins/Jenkinsfile 0.2.0 ")
    assert HOOK.text.splitlines()[0] == "#!/bin/sh" and HEADER.fullmatch(HOOK.text.splitlines()[1])
    assert HELP.text == HELP.body
    assert (WORKFLOW.mode, HOOK.mode) == (0o644, 0o755)


@pytest.mark.parametrize(
    ("text", "one", "found"),
    [
        (WORKFLOW.text, WORKFLOW, State.CURRENT),
        (HOOK.text, HOOK, State.CURRENT),
        (HELP.text, HELP, State.CURRENT),
        (None, WORKFLOW, State.MISSING),
        (WORKFLOW.text + "# mine\n", WORKFLOW, State.EDITED),
        (HOOK.text.replace("exit 0", "exit 1"), HOOK, State.EDITED),
        (older(WORKFLOW).text, WORKFLOW, State.BEHIND),
        (older(HOOK).text, HOOK, State.BEHIND),
        (older(WORKFLOW).text + "# mine\n", WORKFLOW, State.EDITED_BEHIND),
        (replace(WORKFLOW, body="on: release\n").text, WORKFLOW, State.BEHIND),  # the names in it have changed since
        ("on: push\n", WORKFLOW, State.UNKNOWN),
        (LIBRARY.text, WORKFLOW, State.UNKNOWN),
        ("x\n" + WORKFLOW.text, WORKFLOW, State.UNKNOWN),
        (HELP.text + "mine\n", HELP, State.UNKNOWN),
        ("", WORKFLOW, State.UNKNOWN),
    ],
)
def test_what_became_of_a_file(text: str | None, one: Wanted, found: State) -> None:
    assert state(text, one) is found


@given(st.text(), st.sampled_from(EVERY))
def test_no_change_goes_unseen(text: str, one: Wanted) -> None:
    assert (state(text, one) is State.CURRENT) == (text == one.text)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    return tmp_path


def test_written_twice_is_written_once(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert write(project, EVERY, force=False) == 0
    assert os.access(project / HOOK.path, os.X_OK)
    assert check(project, EVERY) == 0
    capsys.readouterr()

    assert write(project, EVERY, force=False) == 0
    assert capsys.readouterr().out.count("is as it should be") == len(EVERY)


def test_what_differs_is_shown_and_kept_without_a_word_from_a_person(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, EVERY, force=False)
    path = project / WORKFLOW.path
    path.write_text("mine")

    assert write(project, EVERY, force=False) == EXIT_OURS
    said = capsys.readouterr().out
    assert path.read_text() == "mine"
    assert "\n-mine\n+# secure-release template" in said and "kept as it is" in said
    assert write(project, EVERY, force=True) == 0
    assert path.read_text() == WORKFLOW.text


@pytest.mark.parametrize(
    ("spoil", "code", "said"),
    [
        (lambda path: path.write_text(WORKFLOW.text + "# mine\n"), 0, "was changed by hand"),
        (lambda path: path.write_text(older(WORKFLOW).text), 10, "is behind: of version 0.1.0, installed is 0.2.0."),
        (lambda path: path.write_text("else\n"), 10, "does not say what it was"),
        (lambda path: path.unlink(), 10, "is missing"),
        (lambda path: path.write_bytes(WORKFLOW.text.replace("\n", "\r\n").encode()), 0, "is current"),
    ],
    ids=["edited", "behind", "unknown", "missing", "other-line-ends"],
)
def test_check_tells_and_writes_nothing(project: Path, capsys: pytest.CaptureFixture[str], spoil: object, code: int, said: str) -> None:
    write(project, EVERY, force=False)
    spoil(project / WORKFLOW.path)  # type: ignore[operator]
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    capsys.readouterr()

    assert check(project, EVERY) == code
    assert f"{WORKFLOW.path} " in (out := capsys.readouterr().out) and said in out
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(("answer", "overwritten"), [("y", True), ("n", False), ("", False), ("yes", True), ("quit", False)])
def test_on_a_terminal_it_asks(project: Path, answer: str, overwritten: bool) -> None:
    path = project / "ci.yml"
    path.write_text("mine\n")
    ours, theirs = pty.openpty()
    words = f"import pathlib, sys; from secure_release.pipeline.commands.offering import offer; offer(pathlib.Path({str(path)!r}), 'ci.yml', 'new\\n', False)"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", words], stdin=theirs, stdout=theirs, stderr=theirs, env=env) as asked:
        os.write(ours, f"{answer}\n".encode())
        assert asked.wait(60) == 0
    said = os.read(ours, 10_000).decode()
    os.close(ours)
    os.close(theirs)

    assert "-mine" in said and "Write over ci.yml? [y/N]" in said
    assert path.read_text() == ("new\n" if overwritten else "mine\n")


def test_a_folder_that_cannot_be_made_is_told(project: Path) -> None:
    (project / ".github").write_text("a file")

    with pytest.raises(ReleaseError) as problem:
        write(project, EVERY, force=True)
    assert WORKFLOW.path in str(problem.value)


def test_an_unknown_ci_is_wrong_usage() -> None:
    with pytest.raises(ReleaseError) as problem:
        wanted("travis", "shop", "0.1.0")
    assert problem.value.exit_code == EXIT_OURS


# --- the templates that there are

REAL = [name for name, listed in FILES.items() if listed]


@pytest.mark.parametrize("ci", REAL)
def test_a_template_is_whole_and_nothing_in_it_is_left_open(ci: str, project: Path) -> None:
    every = wanted(ci, "shop", "0.1.0")

    assert [one.path for one in every if "@@" in one.text] == []
    assert len({one.path for one in every}) == len(every)
    assert {file for file, _ in FILES[ci]} == {path.relative_to(TEMPLATES / ci).as_posix() for path in (TEMPLATES / ci).rglob("*") if path.is_file()}
    assert write(project, every, force=False) == 0
    assert check(project, every) == 0


@pytest.mark.parametrize("ci", REAL)
def test_only_three_placeholders_are_used(ci: str) -> None:
    used = {word for path in (TEMPLATES / ci).rglob("*") if path.is_file() for word in re.findall(r"@@\w+@@", path.read_text())}

    assert used <= {"@@NAME@@", "@@VERSION@@", "@@SHARDS@@"}

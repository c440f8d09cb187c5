"""What is said to a CI: our commands are well formed, and nothing of the release can be one."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_release.checks import Place
from secure_release.pipeline import policy
from secure_release.pipeline.adapters.lines import changed, past
from secure_release.pipeline.ci import LONGEST, MOST, SUMMARY_BYTES, System, annotated, harmless, summary, surroundings
from secure_release.pipeline.console import Console
from secure_release.pipeline.records import Verdict
from secure_release.pipeline.release import Stage
from secure_release.pipeline.report import REPORTS
from secure_release.pipeline.report.console import after_the_stages
from secure_release.pipeline.report.text import one_line
from secure_release.pipeline.shown import machine_readable, show
from secure_release.pipeline.view import RunView
from tests.report.samples import SAMPLES, SHELL, hostile, many, refused

EVIL = ("::set-output name=x::y", "  ::error::no", "a\r::add-mask::b", "##[stop-commands]x", "x ##[group]", "\u2003::warning::w", "\x1b]0;t\x07", "a\n::x::")
GITHUB = {"GITHUB_ACTIONS": "true"}


def obeyed(line: str) -> tuple[str, Mapping[str, str], str] | None:
    """How GitHub's runner reads a line (Runner.Common/ActionCommand.cs): name, properties, message; None when it only prints it."""
    text = line.lstrip()
    if text.startswith("::") and "::" in text[2:]:
        info, _, message = text[2:].partition("::")
        name, _, told = info.partition(" ")
        properties = dict(part.split("=", 1) for part in told.split(",") if "=" in part)
        return name, {key: unquote(value) for key, value in properties.items()}, unquote(message)
    return ("legacy", {}, line) if "##[" in line else None


@pytest.mark.parametrize(
    ("environment", "system", "file"),
    [
        ({}, System.NONE, ""),
        ({"CI": "false"}, System.NONE, ""),
        ({"CI": "true"}, System.OTHER, ""),
        ({"CI": "true", **GITHUB}, System.GITHUB, ""),
        ({**GITHUB, "GITHUB_STEP_SUMMARY": "/tmp/s"}, System.GITHUB, "/tmp/s"),
        ({"GITHUB_STEP_SUMMARY": "/tmp/s"}, System.NONE, ""),
        ({"GITHUB_ACTIONS": "yes"}, System.NONE, ""),
        ({"JENKINS_URL": "https://ci.example/", "CI": "true"}, System.JENKINS, ""),
        ({"CODEBUILD_BUILD_ID": "x:1", "CI": "true"}, System.CODEBUILD, ""),
    ],
)
def test_the_environment_tells_which_ci_it_is(environment: dict[str, str], system: System, file: str) -> None:
    found = surroundings(environment)

    assert (found.system, found.summary) == (system, file)


@given(st.text() | st.sampled_from(EVIL) | st.tuples(st.sampled_from(EVIL), st.text()).map("".join))
def test_no_text_of_somebody_else_is_a_command(text: str) -> None:
    for line in harmless(text).split("\n"):
        assert obeyed(line) is None
        assert all(c.isprintable() or c == "\t" for c in line)


def test_plain_lines_stay_as_they_are() -> None:
    for line in ("", "[ok] scan        passed", "  - webshop/a.py:5: a::b", "key: value", "größer\t→"):
        assert harmless(line) == line


text = st.text(max_size=40) | st.sampled_from(EVIL)


@given(text, text, text, st.integers(0, 10_000))
def test_an_annotation_is_one_command_and_says_what_it_was_given(path: str, rule: str, message: str, line: int) -> None:
    finding = replace(SHELL, place=Place(path, line, line), rule=rule, message=message)
    view = replace(refused(), verdict=replace(_verdict(), counted=(finding,), refused=tuple(policy.refusals([finding]))))

    lines = annotated(view, Stage.GATE, "sub/")

    assert len(lines) == 1 and "\n" not in lines[0] and "\r" not in lines[0]
    command = obeyed(lines[0])
    assert command is not None
    name, properties, said = command
    where = {"file": one_line(f"sub/{path}")} if path else {}
    at = {"line": str(line)} if path and line else {}
    assert name == "error"
    assert properties == {**where, **at, "title": one_line(f"high: {rule}")}
    assert said == one_line(message)


def _verdict() -> Verdict:
    verdict = refused().verdict
    assert verdict is not None
    return verdict


def test_many_reasons_are_ten_annotations_and_a_number() -> None:
    lines = annotated(many(), Stage.GATE, "")

    assert len(lines) == MOST
    assert lines[-1] == "::error title=secure-release::And 4,991 more reasons: see the summary, or report.html."


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("stage", [Stage.SCAN, Stage.GATE, Stage.VERIFY, Stage.ROLLBACK, None])
def test_every_kind_of_run_gives_well_formed_commands(name: str, stage: Stage | None) -> None:
    lines = annotated(SAMPLES[name](), stage, "")

    assert len(lines) <= MOST
    for line in lines:
        command = obeyed(line)
        assert command is not None and command[0] == "error" and set(command[1]) <= {"file", "line", "title"}
        assert len(command[2]) <= LONGEST
    assert (lines == ()) == (name in ("passed", "containers") or stage is Stage.SCAN or _passed(SAMPLES[name](), stage, lines))


def _passed(view: RunView, stage: Stage | None, lines: tuple[str, ...]) -> bool:
    """A stage that itself passed says nothing of a run that is not at its end."""
    result = view.stage(stage) if stage is not None else None
    return result is not None and result.outcome == "passed" and not lines


def test_a_finding_is_said_once_at_its_place() -> None:
    lines = annotated(refused(), Stage.GATE, "")

    assert lines[1] == "::error file=webshop/shop.py,line=41,title=high%3A B602::A shell runs a client's text."
    assert sum("A shell runs" in line for line in lines) == 1
    assert len(lines) == 2


@pytest.mark.parametrize("name", ["hostile", "many", "refused", "stranded"])
def test_nothing_that_a_stage_prints_is_a_command(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    view, out = SAMPLES[name]() if name != "hostile" else hostile("\n".join(EVIL)), io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)

    with changed(harmless):
        console = Console(sys.stdout)
        for result in view.stages:
            console.told(result)
        console.line(after_the_stages(view))
        sys.stdout.write("no end of line ##")
        sys.stdout.write("[group]")

    lines = out.getvalue().split("\n")
    assert len(lines) > 5
    assert [line for line in lines if obeyed(line) is not None] == []
    assert "\x1b" not in out.getvalue()


def test_a_summary_is_never_larger_than_what_github_shows() -> None:
    report = REPORTS["report.md"](many())
    long = report + "| größer |\n" * 200_000

    assert summary(report, 0) == report
    for there in (0, 1, SUMMARY_BYTES - 50_000, SUMMARY_BYTES - 10, SUMMARY_BYTES + 5):
        shown = summary(long, there)
        assert len(shown.encode()) + min(there, SUMMARY_BYTES) <= SUMMARY_BYTES
        assert shown == "" or shown.endswith("The whole is in report.md.\n")
    assert len(summary(long, 0).encode()) > SUMMARY_BYTES - 200


@pytest.mark.parametrize("stage", [Stage.GATE, Stage.REPORT, None])
def test_the_report_is_added_to_the_summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: Stage | None) -> None:
    file = tmp_path / "summary.md"
    file.write_text("of another step\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))

    show(refused(), stage, lambda: "", as_json=False)

    assert file.read_text() == "of another step\n" + REPORTS["report.md"](refused())


def test_a_summary_that_cannot_be_written_is_told_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))

    show(refused(), Stage.REPORT, lambda: "", as_json=False)

    assert "can't be written" in capsys.readouterr().err


def test_json_is_the_same_value_and_no_command(monkeypatch: pytest.MonkeyPatch) -> None:
    view, out = hostile("\n".join(EVIL)), io.StringIO()
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setattr(sys, "stdout", out)
    whole = REPORTS["verdict.json"](view)

    with changed(harmless):
        machine_readable(whole)

    assert json.loads(out.getvalue()) == json.loads(whole)
    assert [line for line in out.getvalue().split("\n") if obeyed(line) is not None] == []


def test_elsewhere_nothing_is_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("GITHUB_ACTIONS", "CI", "JENKINS_URL", "CODEBUILD_BUILD_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JENKINS_URL", "https://ci.example/")

    show(refused(), Stage.GATE, lambda: "", as_json=False)

    assert capsys.readouterr().out == ""


def test_our_own_commands_go_past_what_is_made_harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)

    with changed(harmless):
        sys.stdout.write("::error::theirs\n")
        past(sys.stdout).write("::error::ours\n")

    assert out.getvalue() == ".::error::theirs\n::error::ours\n"



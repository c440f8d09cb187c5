"""SARIF from any tool: what is read out of it, and what is no answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from secure_release.checks import Broken, Confidence, Ran, Severity
from secure_release.checks.sarif import sarif_check
from secure_release.checks.sarif_report import parse
from secure_release.checks.tool import Job, NotAReport, Report
from tests.fakes import context
from tests.recorded.record import BAD_CODE, RUFF

FILES = {"a b/ä.py": BAD_CODE, "clean.py": "X = 1\n", "page.html": "<p>\n"}


def result(uri: str, line: int = 1, **more: object) -> dict[str, Any]:
    region = {"startLine": line}
    location = {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
    return {"ruleId": "R1", "message": {"text": "is bad"}, "locations": [location], **more}


def log(*results: dict[str, Any], rule: dict[str, Any] | None = None, **more: object) -> dict[str, Any]:
    driver = {"name": "lint", "rules": [{"id": "R1", **(rule or {})}]}
    return {"version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": list(results), **more}]}


def job(folder: Path) -> Job:
    tree, planted = folder / "tree", folder / "planted"
    tree.mkdir()
    (tree / "a.py").write_text("one\ntwo\n")
    (tree / "b c.py").write_text("one\n")
    targets = ("a.py", "b c.py")
    return Job("lint", "1", tree, planted, folder / "report", folder, targets, (str(planted / "bad.py"),), {})


def read(document: object, folder: Path, closed: bool = True) -> Report:
    return parse(json.dumps(document).encode(), job(folder), "lint", closed)


DONE = {"executionSuccessful": True}
TOLD = [{"level": "error", "message": {"text": "no rules loaded"}}]
REFUSED: dict[str, tuple[object, str]] = {
    "no runs": ({"version": "2.1.0", "runs": []}, "no run"),
    "an older version": ({**log(), "version": "2.0.0"}, "2.0.0"),
    "no name": ({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": ""}}, "results": []}]}, "name"),
    "no tool": ({"version": "2.1.0", "runs": [{"results": []}]}, "KeyError"),
    "no results": ({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "lint"}}}]}, "did not look"),
    "a failed run": (log(invocations=[{"executionSuccessful": False}]), "failed"),
    "an error while running": (log(invocations=[{**DONE, "toolExecutionNotifications": TOLD}]), "no rules"),
    "an error of settings": (log(invocations=[{**DONE, "toolConfigurationNotifications": TOLD}]), "no rules"),
    "a file outside": (log(result("file:///etc/passwd")), "not given"),
    "a file beside": (log(result("../other/a.py")), "not given"),
    "a file of the project that was not given": (log(result("c.py")), "not given"),
    "a file beside, by way of ours": (log(result("x/../../other/a.py")), "not given"),
    "a list": ([], "TypeError"),
    "nothing": (None, "TypeError"),
}


@pytest.mark.parametrize(("document", "told"), REFUSED.values(), ids=REFUSED)
def test_what_does_not_say_that_it_looked_is_refused(document: object, told: str, tmp_path: Path) -> None:
    with pytest.raises(NotAReport, match=told):
        read(document, tmp_path)


def scored(score: str) -> dict[str, Any]:
    return {"properties": {"security-severity": score}}


SEVERITIES: dict[str, tuple[dict[str, Any], dict[str, Any], Severity]] = {
    "a score of the rule": ({}, scored("9.8"), Severity.CRITICAL),
    "a score of the result": (scored("5"), scored("9"), Severity.MEDIUM),
    "a score of nothing": ({}, scored("0.0"), Severity.INFO),
    "its own level": ({"level": "note"}, {"defaultConfiguration": {"level": "error"}}, Severity.LOW),
    "the rule's level": ({}, {"defaultConfiguration": {"level": "error"}}, Severity.HIGH),
    "no word": ({}, {}, Severity.MEDIUM),
    "a new word": ({"level": "grave"}, {}, Severity.UNKNOWN),
}


@pytest.mark.parametrize(("more", "rule", "severity"), SEVERITIES.values(), ids=SEVERITIES)
def test_severity_is_the_score_then_the_level(
    more: dict[str, Any], rule: dict[str, Any], severity: Severity, tmp_path: Path
) -> None:
    (finding,) = read(log(result("a.py", **more), rule=rule), tmp_path).findings
    assert finding.severity is severity


def test_the_rule_tells_the_weakness_the_confidence_and_the_way_out(tmp_path: Path) -> None:
    properties = {"tags": ["security", "external/cwe/cwe-089"], "precision": "low"}
    rule = {"helpUri": "https://lint.invalid/R1", "properties": properties}
    (finding,) = read(log(result("a.py", line=2), rule=rule), tmp_path).findings
    assert (finding.weakness, finding.confidence, finding.subject) == ("CWE-89", Confidence.LOW, "two")
    assert finding.fix == "See https://lint.invalid/R1"


def test_a_suppressed_result_is_a_finding_and_one_that_passed_is_none(tmp_path: Path) -> None:
    suppressed = result("a.py", suppressions=[{"kind": "inSource"}])
    report = read(log(suppressed, result("b%20c.py", kind="pass")), tmp_path)
    assert [f.place.path for f in report.findings] == ["a.py"]


URIS: dict[str, Callable[[Path], tuple[dict[str, Any], dict[str, Any]]]] = {
    "relative": lambda tree: ({"uri": "b%20c.py"}, {}),
    "with a dot": lambda tree: ({"uri": "./b%20c.py"}, {}),
    "of a file": lambda tree: ({"uri": (tree / "b c.py").as_uri()}, {}),
    "below a base": lambda tree: ({"uri": "b%20c.py", "uriBaseId": "ROOT"}, {"ROOT": {"uri": tree.as_uri() + "/"}}),
    "below an unknown base": lambda tree: ({"uri": "b%20c.py", "uriBaseId": "ROOT"}, {}),
}


@pytest.mark.parametrize("uri", URIS)
def test_every_way_to_name_a_file_is_understood(uri: str, tmp_path: Path) -> None:
    artifact, bases = URIS[uri](tmp_path / "tree")
    wrong = result("")
    wrong["locations"][0]["physicalLocation"]["artifactLocation"] = artifact
    (finding,) = read(log(wrong, originalUriBaseIds=bases), tmp_path).findings
    assert finding.place.path == "b c.py"


def test_the_files_of_a_log_that_lists_some_are_those(tmp_path: Path) -> None:
    assert read(log(artifacts=[{"location": {"uri": "a.py"}}]), tmp_path).looked_at == ("a.py",)


def test_a_log_without_a_list_looked_at_all_that_was_given(tmp_path: Path) -> None:
    assert read(log(), tmp_path).looked_at == ("a.py", "b c.py")


def test_a_warning_about_a_file_is_a_gap(tmp_path: Path) -> None:
    location = {"physicalLocation": {"artifactLocation": {"uri": "a.py"}}}
    told = {"level": "warning", "message": {"text": "timed out"}, "locations": [location]}
    report = read(log(invocations=[{"executionSuccessful": True, "toolExecutionNotifications": [told]}]), tmp_path)
    assert [(gap.subject, gap.reason) for gap in report.gaps] == [("a.py", "timed out")]


REAL = {
    "files to a report": (*RUFF, "--output-file", "{report}", "{files}"),
    "files to standard output": (*RUFF, "{files}"),
    "a folder to a report": (*RUFF, "--output-file={report}", "{root}"),
    "a folder to standard output": (*RUFF, "{root}"),
}


@pytest.mark.parametrize("command", REAL.values(), ids=REAL)
def test_a_real_tool_joins_by_its_command(command: tuple[str, ...], tmp_path: Path) -> None:
    check = sarif_check("lint", command, "planted.py", BAD_CODE, lambda file: file.python, (0, 1))
    answer = check.run(context(tmp_path, FILES))
    assert isinstance(answer, Ran), answer
    assert [(f.rule, f.place.path, f.place.line) for f in answer.findings] == [("S324", "a b/ä.py", 5)]
    assert answer.looked_at == ("a b/ä.py", "clean.py")
    assert answer.gaps == ()


@pytest.mark.parametrize("command", REAL.values(), ids=REAL)
def test_a_specimen_that_is_not_found_is_no_answer(command: tuple[str, ...], tmp_path: Path) -> None:
    check = sarif_check("lint", command, "planted.py", "X = 1\n", lambda file: file.python, (0, 1))
    answer = check.run(context(tmp_path, FILES))
    assert isinstance(answer, Broken), answer
    assert "blind" in answer.reason


@pytest.mark.parametrize("command", [(), ("lint",), ("lint", "{files}", "{root}"), ("lint", "--files={files}")])
def test_a_command_that_names_no_target_is_refused(command: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"\{files\}"):
        sarif_check("lint", command, "planted.py", "", lambda file: True, (0,))

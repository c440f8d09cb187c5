"""Every fault of a scanner, for every check that runs one, with the real tool behind a real stand-in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from secure_release.checks import Broken, Check, Context, Ran
from secure_release.checks.builtin import bandit, clock, pip_audit, semgrep, workflows
from secure_release.pipeline.faults import FAULTS, Fault, closed, faults_of, under_fault
from tests import fakes, fakes_audit
from tests.recorded.record import FINDINGS, LINT

CHECKS: tuple[Check, ...] = (bandit.CHECK, semgrep.CHECK, workflows.CHECK, pip_audit.CHECK, LINT)
HOLE = "import yaml\n\n\ndef read(request):\n    return yaml.unsafe_load(request.GET['settings'])\n"
FILES = {**FINDINGS, "shop/hole.py": HOLE, "requirements.txt": "itsdangerous==2.1.2\njinja2==2.10\n"}
# On every save all faults of one tool, and of the others those that need no run of them.
QUICK = {"missing", "wrong-version"}


def context(folder: Path) -> Context:
    """The project, with a snapshot of advisories of its own time."""
    return replace(fakes.context(folder, FILES), advisories=fakes_audit.snapshot(), now=fakes_audit.NOW)


def case(check: Check, fault: Fault) -> ParameterSet:
    slow = check is not bandit.CHECK and fault.name not in QUICK
    return pytest.param(check, fault, id=f"{check.name}-{fault.name}", marks=[pytest.mark.slow] if slow else [])


CASES = [case(check, fault) for check in CHECKS for fault in faults_of(check)]
# What still lets the report be read: the sentence is then a gap's, about the file that was left out.
GAPS = {"all-skipped", "some-skipped", "unparsable"}


@pytest.mark.parametrize(("check", "fault"), CASES)
def test_the_gate_stays_shut(check: Check, fault: Fault, tmp_path: Path) -> None:
    result = under_fault(check, fault, context(tmp_path))
    assert closed(result), result
    match result:
        case Broken(reason=reason, remedy=remedy):
            assert reason
            assert remedy
            assert fault.name not in {"some-skipped", "unparsable"}
        case Ran(gaps=gaps):
            assert fault.name in GAPS
            assert all(gap.remedy and gap.subject for gap in gaps)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_without_a_fault_the_same_project_is_looked_at_whole(check: Check, tmp_path: Path) -> None:
    result = check.run(context(tmp_path))
    assert isinstance(result, Ran), result
    assert not closed(result)
    assert result.findings
    assert result.looked_at


def test_what_runs_no_tool_has_none_to_break(tmp_path: Path) -> None:
    assert faults_of(clock.CHECK) == ()
    with pytest.raises(ValueError, match="runs no tool"):
        under_fault(clock.CHECK, FAULTS[0], context(tmp_path))

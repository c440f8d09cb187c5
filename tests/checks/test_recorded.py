"""Each tool's real words, read again: what is a finding, what is a gap, what is no answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from secure_release.checks import Broken, Ran
from secure_release.checks.finding import Severity
from tests.fakes import Kept, Replayed, context
from tests.recorded.record import CHECKS, SCENARIOS

APP, TEST, FLOW = "shop/app.py", "tests/test_app.py", ".github/workflows/ci.yml"
BAD_PYTHON, BAD_FLOW = "shop/broken.py", ".github/workflows/broken.yml"
RAN: dict[str, tuple[set[tuple[str, str, int]], set[str], set[str]]] = {
    "bandit/clean": (set(), {APP}, set()),
    "bandit/findings": ({("B324", APP, 5)}, {APP, TEST}, set()),
    "bandit/partial": ({("B324", APP, 5)}, {APP, TEST}, {BAD_PYTHON}),
    "bandit/empty": (set(), set(), set()),
    "semgrep/clean": (set(), {APP}, set()),
    "semgrep/findings": ({("hash-weak", APP, 5)}, {APP, TEST}, set()),
    "semgrep/partial": ({("hash-weak", APP, 5)}, {APP, TEST}, {BAD_PYTHON}),
    "semgrep/empty": (set(), set(), set()),
    "zizmor/clean": (set(), {FLOW}, set()),
    "zizmor/findings": ({("unpinned-uses", FLOW, 7), ("template-injection", FLOW, 9)}, {FLOW}, set()),
    "zizmor/partial": ({("unpinned-uses", FLOW, 7), ("template-injection", FLOW, 9)}, {FLOW}, {BAD_FLOW}),
    "zizmor/empty": (set(), set(), set()),
    "sarif/clean": (set(), {APP}, set()),
    "sarif/findings": ({("S324", APP, 5)}, {APP, TEST}, set()),
    "sarif/empty": (set(), set(), set()),
}


@pytest.mark.parametrize("recorded", RAN)
def test_a_report_is_findings_files_and_gaps(recorded: str, tmp_path: Path) -> None:
    tool, scenario = recorded.split("/")
    result = CHECKS[tool].run(context(tmp_path, SCENARIOS[scenario][0], Replayed(recorded, tmp_path)))
    assert isinstance(result, Ran), result
    findings, looked_at, gaps = RAN[recorded]
    assert {(f.rule, f.place.path, f.place.line) for f in result.findings} == findings
    assert set(result.looked_at) == looked_at
    assert {gap.subject for gap in result.gaps} == gaps


@pytest.mark.parametrize("tool", CHECKS)
@pytest.mark.parametrize("scenario", ["error", "garbage"])
def test_an_error_and_garbage_are_no_answer(tool: str, scenario: str, tmp_path: Path) -> None:
    result = CHECKS[tool].run(context(tmp_path, SCENARIOS[scenario][0], Replayed(f"{tool}/{scenario}", tmp_path)))
    assert isinstance(result, Broken), result
    assert result.remedy


@pytest.mark.parametrize("tool", ["bandit", "semgrep", "zizmor"])
def test_a_version_nobody_read_is_no_answer(tool: str, tmp_path: Path) -> None:
    tools = Replayed(f"{tool}/clean", tmp_path, version="tool 0.0.1")
    result = CHECKS[tool].run(context(tmp_path, SCENARIOS["clean"][0], tools))
    assert isinstance(result, Broken)
    assert "0.0.1" in result.reason


def test_the_report_is_kept_as_evidence(tmp_path: Path) -> None:
    kept = Kept()
    result = CHECKS["zizmor"].run(
        context(tmp_path, SCENARIOS["findings"][0], Replayed("zizmor/findings", tmp_path), keep=kept)
    )
    assert isinstance(result, Ran)
    assert all(evidence.sha256 in kept.contents for evidence in result.evidence)
    assert any(b"template-injection" in content for content in kept.contents.values())


def test_an_unpinned_action_used_twice_is_one_finding(tmp_path: Path) -> None:
    tools = Replayed("zizmor/findings", tmp_path)
    result = CHECKS["zizmor"].run(context(tmp_path, SCENARIOS["findings"][0], tools))
    assert isinstance(result, Ran)
    (unpinned,) = (f for f in result.findings if f.rule == "unpinned-uses")
    assert unpinned.subject == "actions/setup-python@v5"
    assert f"{FLOW}:8" in unpinned.message
    assert unpinned.severity is Severity.LOW and "holds no secret" in unpinned.message  # `permissions: {}`
    assert "known-vulnerable-actions" in " ".join(result.notes)

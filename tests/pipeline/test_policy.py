"""The law of the gate, as a table: what was said, what was accepted, and what follows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_release.checks import Confidence, Finding, Result, Severity, broken, skipped
from secure_release.pipeline.law import Baseline, Law
from secure_release.pipeline.patching import PatchReport
from secure_release.pipeline.policy import NOT_ASKED, PatchAnswer, decide, findings
from secure_release.pipeline.records import ScanReport, Suppression, Verdict
from secure_release.pipeline.release import Outcome, Reason, Stage

from .builders import TODAY, finding, gap, law, looked, said, scan, waiver

SILENT: Result = broken("bandit was killed by signal 9.", "Give it memory.")
PATCHED = PatchReport(None, None, (), "", (), (), "", (), (), (), 0, "", (), (), ())
NO_TESTS = Reason("The clone ran no test.", "Write one.")


def judged(report: ScanReport | None, under: Law | None = None, patch: object = NOT_ASKED) -> Verdict:
    return decide(under or (report.law if report else law()), report, patch, TODAY)  # type: ignore[arg-type]


REFUSES = Outcome.REFUSED
UNKNOWN = Outcome.INCOMPLETE


@pytest.mark.parametrize(
    ("report", "outcome"),
    [
        pytest.param(None, UNKNOWN, id="nothing-scanned"),
        pytest.param(scan({}), UNKNOWN, id="required-check-missing"),
        pytest.param(scan({"bandit": SILENT}), UNKNOWN, id="required-check-broken"),
        pytest.param(scan({"bandit": looked(), "own": SILENT}), UNKNOWN, id="other-check-broken"),
        pytest.param(scan({"bandit": skipped("`scan.skip` names it")}), UNKNOWN, id="required-check-skipped"),
        pytest.param(scan({"bandit": looked(), "own": skipped("off")}), Outcome.PASSED, id="other-check-skipped"),
        pytest.param(scan(), Outcome.PASSED, id="clean"),
        pytest.param(scan(files=()), UNKNOWN, id="no-file"),
        pytest.param(scan({"bandit": looked(items=())}), UNKNOWN, id="nothing-looked-at"),
        pytest.param(scan({"bandit": looked(gaps=(gap(),))}), UNKNOWN, id="half-scanned"),
        pytest.param(scan(source_gaps=(gap("source"),)), UNKNOWN, id="unreadable-source"),
        pytest.param(scan({"bandit": looked(finding())}), REFUSES, id="high"),
        pytest.param(scan({"bandit": looked(finding(severity=Severity.MEDIUM))}), Outcome.PASSED, id="below-the-line"),
        pytest.param(scan({"bandit": looked(finding(severity=Severity.UNKNOWN))}), REFUSES, id="unrated-counts-as-high"),
        pytest.param(scan({"bandit": looked(finding(), gaps=(gap(),))}), UNKNOWN, id="incomplete-outranks-refused"),
        pytest.param(scan(trust=(finding("trust", "suppression-added"),)), REFUSES, id="loosens-its-own-gate"),
    ],
)  # fmt: skip
def test_a_scan_is_judged(report: ScanReport | None, outcome: Outcome) -> None:
    verdict = judged(report)

    assert verdict.outcome is outcome
    assert bool(verdict.refused or verdict.unanswered) is (outcome is not Outcome.PASSED)


def test_every_reason_carries_a_remedy() -> None:
    verdict = judged(scan({"bandit": looked(finding(), gaps=(gap(),)), "own": SILENT}))

    assert all(reason.remedy for reason in (*verdict.refused, *verdict.unanswered))


@pytest.mark.parametrize(
    ("patch", "outcome"),
    [
        pytest.param(None, UNKNOWN, id="not-run"),
        pytest.param(PatchAnswer(said(Stage.PATCH_TEST, Outcome.PASSED), PATCHED), Outcome.PASSED, id="passed"),
        pytest.param(PatchAnswer(said(Stage.PATCH_TEST, Outcome.PASSED), None), UNKNOWN, id="no-report"),
        pytest.param(PatchAnswer(said(Stage.PATCH_TEST, UNKNOWN, NO_TESTS), PATCHED), UNKNOWN, id="incomplete"),
    ],
)
def test_a_patch_test_is_required(patch: PatchAnswer | None, outcome: Outcome) -> None:
    assert judged(scan(), patch=patch).outcome is outcome


def test_a_patch_test_can_be_switched_off_by_policy() -> None:
    assert judged(scan(), law(patch_test="off"), None).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("until", "outcome"),
    [
        pytest.param(TODAY, Outcome.PASSED, id="last-day"),
        pytest.param(TODAY - timedelta(days=1), REFUSES, id="ended-yesterday"),
        pytest.param(TODAY + timedelta(days=365), Outcome.PASSED, id="furthest"),
        pytest.param(TODAY + timedelta(days=366), REFUSES, id="too-far-away"),
    ],
)
def test_a_waiver_has_an_end(until: date, outcome: Outcome) -> None:
    found = finding()
    verdict = judged(scan({"bandit": looked(found)}), law((waiver(found.fingerprint, until),)))

    assert verdict.outcome is outcome
    assert bool(verdict.warnings) is (outcome is REFUSES or until == TODAY)


def test_a_gap_is_excused_by_a_waiver_only() -> None:
    missed = gap()
    half = scan({"bandit": looked(gaps=(missed,))})
    stands = Baseline(taken=TODAY, commit="c", fingerprints=(missed.fingerprint,))

    assert judged(half, law().model_copy(update={"baseline": stands})).outcome is UNKNOWN
    assert judged(half, law((waiver(missed.fingerprint),))).outcome is Outcome.PASSED


def test_a_baseline_lets_old_findings_stand_but_not_what_a_change_does_to_its_gate() -> None:
    old, loosened = finding(), finding("trust", "suppression-added", weakness="")
    stands = Baseline(taken=TODAY, commit="c", fingerprints=(old.fingerprint, loosened.fingerprint))
    under = law().model_copy(update={"baseline": stands})

    assert judged(scan({"bandit": looked(old)}), under).outcome is Outcome.PASSED
    assert judged(scan({"bandit": looked(old)}, trust=(loosened,)), under).outcome is REFUSES


@pytest.mark.parametrize(
    ("comment", "outcome"),
    [
        pytest.param(Suppression("app.py", (3,), "bandit", (), False), Outcome.PASSED, id="all-rules"),
        pytest.param(Suppression("app.py", (3,), "bandit", ("B602",), False), Outcome.PASSED, id="this-rule"),
        pytest.param(Suppression("app.py", (3,), "bandit", ("B101",), False), REFUSES, id="another-rule"),
        pytest.param(Suppression("app.py", (9,), "bandit", (), False), REFUSES, id="another-line"),
        pytest.param(Suppression("lib.py", (3,), "bandit", (), False), REFUSES, id="another-file"),
        pytest.param(Suppression("app.py", (3,), "semgrep", (), False), REFUSES, id="another-tool"),
        pytest.param(Suppression("app.py", (3,), "bandit", (), True), REFUSES, id="added-by-the-change"),
    ],
)
def test_an_inline_comment_excuses_what_it_names(comment: Suppression, outcome: Outcome) -> None:
    report = scan({"bandit": looked(finding())}, suppressions=(comment,))

    assert judged(report).outcome is outcome
    assert judged(report, law(inline="refuse")).outcome is REFUSES


@pytest.mark.parametrize(
    ("tool", "rules", "outcome"),
    [
        pytest.param("semgrep", (), Outcome.PASSED, id="all-rules"),
        pytest.param("semgrep", ("sql-from-request",), Outcome.PASSED, id="the-rule-that-says-the-same"),
        pytest.param("semgrep", ("hash-weak",), REFUSES, id="another-rule"),
        pytest.param("bandit", (), REFUSES, id="another-tool"),
    ],
)
def test_the_data_flows_obey_what_is_written_for_semgrep(tool: str, rules: tuple[str, ...], outcome: Outcome) -> None:
    seen = {"bandit": looked(), "flows": looked(finding("flows", "sql-flow")), "semgrep": looked(finding("semgrep", "sql-from-request"))}

    assert judged(scan(seen, suppressions=(Suppression("app.py", (3,), tool, rules, False),))).outcome is outcome


def test_a_comment_for_one_tool_does_not_silence_another() -> None:
    report = scan(
        {"bandit": looked(finding()), "semgrep": looked(finding("semgrep", "command-from-request"))},
        suppressions=(Suppression("app.py", (3,), "bandit", (), False),),
    )

    assert judged(report).outcome is REFUSES


def test_a_line_of_its_own_holds_for_each_witness() -> None:
    seen_twice = {"bandit": looked(finding(severity=Severity.HIGH)), "pip-audit": looked()}

    assert judged(scan(seen_twice), law(refuse_for={"pip-audit": Severity.CRITICAL})).outcome is REFUSES
    assert judged(scan(seen_twice), law(refuse_for={"bandit": Severity.CRITICAL})).outcome is Outcome.PASSED


def test_one_hole_that_two_tools_report_is_one_finding_with_two_witnesses() -> None:
    unsure = finding(confidence=Confidence.LOW, line=3, end_line=5)
    sure = finding("semgrep", "command-from-request", line=4, confidence=Confidence.HIGH)
    elsewhere = finding(line=9, subject="other")

    merged = findings(scan({"bandit": looked(unsure, elsewhere), "semgrep": looked(sure)}))

    assert [(f.rule, len(f.witnesses)) for f in merged] == [("command-from-request", 2), ("B602", 1)]


@st.composite
def some_finding(draw: st.DrawFn) -> Finding:
    return finding(
        check=draw(st.sampled_from(["bandit", "semgrep", "own"])),
        severity=draw(st.sampled_from(Severity)),
        confidence=draw(st.sampled_from(Confidence)),
        line=draw(st.integers(1, 6)),
        subject=draw(st.sampled_from("abc")),
        weakness=draw(st.sampled_from(["CWE-89", "CWE-78", ""])),
    )


@given(st.lists(some_finding(), max_size=12), st.randoms(use_true_random=False))
def test_no_finding_at_or_above_the_line_is_lost_in_merging(found: list[Finding], shuffle: object) -> None:
    report = scan({"bandit": looked(*(f for f in found))})
    worst = max((f.severity.rank for f in found), default=-1)
    merged = findings(report)

    assert {w for f in merged for w in f.witnesses} == {w for f in found for w in f.witnesses}
    assert len({f.fingerprint for f in merged}) == len(merged)
    assert max((f.severity.rank for f in merged), default=-1) == worst


@given(st.lists(some_finding(), min_size=1, max_size=6), st.integers(0, 5))
def test_taking_an_answer_away_never_opens_the_gate(found: list[Finding], which: int) -> None:
    """Whatever the results: when one of them breaks, the outcome is no better."""
    results: dict[str, Result] = {name: looked(*found[:3]) for name in ("bandit", "semgrep")}
    under = law(require=("bandit", "semgrep"))
    results[("bandit", "semgrep")[which % 2]] = SILENT

    assert judged(scan(results), under).outcome is UNKNOWN

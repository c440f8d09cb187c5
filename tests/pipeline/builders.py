"""Small honest values for tests of the law and the flow: every field is given, only what a test is about differs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from secure_release.checks import Confidence, Finding, Gap, Place, Ran, Result, Severity, Witness, ran
from secure_release.pipeline.law import Law, Policy, Waiver
from secure_release.pipeline.records import WHOLE, ScanReport, Suppression
from secure_release.pipeline.release import Outcome, Reason, Stage, StageResult

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def finding(
    check: str = "bandit",
    rule: str = "B602",
    severity: Severity = Severity.HIGH,
    confidence: Confidence = Confidence.HIGH,
    path: str = "app.py",
    line: int = 3,
    end_line: int = 0,
    subject: str = "run(line, shell=True)",
    weakness: str = "CWE-78",
    fix: str = "",
) -> Finding:
    place = Place(path, line, end_line or line)
    return Finding(check, rule, severity, confidence, "it is wrong", place, subject, fix, weakness, (), (Witness(check, rule),), 0)


def gap(check: str = "bandit", subject: str = "broken.py", reason: str = "it does not parse") -> Gap:
    return Gap(check, subject, reason, "Mend the file.")


def looked(*findings: Finding, gaps: tuple[Gap, ...] = (), items: tuple[str, ...] = ("app.py",)) -> Ran:
    return ran(findings, items, gaps, ())


def law(waivers: tuple[Waiver, ...] = (), **policy: object) -> Law:
    told = {"require": ("bandit",), **policy}
    return Law(policy=Policy.model_validate(told), waivers=waivers, baseline=None, read_from="the working tree")


def waiver(fingerprint: str, until: date = date(2026, 12, 31)) -> Waiver:
    return Waiver(fingerprint=fingerprint, owner="ann@example.com", reason="accepted for a test", until=until)


def scan(
    results: Mapping[str, Result] | None = None,
    source_gaps: tuple[Gap, ...] = (),
    suppressions: tuple[Suppression, ...] = (),
    trust: tuple[Finding, ...] = (),
    files: tuple[str, ...] = ("app.py",),
    under: Law | None = None,
) -> ScanReport:
    given: dict[str, Result] = {"bandit": looked()} if results is None else dict(results)
    return ScanReport(given, {}, {}, source_gaps, (), files, suppressions, trust, under or law(), WHOLE, (), {})


def said(stage: Stage, outcome: Outcome, *reasons: Reason) -> StageResult:
    return StageResult(stage, outcome, "said so", reasons, (), NOW, NOW)

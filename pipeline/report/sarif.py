"""SARIF 2.1.0 (OASIS standard): one run per check, so that a viewer sees who looked, who did not, and what is excused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from secure_release.checks import Finding, Severity

from ..view import RunView
from . import facts, reasons
from .data import data, storable, written
from .facts import CheckRow, FindingRow, GapRow, State, Status
from .text import one_line, sentences

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
BASE = "SRCROOT"
LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
    Severity.UNKNOWN: "warning",
}
# GitHub code scanning sorts by this number: over 9.0 critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, 0.1 to 3.9 low.
# The middle of each band, since a check says a band and no more; 0.0 shows no band at all.
SECURITY_SEVERITY = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
    Severity.INFO: "0.0",
    Severity.UNKNOWN: "5.5",
}


def render(view: RunView) -> str:
    return written(document(view))


def document(view: RunView) -> dict[str, Any]:
    """The whole log, ready for JSON. A run without any check is a run that says so, never an empty list."""
    found = facts.findings(view)
    speakers = dict.fromkeys(row.finding.check for row in found)
    rows = {row.name: row for row in facts.checks(view)}
    runs = [_run(view, name, rows.get(name), [f for f in found if f.finding.check == name]) for name in {**rows, **speakers}]
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [*runs, _ours(view, set(rows))]}


def _run(view: RunView, name: str, row: CheckRow | None, found: Sequence[FindingRow]) -> dict[str, Any]:
    rules = _rules(found)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    missed = [gap for gap in facts.gaps(view) if gap.gap.check == name]
    notes = [_notification(item) for item in missed] + (_silence(row) if row else [])
    driver = {"name": data(name), "rules": rules}
    if row and row.title:
        driver["fullName"] = data(row.title)
    return {
        "tool": {"driver": driver},
        **_frame(view, name),
        "invocations": [{"executionSuccessful": row is None or row.answered, "toolExecutionNotifications": notes}],
        "results": [_result(item, index) for item in found],
    }


def _ours(view: RunView, seen: set[str]) -> dict[str, Any]:
    """Our own run: the verdict, and the gaps of nobody's check (the source, the patch test)."""
    missed = [_notification(row) for row in facts.gaps(view) if row.gap.check not in seen]
    said = [_note(sentences(item.reason.text, item.reason.remedy), "error") for item in reasons.against(view)]
    driver = {"name": "secure-release", "version": data(view.identity.tool), "rules": []}
    good = not said and not any(note["level"] == "error" for note in missed)
    return {
        "tool": {"driver": driver},
        **_frame(view, "secure-release"),
        "invocations": [{"executionSuccessful": good, "toolExecutionNotifications": [*missed, *said]}],
        "results": [],
        "properties": {"outcome": str(view.outcome), "exitCode": view.outcome.exit_code},
    }


def _frame(view: RunView, name: str) -> dict[str, Any]:
    return {
        "automationDetails": {"id": f"secure-release/{data(name)}/", "description": {"text": f"Run {data(view.identity.run)}"}},
        "originalUriBaseIds": {BASE: {"description": {"text": "The root of the project."}}},
        "columnKind": "unicodeCodePoints",
    }


def _rules(found: Iterable[FindingRow]) -> list[dict[str, Any]]:
    """One rule per id; it is as bad as the worst of its results, and its weaknesses are those of all of them."""
    grouped: dict[str, list[Finding]] = {}
    for row in found:
        grouped.setdefault(data(row.finding.rule), []).append(row.finding)
    return [_rule(name, findings) for name, findings in grouped.items()]


def _rule(name: str, findings: Sequence[Finding]) -> dict[str, Any]:
    worst = max((finding.severity for finding in findings), key=lambda severity: severity.rank)
    weaknesses = sorted({f"external/cwe/{data(f.weakness).lower()}" for f in findings if f.weakness})
    return {
        "id": name,
        "shortDescription": {"text": name},
        "help": {"text": one_line(findings[0].fix) or "See the message of the result."},
        "properties": {"tags": ["security", *weaknesses], "security-severity": SECURITY_SEVERITY[worst]},
    }


def _result(row: FindingRow, index: dict[str, int]) -> dict[str, Any]:
    finding = row.finding
    return {
        "ruleId": data(finding.rule),
        "ruleIndex": index[data(finding.rule)],
        "level": LEVELS[finding.severity],
        "message": {"text": data(finding.message) or data(finding.rule)},
        "locations": _locations(finding),
        "partialFingerprints": {"secureRelease/v1": finding.fingerprint},
        "suppressions": _suppressions(row),
        "properties": {
            "severity": str(finding.severity),
            "confidence": str(finding.confidence),
            "advisories": data(finding.advisories),
            "witnesses": data(finding.witnesses),
            "standing": str(row.status),
        },
    }


def _locations(finding: Finding) -> list[dict[str, Any]]:
    """None for a finding about the machine."""
    if not finding.place.path:
        return []
    uri = quote(storable(finding.place.path))
    where: dict[str, Any] = {"artifactLocation": {"uri": uri, "uriBaseId": BASE}}
    if finding.place.line > 0:
        last = max(finding.place.line, finding.place.end_line)
        where["region"] = {"startLine": finding.place.line, "endLine": last}
    return [{"physicalLocation": where}]


def _suppressions(row: FindingRow) -> list[dict[str, Any]]:
    """Empty says `not suppressed`, and the standard wants that said when any result of a run may be."""
    if row.status is not Status.EXCUSED:
        return []
    kind = "inSource" if row.by == "inline comment" else "external"
    return [{"kind": kind, "status": "accepted", "justification": _justification(row)}]


def _justification(row: FindingRow | GapRow) -> str:
    if row.waiver is None:
        return row.by
    return storable(f"{row.by}: {row.waiver.reason} (owner {row.waiver.owner}, until {row.waiver.until})")


def _notification(row: GapRow) -> dict[str, Any]:
    excused = row.status is Status.EXCUSED
    text = sentences(f"{row.gap.check} did not look at {row.gap.subject}: {row.gap.reason}", row.gap.remedy)
    note = _note(f"{text} Excused by {_justification(row)}" if excused else text, "note" if excused else "error")
    return {**note, "properties": {"fingerprint": row.gap.fingerprint}}


def _silence(row: CheckRow) -> list[dict[str, Any]]:
    """What a check that did not answer says; being skipped without being required is no error."""
    if row.state is State.RAN:
        return []
    level = "note" if row.state is State.SKIPPED and not row.required else "error"
    return [_note(sentences(f"{row.name} is {row.state}: {row.said}", row.remedy), level)]


def _note(text: str, level: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": one_line(text)}}

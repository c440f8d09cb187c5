"""Findings for AWS Security Hub, in its Finding Format (ASFF, schema 2018-10-08), in batches that its API takes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from secure_release.checks import Severity

from ..release import EXIT_OURS, ReleaseError
from ..view import RunView
from . import facts, reasons
from .data import storable
from .facts import CheckRow, FindingRow, GapRow, State, Status
from .text import cut, one_line, sentences

SCHEMA = "2018-10-08"
# The limits of BatchImportFindings and of ASFF's attributes, as their reference pages give them.
BATCH = 100
TITLE, DESCRIPTION, REMEDY, NAME, FIELD = 256, 1024, 512, 512, 2048
LABELS = {
    Severity.CRITICAL: "CRITICAL",
    Severity.HIGH: "HIGH",
    Severity.MEDIUM: "MEDIUM",
    Severity.LOW: "LOW",
    Severity.INFO: "INFORMATIONAL",
    Severity.UNKNOWN: "MEDIUM",  # as in our SARIF
}
NOT_LOOKED_AT = "HIGH"  # as in our SARIF, where it is an error: it may hide anything
CHECKS, HOLES, CVE = (f"Software and Configuration Checks{kind}" for kind in ("", "/Vulnerabilities", "/Vulnerabilities/CVE"))
ARN = re.compile(r"arn:aws[a-z-]*:securityhub:([a-z0-9-]+):([0-9]{12}):product/[0-9]{12}/[A-Za-z0-9_.-]+")


@dataclass(frozen=True)
class Product:
    """Who says it, to Security Hub: the account's own product is `arn:aws:securityhub:REGION:ACCOUNT:product/ACCOUNT/default`."""

    arn: str
    region: str
    account: str


def product(arn: str) -> Product:
    """Raises `ReleaseError` for what is no product of Security Hub."""
    found = ARN.fullmatch(arn)
    if found is None:
        hint = "It looks like arn:aws:securityhub:REGION:ACCOUNT:product/ACCOUNT/default."
        raise ReleaseError(f"--asff {arn} is not the ARN of a Security Hub product.", hint, EXIT_OURS)
    return Product(arn, found[1], found[2])


def batches(view: RunView, by: Product) -> tuple[str, ...]:
    """Each a JSON list that one call of BatchImportFindings takes. None when nothing was found and everything answered."""
    found = documents(view, by)
    parts = (found[start : start + BATCH] for start in range(0, len(found), BATCH))
    return tuple(json.dumps(part, indent=1, ensure_ascii=True, allow_nan=False) + "\n" for part in parts)


def documents(view: RunView, by: Product) -> list[dict[str, Any]]:
    """Findings, gaps, and checks that gave no answer. What is excused is there, and archived."""
    return [
        *(_finding(view, by, row) for row in facts.findings(view)),
        *(_gap(view, by, row) for row in facts.gaps(view)),
        *_silences(view, by),
        *_unscanned(view, by),
    ]


def _finding(view: RunView, by: Product, row: FindingRow) -> dict[str, Any]:
    finding = row.finding
    kind = CVE if any(name.startswith("CVE-") for name in finding.advisories) else HOLES
    said = _said(view, by, row, finding.fingerprint, finding.check, finding.rule)
    holes = [{"Id": cut(one_line(name), NAME)} for name in finding.advisories[:20]]
    return {
        **said,
        **_rated(LABELS[finding.severity], kind, str(finding.severity)),
        **_text(finding.message or finding.rule, finding.message or finding.rule, finding.fix),
        "Resources": [_resource(view, by, str(finding.place))],
        **({"Vulnerabilities": holes} if holes else {}),
    }


def _gap(view: RunView, by: Product, row: GapRow) -> dict[str, Any]:
    gap = row.gap
    return {
        **_said(view, by, row, gap.fingerprint, gap.check, "gap"),
        **_rated(NOT_LOOKED_AT, CHECKS, "gap"),
        **_text(f"{gap.check} did not look at {gap.subject}", f"{gap.check} did not look at {gap.subject}: {gap.reason}", gap.remedy),
        "Resources": [_resource(view, by, gap.subject)],
    }


def _silences(view: RunView, by: Product) -> Iterator[dict[str, Any]]:
    """A check without an answer, unless nobody asked for one."""
    for row in facts.checks(view):
        if row.state in (State.BROKEN, State.ABSENT) or (row.state is State.SKIPPED and row.required):
            yield {
                **_frame(view, by, f"silent/{row.name}", row.name, "no-answer"),
                **_fields(view, row.name, "counts" if row.required else "not required"),
                "RecordState": "ACTIVE",
                **_rated(NOT_LOOKED_AT, CHECKS, str(row.state)),
                **_text(f"{row.name} gave no answer", f"{row.name} is {row.state}: {_why(row)}", row.remedy),
                "Resources": [_resource(view, by, "")],
            }


def _unscanned(view: RunView, by: Product) -> Iterator[dict[str, Any]]:
    """A run without a scan has no finding, which must not look like a clean one."""
    if view.scan is None:
        why = sentences(*(item.reason.text for item in reasons.against(view))) or "It has no scan."
        yield {
            **_frame(view, by, "unscanned", "scan", "no-answer"),
            **_fields(view, "scan", "counts"),
            "RecordState": "ACTIVE",
            **_rated(NOT_LOOKED_AT, CHECKS, str(view.outcome)),
            **_text("The release was not scanned", why, "Look at the report of the run, and run it again."),
            "Resources": [_resource(view, by, "")],
        }


def _why(row: CheckRow) -> str:
    return row.said or "it did not say why"


def _said(view: RunView, by: Product, row: FindingRow | GapRow, name: str, check: str, rule: str) -> dict[str, Any]:
    standing = f"{row.status}, {row.by}" if row.by else str(row.status)
    record = "ARCHIVED" if row.status is Status.EXCUSED else "ACTIVE"
    return {**_frame(view, by, name, check, rule), **_fields(view, check, standing), "RecordState": record}


def _frame(view: RunView, by: Product, name: str, check: str, rule: str) -> dict[str, Any]:
    """The same hole keeps its Id from run to run: Security Hub then updates what it has."""
    at = view.started.isoformat().replace("+00:00", "Z")
    return {
        "SchemaVersion": SCHEMA,
        "Id": cut(storable(f"secure-release/{view.identity.name}/{name}"), NAME),
        "ProductArn": by.arn,
        "AwsAccountId": by.account,
        "Region": by.region,
        "GeneratorId": cut(one_line(f"secure-release/{check}/{rule}"), NAME),
        "CreatedAt": at,
        "UpdatedAt": at,
    }


def _fields(view: RunView, check: str, standing: str) -> dict[str, Any]:
    who = view.identity
    told = {"run": who.run, "commit": who.commit, "version": who.version, "check": check, "standing": standing}
    return {"ProductFields": {f"secure-release/{key}": cut(one_line(value), FIELD) or "-" for key, value in told.items()}}


def _rated(label: str, kind: str, original: str) -> dict[str, Any]:
    rating = {"Label": label, "Original": original}
    return {"Types": [kind], "Severity": rating, "FindingProviderFields": {"Severity": rating, "Types": [kind]}}


def _text(title: str, description: str, remedy: str) -> dict[str, Any]:
    advice = {"Remediation": {"Recommendation": {"Text": cut(one_line(remedy), REMEDY)}}} if remedy.strip() else {}
    return {
        "Title": cut(one_line(title), TITLE) or "-",
        "Description": cut(one_line(sentences(description)), DESCRIPTION) or "-",
        **advice,
    }


def _resource(view: RunView, by: Product, place: str) -> dict[str, Any]:
    return {"Type": "Other", "Id": cut(one_line(f"{view.identity.name}/{place}".rstrip("/")), NAME), "Region": by.region}

"""SARIF 2.1.0 as a report: refuses what does not say that it ran. https://docs.oasis-open.org/sarif/sarif/v2.1.0/"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from .finding import Confidence, Finding, Gap, Place, Severity, Witness
from .source import source_text, subject_of
from .tool import Job, NotAReport, Report

LEVELS = {"error": Severity.HIGH, "warning": Severity.MEDIUM, "note": Severity.LOW, "none": Severity.INFO}
CONFIDENCES = {"very-high": Confidence.HIGH, "high": Confidence.HIGH, "low": Confidence.LOW}
# GitHub's bounds for `security-severity`, which is a CVSS score from 0 to 10.
SCORES = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM), (0.1, Severity.LOW))
WRONG = frozenset({"fail", "open", "review"})  # kinds of result that say that something is wrong
REMEDY = "Mend the file, exclude it (`scan.exclude`, with a reason), or waive the gap with an end date."


@dataclass(frozen=True)
class _Run:
    """One run of a log, with what its results refer to."""

    check: str
    job: Job
    document: Mapping[str, Any]

    @property
    def rules(self) -> list[Mapping[str, Any]]:
        return list(self.document["tool"]["driver"].get("rules") or ())

    def rule(self, result: Mapping[str, Any]) -> Mapping[str, Any]:
        """The description of a result's rule; empty where the log has none."""
        reference = result.get("rule") or {}
        index = result.get("ruleIndex", reference.get("index", -1))
        wanted = result.get("ruleId", reference.get("id"))
        indexed = self.rules[index : index + 1] if "toolComponent" not in reference and index >= 0 else []
        return next((rule for rule in (*indexed, *self.rules) if wanted in (None, rule["id"])), {})

    def path(self, location: Mapping[str, Any]) -> str:
        """The project's name for an artifact. Raises `NotAReport` for one that was not given."""
        base = (self.document.get("originalUriBaseIds") or {}).get(location.get("uriBaseId"), {}).get("uri", "")
        parts = urlsplit(location["uri"])
        folder = unquote(urlsplit(base).path) if base.startswith("file:") else ""
        return self.job.place(str(Path(folder) / unquote(parts.path if parts.scheme == "file" else location["uri"])))


def parse(content: bytes, job: Job, check: str, closed: bool) -> Report:
    """`closed`: the tool was given files one by one, so a result about any other is no answer to our question."""
    try:
        runs = [_Run(check, job, run) for run in _runs(json.loads(content))]
        for run in runs:
            _refuse_failed(run)
        findings = tuple(f for run in runs for f in _findings(run))
        looked_at = frozenset(path for run in runs for path in _looked_at(run))
        gaps = tuple(gap for run in runs for gap in _gaps(run))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as problem:
        raise NotAReport(f"is not SARIF 2.1.0 ({type(problem).__name__}: {problem})") from problem
    given = {*job.targets, *(job.place(path) for path in job.specimens)}
    strange = sorted({f.place.path for f in findings if f.place.path != "."} - given)
    if strange and (closed or not all((job.tree / path).is_file() for path in strange)):
        raise NotAReport(f"is about {strange[0][:200]}, which it was not given")
    return Report(findings, tuple(sorted(looked_at)), gaps)


def _runs(document: Any) -> list[Mapping[str, Any]]:
    if document["version"] != "2.1.0":
        raise NotAReport(f"is SARIF {document['version']}; 2.1.0 is understood")
    if not document["runs"]:
        raise NotAReport("holds no run")
    return list(document["runs"])


def _refuse_failed(run: _Run) -> None:
    """A run names its tool, has results (an empty list is one), and does not say that it failed."""
    if not run.document["tool"]["driver"]["name"]:
        raise NotAReport("does not name its tool")
    if not isinstance(run.document.get("results"), list):
        raise NotAReport("has no list of results: the tool did not look")
    for invocation in run.document.get("invocations") or ():
        told = [n for n in _notifications(invocation) if n.get("level") == "error"]
        if not invocation["executionSuccessful"] or told:
            why = str(told[0]["message"].get("text", "")) if told else str(invocation.get("exitCodeDescription", ""))
            raise NotAReport(f"says that the run failed: {' '.join(why.split())[:300] or 'no reason given'}")


def _notifications(invocation: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from invocation.get("toolExecutionNotifications") or ()
    yield from invocation.get("toolConfigurationNotifications") or ()


def _gaps(run: _Run) -> Iterator[Gap]:
    """What the tool warns about one file: it did not look there as it should."""
    for invocation in run.document.get("invocations") or ():
        for told in invocation.get("toolExecutionNotifications") or ():
            for location in told.get("locations") or ():
                if told.get("level", "warning") == "warning":
                    path = run.path(location["physicalLocation"]["artifactLocation"])
                    yield Gap(run.check, path, str(told["message"].get("text", "a warning without a text"))[:300], REMEDY)


def _looked_at(run: _Run) -> Iterator[str]:
    """The artifacts that the log lists; where it lists none, all that was given."""
    artifacts = run.document.get("artifacts")
    if artifacts is None:
        yield from run.job.targets
    for artifact in artifacts or ():
        if "location" in artifact:
            yield run.path(artifact["location"])


def _findings(run: _Run) -> Iterator[Finding]:
    """Every result that says that something is wrong, suppressed or not: what may be passed over is for us to judge."""
    for result in run.document["results"]:
        if result.get("kind", "fail") in WRONG:
            yield _finding(run, result)


def _finding(run: _Run, result: Mapping[str, Any]) -> Finding:
    rule = run.rule(result)
    name = str(result.get("ruleId") or rule.get("id") or result["rule"]["id"])
    place = _place(run, result)
    tags = " ".join(map(str, (*_properties(rule).get("tags", ()), *_properties(result).get("tags", ()))))
    weakness = re.search(r"\bcwe[-/ ]?0*(\d+)\b", tags, re.IGNORECASE)
    message = _message(result, rule) or name
    cwe = f"CWE-{weakness.group(1)}" if weakness else ""
    text = source_text(run.job.tree, place.path, place.line, place.end_line) if place.line else message
    return Finding(
        check=run.check,
        rule=name,
        severity=_severity(result, rule),
        confidence=CONFIDENCES.get(str(_properties(rule).get("precision")), Confidence.MEDIUM),
        message=message,
        place=place,
        subject=subject_of(cwe, text),
        fix=f"See {rule['helpUri']}" if rule.get("helpUri") else str((rule.get("help") or {}).get("text") or "")[:1000],
        weakness=cwe,
        advisories=(),
        witnesses=(Witness(run.check, name),),
        nth=0,
    )


def _properties(thing: Mapping[str, Any]) -> Mapping[str, Any]:
    return thing.get("properties") or {}


def _place(run: _Run, result: Mapping[str, Any]) -> Place:
    locations = result.get("locations") or ()
    if not locations or "physicalLocation" not in locations[0]:
        return Place(".", 0, 0)
    physical = locations[0]["physicalLocation"]
    region = physical.get("region") or {}
    line = int(region.get("startLine", 0))
    return Place(run.path(physical["artifactLocation"]), line, int(region.get("endLine", line)))


def _severity(result: Mapping[str, Any], rule: Mapping[str, Any]) -> Severity:
    score = _properties(result).get("security-severity", _properties(rule).get("security-severity"))
    if score is not None:
        return next((severity for floor, severity in SCORES if float(score) >= floor), Severity.INFO)
    default = (rule.get("defaultConfiguration") or {}).get("level", "warning")
    return LEVELS.get(str(result.get("level", default)), Severity.UNKNOWN)


def _message(result: Mapping[str, Any], rule: Mapping[str, Any]) -> str:
    message = result["message"]
    text = message.get("text") or (rule.get("messageStrings") or {}).get(message.get("id"), {}).get("text", "")
    for number, argument in enumerate(message.get("arguments") or ()):
        text = text.replace(f"{{{number}}}", str(argument))
    return " ".join(str(text).split())

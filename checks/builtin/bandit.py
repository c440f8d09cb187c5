"""bandit: weaknesses in Python code. Exits 0 on files that it could not read; only its `errors` list tells."""

from __future__ import annotations

import json
import re
from typing import Any

from ..check import SourceFile
from ..finding import Confidence, Finding, Gap, Place, Severity, Witness
from ..source import source_text, subject_of, without
from ..tool import Job, NotAReport, Report, Specimen, Tool, ToolCheck, as_argument
from .bandit_fixes import FIXES

SEVERITIES = {"LOW": Severity.LOW, "MEDIUM": Severity.MEDIUM, "HIGH": Severity.HIGH, "UNDEFINED": Severity.UNKNOWN}
CONFIDENCES = {"LOW": Confidence.LOW, "MEDIUM": Confidence.MEDIUM, "HIGH": Confidence.HIGH, "UNDEFINED": Confidence.LOW}
UNPARSED = "syntax error while parsing AST from file"
PASSWORDS = frozenset({"B105", "B106", "B107"})


def wants(file: SourceFile) -> bool:
    return file.python


def command(job: Job) -> tuple[str, ...]:
    """Nothing is read from the project: no `.bandit`, no `# nosec` (we judge those ourselves), no default excludes."""
    targets = (*(as_argument(t) for t in job.targets), *job.specimens)
    options = ("--format", "json", "--output", str(job.report), "--ignore-nosec", "--quiet", "--exclude", "")
    return (job.program, *options, *targets)


def parse(content: bytes, job: Job) -> Report:
    try:
        report: Any = json.loads(content)
        looked_at = tuple(job.place(path) for path in report["metrics"] if path != "_totals")
        gaps = tuple(_gap(error, job) for error in report["errors"])
        findings = tuple(_finding(result, job) for result in report["results"])
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise NotAReport(f"is not bandit's JSON ({type(problem).__name__}: {problem})") from problem
    return Report(findings, looked_at, gaps)


def _gap(error: dict[str, str], job: Job) -> Gap:
    remedy = "Mend the file, run under the Python version it is written for, or waive the gap with an end date."
    return Gap("bandit", job.place(error["filename"]), error["reason"], remedy)


def _finding(result: dict[str, Any], job: Job) -> Finding:
    path = job.place(result["filename"])
    lines = result["line_range"] or [result["line_number"]]
    place = Place(path, int(result["line_number"]), int(max(lines)))
    cwe = result.get("issue_cwe") or {}
    weakness = f"CWE-{cwe['id']}" if cwe.get("id") else ""
    return Finding(
        check="bandit",
        rule=str(result["test_id"]),
        severity=SEVERITIES[result["issue_severity"]],
        confidence=CONFIDENCES[result["issue_confidence"]],
        message=_masked(str(result["test_id"]), str(result["issue_text"])),
        place=place,
        subject=subject_of(weakness, source_text(job.tree, path, min(lines), place.end_line)),
        fix=_fix(result),
        weakness=weakness,
        advisories=(),
        witnesses=(Witness("bandit", str(result["test_id"])),),
        nth=0,
    )


def _fix(result: dict[str, Any]) -> str:
    """What to write instead, and where bandit says more."""
    more = f"See {result['more_info']}" if result.get("more_info") else ""
    return f"{FIXES.get(str(result['test_id']), '')} {more}".strip()


def _masked(rule: str, message: str) -> str:
    """bandit quotes the password that it found."""
    return re.sub(r"'.*'", "'***'", message, flags=re.DOTALL) if rule in PASSWORDS else message


def censor(content: bytes) -> bytes:
    """The report without source lines and without the passwords that it quotes."""
    report = json.loads(without(content, "results", ("code",)))
    for result in report["results"]:
        result["issue_text"] = _masked(str(result.get("test_id")), str(result.get("issue_text")))
    return json.dumps(report, indent=1).encode()


CHECK = ToolCheck(
    name="bandit",
    title="weaknesses in Python code",
    tool=Tool("bandit", "bandit", ">=1.9,<2", frozenset({0, 1})),
    specimen=Specimen({"planted.py": "import pickle\n\npickle.loads(b'')\n"}, frozenset({"B301"})),
    wants=wants,
    command=command,
    parse=parse,
    censor=censor,
    by_file=True,
    worth=1_500_000,
    lasting=lambda gap: gap.reason == UNPARSED,
)

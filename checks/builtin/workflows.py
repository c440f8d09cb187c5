"""workflows: zizmor over GitHub's CI files. Its report never lists a clean file; only its log says which it completed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from ..check import Context, Exit, SourceFile
from ..finding import Confidence, Finding, Gap, Place, Severity, Witness
from ..result import Broken, Ran
from ..tool import Job, NotAReport, Report, Specimen, Tool, ToolCheck, as_argument
from .workflow_powers import UPSTAIRS, read

SEVERITIES = {"Informational": Severity.INFO, "Low": Severity.LOW, "Medium": Severity.MEDIUM, "High": Severity.HIGH}
CONFIDENCES = {"Low": Confidence.LOW, "Medium": Confidence.MEDIUM, "High": Confidence.HIGH}
COMPLETED = re.compile(r"^ *INFO audit: zizmor: \W*completed (.+)$", re.MULTILINE)
# What zizmor 1.32 skips without the network, by its own log at -vv.
ONLINE = "impostor-commit, known-vulnerable-actions, ref-confusion, ref-version-mismatch, stale-action-refs"
NOTE = f"Not checked, because they need GitHub: {ONLINE}."
DEPENDABOT = frozenset({".github/dependabot.yml", ".github/dependabot.yaml"})
WEIGHED = frozenset({"dangerous-triggers", "template-injection", "unpinned-images", "unpinned-tools", "unpinned-uses", "unsound-condition"})
GUARDS = "this job holds no secret and no right to write, so what always runs in it harms nobody"
HARMLESS = "this job holds no secret and no right to write, so who changes what it fetches gets a machine that is thrown away"
TYPED_IN = re.compile(r"inputs\.[\w-]+")
DISPATCHED = re.compile(r"github\.event\.inputs\.[\w-]+")  # what `workflow_dispatch` asks for; every other event has none
NAMED = re.compile(r"github\.(?:ref|ref_name|event\.release\.tag_name)")
ANSWERED = "each of its steps only labels what was opened or answers it, and none brings a stranger's files here"
BESIDE = "it is the image of a service beside the job, such as a database, which is handed no secret and no folder"
OWN = "only who may write to the repository can start this workflow, and fill in what is expanded here"
PLANTED = """on: pull_request_target
jobs:
  planted:
    runs-on: ubuntu-latest
    steps:
      - run: echo ${{ github.event.pull_request.title }}
"""


def wants(file: SourceFile) -> bool:
    path = PurePosixPath(file.path)
    if path.suffix not in {".yml", ".yaml"}:
        return False
    return path.parts[:-1] == (".github", "workflows") or path.stem == "action" or file.path in DEPENDABOT


def command(job: Job) -> tuple[str, ...]:
    """Nothing is read from the project but the files given: no `zizmor.yml`, no `# zizmor: ignore` (we judge those)."""
    options = ("--offline", "--no-config", "--no-ignores", "--no-progress", "--color", "never", "--format", "json-v1")
    return (job.program, *options, *(as_argument(t) for t in job.targets), *job.specimens)


def gather(job: Job, ended: Exit) -> bytes:
    """The report, and under it zizmor's log of what it completed."""
    completed = COMPLETED.findall(ended.stderr.decode("utf-8", "replace"))
    return ended.stdout + b"\n" + json.dumps({"completed": completed}).encode() if ended.stdout.strip() else b""


def parse(content: bytes, job: Job) -> Report:
    try:
        text = content.decode("utf-8").strip()
        audits, end = json.JSONDecoder().raw_decode(text)
        looked_at = frozenset(job.place(path) for path in json.loads(text[end:])["completed"])
        findings = _grouped([_weighed(_finding(audit, job), audit, job) for audit in _listed(audits)])
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as problem:
        raise NotAReport(f"is not zizmor's JSON v1 ({type(problem).__name__}: {problem})") from problem
    gaps = tuple(_unread(path) for path in job.targets if path not in looked_at)
    return Report(findings, tuple(sorted(looked_at)), gaps, (NOTE,))


def _listed(audits: Any) -> list[dict[str, Any]]:
    if not isinstance(audits, list):
        raise TypeError("no list of audits")
    return audits


def _unread(path: str) -> Gap:
    remedy = "Mend the file (`zizmor FILE` says where), or waive the gap with an end date."
    return Gap("workflows", path, "zizmor could not read it as a workflow, an action or a Dependabot file", remedy)


def _finding(audit: dict[str, Any], job: Job) -> Finding:
    locations = audit["locations"]
    primary = next((at for at in locations if at["symbolic"]["kind"] == "Primary"), locations[0])
    path = job.place(primary["symbolic"]["key"]["Local"]["verbatim_path"])
    span = primary["concrete"]["location"]
    fixes = "; ".join(str(fix["title"]) for fix in audit.get("fixes") or ())
    return Finding(
        check="workflows",
        rule=str(audit["ident"]),
        severity=SEVERITIES.get(audit["determinations"]["severity"], Severity.UNKNOWN),
        confidence=CONFIDENCES.get(audit["determinations"]["confidence"], Confidence.LOW),
        message=f"{audit['desc']}: {primary['symbolic']['annotation']}",
        place=Place(path, int(span["start_point"]["row"]) + 1, int(span["end_point"]["row"]) + 1),
        subject=_subject(primary),
        fix=f"{fixes}. See {audit['url']}".removeprefix(". "),
        weakness="",
        advisories=(),
        witnesses=(Witness("workflows", str(audit["ident"])),),
        nth=0,
    )


def _expanded(audit: dict[str, Any]) -> str:
    """The expression that the finding is about; "" where it names none."""
    for location in audit["locations"]:
        match location["symbolic"]:
            case {"kind": "Primary", "feature_kind": {"Subfeature": {"fragment": {"Raw": str(text)}}}}:
                return text
    return ""


def _job_of(audit: dict[str, Any]) -> str:
    """The job that the finding is in; "" for none."""
    for location in audit["locations"]:
        match location["symbolic"]:
            case {"kind": "Primary", "route": {"route": [{"Key": "jobs"}, {"Key": str(name)}, *_]}}:
                return name
    return UPSTAIRS


def _of_service(audit: dict[str, Any]) -> bool:
    """Whether it is about what runs beside the job."""
    for location in audit["locations"]:
        match location["symbolic"]:
            case {"kind": "Primary", "route": {"route": [{"Key": "jobs"}, _, {"Key": "services"}, *_]}}:
                return True
    return False


def _weighed(finding: Finding, audit: dict[str, Any], job: Job) -> Finding:
    """What somebody else's action or a text in a script costs hangs on who may start the workflow, and on what it holds."""
    if finding.rule not in WEIGHED or finding.place.path.startswith("planted:"):
        return finding
    known = read(job.tree / finding.place.path)
    if finding.rule == "template-injection":
        text = _expanded(audit)
        theirs = known.own or DISPATCHED.fullmatch(text) or (known.typed and TYPED_IN.fullmatch(text)) or (known.named and NAMED.fullmatch(text))
        return _low(finding, OWN) if theirs else finding
    if finding.rule == "dangerous-triggers":
        return finding if known.fetches else _low(finding, ANSWERED)
    if finding.rule == "unpinned-images" and _of_service(audit) and _job_of(audit) in known.served:
        return _low(finding, BESIDE)
    if _job_of(audit) not in known.harmless:
        return finding
    return _low(finding, GUARDS if finding.rule == "unsound-condition" else HARMLESS)


def _low(finding: Finding, why: str) -> Finding:
    if finding.severity.rank <= Severity.LOW.rank:
        return finding
    return replace(finding, severity=Severity.LOW, message=f"{finding.message} (zizmor says {finding.severity} severity, here low: {why}.)")


def _subject(location: dict[str, Any]) -> str:
    """The first line it is about, under the keys that lead there: a whole job's text would change with every edit."""
    first = str(location["concrete"]["feature"]).strip().split("\n", maxsplit=1)[0]
    keys = [str(step["Key"]) for step in location["symbolic"]["route"]["route"] if "Key" in step]
    return " ".join((*keys, first))[:500]


def _grouped(findings: list[Finding]) -> tuple[Finding, ...]:
    """Every finding alone, but one for each unpinned action: it is mended everywhere or nowhere."""
    unpinned: dict[tuple[bool, str], list[Finding]] = {}
    single = [f for f in findings if f.rule != "unpinned-uses"]
    for finding in sorted(set(findings) - set(single), key=lambda f: (f.place.path, f.place.line)):
        unpinned.setdefault((finding.place.path.startswith("planted:"), finding.subject.split()[-1]), []).append(finding)
    return (*single, *(_one(reference, group) for (_, reference), group in unpinned.items()))


def _one(reference: str, group: list[Finding]) -> Finding:
    first, *others = _as_the_worst(group)
    places = ", ".join(str(f.place) for f in others[:5]) + (", …" if len(others) > 5 else "")
    also = f" Also in {len(others)} more: {places}." if others else ""
    return replace(first, subject=reference, message=f"{reference} can change under you: {first.message}.{also}")


def _as_the_worst(group: list[Finding]) -> list[Finding]:
    """The first place speaks, as its fingerprint always did, for the worst of them."""
    worst = max(group, key=lambda f: f.severity.rank)
    return [replace(group[0], severity=worst.severity, message=worst.message), *group[1:]]


@dataclass(frozen=True)
class Workflows(ToolCheck):
    """zizmor reads what it is given and no more, which is little of a release."""

    fetches: bool = True

    def run(self, context: Context) -> Ran | Broken:
        context.fill(file.path for file in context.files if wants(file))
        return super().run(context)


CHECK = Workflows(
    name="workflows",
    title="weaknesses in GitHub workflows, actions and Dependabot files",
    tool=Tool("zizmor", "zizmor", ">=1.32,<2", frozenset({0, 10, 11, 12, 13, 14})),
    specimen=Specimen({".github/workflows/planted.yml": PLANTED}, frozenset({"template-injection", "dangerous-triggers"})),
    wants=wants,
    command=command,
    parse=parse,
    gather=gather,
)

"""Which CI runs us, and what it can show: annotations on lines, a summary, lines that are no commands. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from . import policy
from .release import Outcome, Reason, Stage
from .report import facts
from .report.facts import Status
from .report.reasons import against
from .report.text import count, cut, one_line
from .view import RunView

# GitHub shows ten errors of a step and drops the others without a word; a summary above 1 MiB is dropped as a whole.
# https://docs.github.com/en/actions/reference/limits (annotations), .../workflow-commands (job summaries)
MOST = 10
SUMMARY_BYTES = 1024 * 1024
LONGEST = 1_000  # characters of one annotation
CUT = "\n\nThis summary is cut here: GitHub shows 1 MiB. The whole is in report.md.\n"
SPEAKS = (Stage.GATE, Stage.BACKUP, Stage.DEPLOY, Stage.VERIFY, Stage.ROLLBACK, None)  # None: a whole release
SUMS_UP = (Stage.GATE, Stage.REPORT, None)
PASSABLE = "\n\t"


class System(StrEnum):
    """The CI systems that we know, and a machine that is none of them."""

    GITHUB = "GitHub Actions"
    JENKINS = "Jenkins"
    CODEBUILD = "AWS CodeBuild"
    OTHER = "another CI"
    NONE = "no CI"


@dataclass(frozen=True)
class Surroundings:
    """Where we run."""

    system: System
    summary: str  # the file that the CI shows as the step's summary; "" where there is none


def surroundings(environment: Mapping[str, str]) -> Surroundings:
    """What the environment says."""
    if environment.get("GITHUB_ACTIONS") == "true":
        return Surroundings(System.GITHUB, environment.get("GITHUB_STEP_SUMMARY", ""))
    named = {"JENKINS_URL": System.JENKINS, "CODEBUILD_BUILD_ID": System.CODEBUILD, "CI": System.OTHER}
    system = next((system for name, system in named.items() if environment.get(name, "").lower() not in ("", "false", "0")), System.NONE)
    return Surroundings(system, "")


def harmless(line: str) -> str:
    r"""A line of somebody else that no CI takes for a command, and no terminal for a control sequence.

    GitHub's runner obeys `::` at the beginning of a line, after any white space, and `##[` anywhere in it; a bare `\r` ends a line.
    """
    plain = "".join(c if c.isprintable() or c in PASSABLE else f"\\u{ord(c):04x}" for c in line)
    return re.sub(r"(?m)^(\s*)(?=::)", r"\1.", plain).replace("##[", "## [")


def annotated(view: RunView, stage: Stage | None, prefix: str) -> tuple[str, ...]:
    """GitHub's commands for what stands against the release, each on its line where it has one; at most ten.

    `prefix`: the project's folder in the repository. scan and patch-test say nothing: what they found the gate says, once.
    """
    if view.outcome in (Outcome.PASSED, Outcome.SO_FAR) or stage not in SPEAKS:
        return ()
    every = list(_told(view, stage, prefix))
    if len(every) <= MOST:
        return tuple(every)
    more = _command("error", {"title": "secure-release"}, f"And {count(len(every) - MOST + 1, 'more reason')}: see the summary, or report.html.")
    return (*every[: MOST - 1], more)


def summary(report: str, there: int) -> str:
    """The Markdown report, as much of it as the CI shows; `there`: bytes that its file holds already."""
    room = SUMMARY_BYTES - there - len(CUT.encode())
    content = report.encode("utf-8", "replace")
    if len(content) <= room:
        return content.decode()
    whole_lines = content[: max(room, 0)].rpartition(b"\n")[0]
    return whole_lines.decode() + CUT if room > 0 else ""


def _told(view: RunView, stage: Stage | None, prefix: str) -> Iterator[str]:
    """The findings and gaps at their places; every other reason without one."""
    placed: set[Reason] = set()
    if stage in (Stage.GATE, None) and view.verdict is not None and view.scan is not None:
        files = frozenset(view.scan.files)
        gaps = [gap for gap in view.verdict.gaps if gap.subject in files]
        placed = {*policy.refusals(view.verdict.counted), *policy.gap_reasons(gaps)}
        for finding in (row.finding for row in facts.findings(view) if row.status is Status.COUNTS):
            yield _at(finding.place.path, finding.place.line, f"{finding.severity}: {finding.rule}", finding.message, prefix)
        for gap in gaps:
            yield _at(gap.subject, 0, f"not looked at by {gap.check}", f"{gap.reason}. {gap.remedy}", prefix)
    for item in against(view) if not _well(view, stage) else ():
        if item.reason not in placed:
            yield _command("error", {"title": f"secure-release: {item.kind}"}, f"{item.reason.text} {item.reason.remedy}".strip())


def _well(view: RunView, stage: Stage | None) -> bool:
    """A stage that passed has nothing to say, though the run is not at its end."""
    result = view.stage(stage) if stage is not None else None
    return result is not None and result.outcome is Outcome.PASSED


def _at(path: str, line: int, title: str, message: str, prefix: str) -> str:
    where = {"file": f"{prefix}{path}"} if path else {}
    at = {"line": str(line)} if path and line else {}
    return _command("error", {**where, **at, "title": title}, message)


def _command(name: str, properties: Mapping[str, str], message: str) -> str:
    where = ",".join(f"{key}={_property(one_line(value))}" for key, value in properties.items())
    return f"::{name} {where}::{_data(cut(one_line(message), LONGEST))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

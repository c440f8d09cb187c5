"""What we hold our own workflows to, and no linter knows: sentences about what is against it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from secure_release.pipeline.release import Stage

from .pins import PINS
from .written import ACTION, CALLER, PIPELINE, loaded

USES = re.compile(r"^\s*(?:- )?uses: (\S+)(?: # (\S+))?$", re.MULTILINE)
OURS = "$/.github/actions/secure-release"
WITH_SECRETS = ("backup", "deploy", "verify", "rollback")
# Only an explicit success lets one of these start: a skipped or a cancelled job is not a passed one.
CHAIN = {
    "backup": "!cancelled() && inputs.deploy && needs.gate.result == 'success'",
    "deploy": "!cancelled() && needs.backup.result == 'success'",
    "verify": "!cancelled() && needs.deploy.result == 'success'",
    "gate": "always()",
    "report": "always()",
    "rollback": "always() && needs.deploy.result != 'skipped' && needs.verify.result != 'success'",
}


def offences(project: Path) -> list[str]:
    """All of them, over the three files of the template."""
    return [sentence for rule in RULES for sentence in rule(project)]


def pinned(project: Path) -> Iterator[str]:
    for place in (CALLER, PIPELINE, ACTION):
        for reference, comment in USES.findall((project / place).read_text(encoding="utf-8")):
            name, _, commit = reference.partition("@")
            if not reference.startswith("$/") and PINS.get(name) != (commit, comment):
                yield f"{place} uses {reference} # {comment}, which is not in the table of pins"


def nothing_filled_into_scripts(project: Path) -> Iterator[str]:
    for place in (CALLER, PIPELINE, ACTION):
        yield from (f"{place}: an expression in a script: {step['name']}" for step in _steps(project, place) if "${{" in step.get("run", ""))


def least_permissions(project: Path) -> Iterator[str]:
    for place in (CALLER, PIPELINE):
        if loaded(project, place)["permissions"] != {}:
            yield f"{place} grants something to every job"
    for name, job in _jobs(project).items():
        if name != "publish" and job["permissions"] != {"contents": "read"}:
            yield f"{name} may do more than read"
    asked = loaded(project, CALLER)["jobs"]["release"]["permissions"]
    if asked != _jobs(project)["publish"]["permissions"]:
        yield "the caller grants something else than publish needs"
    if any(step.get("uses") == OURS or str(step.get("uses")).startswith("actions/checkout@") for step in _jobs(project)["publish"]["steps"]):
        yield "publish, which may write, runs something of the project"


def in_time(project: Path) -> Iterator[str]:
    for name, job in _jobs(project).items():
        if not isinstance(job.get("timeout-minutes"), int):
            yield f"{name} may hang for six hours"


def deploys_wait_for_each_other(project: Path) -> Iterator[str]:
    concurrency = loaded(project, PIPELINE)["concurrency"]
    if concurrency["cancel-in-progress"] is not False or "inputs.environment" not in concurrency["group"]:
        yield "a deploy may be cancelled by the next one, or overlap with it"
    if "concurrency" in loaded(project, CALLER):
        yield "a group in the caller too: GitHub cancels such a run as a deadlock"


def order(project: Path) -> Iterator[str]:
    jobs = _jobs(project)
    if list(jobs) != [*Stage, "publish"]:
        yield f"the jobs are not the stages: {', '.join(jobs)}"
    for name, expected in CHAIN.items():
        if jobs[name].get("if") != f"${{{{ {expected} }}}}":
            yield f"{name} starts on another condition: {jobs[name].get('if')}"
    if jobs["scan"]["strategy"]["fail-fast"] is not False:
        yield "a red shard cancels the others"
    if any(job.get("continue-on-error") for job in jobs.values()):
        yield "a red job is shown as green"
    if [name for name, job in jobs.items() if "environment" in job] != ["deploy"]:
        yield "not deploy alone waits for the environment's approval"


def hand_over(project: Path) -> Iterator[str]:
    """Each stage's job calls our action once, and what one takes another has left before."""
    left = {"secure-release-report", "secure-release-deploy-begun"}
    for name, job in _jobs(project).items():
        for step in (one for one in job["steps"] if one.get("uses") == OURS):
            given = step["with"]
            if given["stage"] != name:
                yield f"{name} carries out {given['stage']}"
            taken = given.get("takes", "")
            if taken and taken not in left:
                yield f"{name} takes {taken}, which nobody leaves"
            if "joins" in given and sum(fnmatchcase(one, given["joins"]) for one in left) != 2:
                yield f"{name} joins {given['joins']}, which are not the scan and the patch test"
            left.add(given.get("leaves", ""))
    for name, step in _with_artifacts(project):
        if "name" in step["with"] and "${{" not in step["with"]["name"] and step["with"]["name"] not in left:
            yield f"{name} handles {step['with']['name']}, which nobody leaves"


def uploads(project: Path) -> Iterator[str]:
    for name, step in _with_artifacts(project):
        given = step["with"]
        if "upload" in step["uses"] and not (given["if-no-files-found"] == "error" and "retention-days" in given and given["overwrite"]):
            yield f"{name} may leave an empty artifact, or one for ever, or fail when it is run again"


def secrets(project: Path) -> Iterator[str]:
    for name, job in _jobs(project).items():
        if name not in WITH_SECRETS and "secrets." in str(job):
            yield f"{name} sees a secret"


def checkouts(project: Path) -> Iterator[str]:
    for name, job in _jobs(project).items():
        for step in job["steps"]:
            if str(step.get("uses")).startswith("actions/checkout@") and step["with"] != {"fetch-depth": 0, "persist-credentials": False}:
                yield f"{name} keeps the token in the checkout, or lacks the trusted ref"


def published(project: Path) -> Iterator[str]:
    sarif = next(step for step in _jobs(project)["publish"]["steps"] if "upload-sarif" in step.get("uses", ""))
    if "category" in sarif["with"]:
        yield "one category for all checks: GitHub takes one run of a category"
    told = [step.get("if", "") for step in _jobs(project)["publish"]["steps"] if step.get("run", "").startswith("echo")]
    if not any("steps.sarif.outcome != 'success'" in one for one in told) or not any("steps.attest.outcome != 'success'" in one for one in told):
        yield "what could not be published is passed over in silence"


def _with_artifacts(project: Path) -> Iterator[tuple[str, Any]]:
    for name, steps in [*((name, job["steps"]) for name, job in _jobs(project).items()), ("the action", _steps(project, ACTION))]:
        yield from ((name, step) for step in steps if "-artifact@" in step.get("uses", ""))


def _jobs(project: Path) -> dict[str, Any]:
    jobs: dict[str, Any] = loaded(project, PIPELINE)["jobs"]
    return jobs


def _steps(project: Path, place: str) -> list[Any]:
    data = loaded(project, place)
    if "runs" in data:
        return list(data["runs"]["steps"])
    return [step for job in data["jobs"].values() for step in job.get("steps", ())]


RULES: tuple[Callable[[Path], Iterator[str]], ...] = (
    pinned,
    nothing_filled_into_scripts,
    least_permissions,
    in_time,
    deploys_wait_for_each_other,
    order,
    hand_over,
    uploads,
    secrets,
    checkouts,
    published,
)

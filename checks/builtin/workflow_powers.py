"""What a GitHub workflow could be misused for: who can start it, and which secrets and rights its jobs hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

# Started by those who may write to the repository, with what they type in: no text of a stranger is in the event.
OWN = frozenset({"workflow_dispatch", "schedule"})
# Started by those as well, who choose the names of its branches and tags.
PUSHED = frozenset({"push", "release", *OWN})
# Started with the rights of the repository by what strangers do, or with what the workflow that calls it hands over.
LENT = frozenset({"pull_request_target", "workflow_run", "workflow_call", "issue_comment", "issues", "discussion", "discussion_comment"})
SECRET = re.compile(r"\bsecrets\s*(?:\.\s*(?!GITHUB_TOKEN\b)\w|\[)|toJSON\(\s*secrets\b", re.IGNORECASE)
# What another job takes up may have been changed by whoever ran before.
HANDS_ON = re.compile(r"upload|artifact|cache", re.IGNORECASE)
# Done with a right to write, whatever the file says of rights.
PUBLISHES = re.compile(r"git\s[^\n]*\bpush\b|\bgh\s+(?:api|issue|pr|release|workflow)\b|\b(?:twine\s+upload|(?:uv|poetry|flit|npm|hatch)\s+publish|docker\s+push)\b")
ANSWERS = re.compile(r"(?:actions/(?:labeler|stale|first-interaction|add-to-project)|github/issue-labeler)@[\w.-]+")
GIVEN = re.compile(r"\bsecrets\b|\$\{\{|\"(?:volumes|credentials)\":|--(?:volume|mount|privileged)|(?<![\w-])-v\b")
HOSTED = re.compile(r"(?:ubuntu|windows|macos)-[\w.-]+|\$\{\{\s*matrix\.[\w.-]+\s*\}\}")  # GitHub's own machines


@dataclass(frozen=True)
class Reading:
    """`harmless`: the jobs that hold no secret and, as they say, no right to write, run on no machine that is kept, and hand nothing
    on to one that is not so (`UPSTAIRS` for what stands above the jobs, where all of them are). `own`: nobody but who
    may write to the repository starts it. `typed`: what is called its inputs is typed in by those, whoever else starts it.
    `named`: those name the branch or tag that it runs for. `fetches`: a step of it might bring a stranger's files here. `served`: the
    jobs whose services, such as a database, are handed no secret and no folder."""

    harmless: frozenset[str]
    own: bool
    typed: bool
    named: bool
    fetches: bool
    served: frozenset[str]


UPSTAIRS = ""
UNREAD = Reading(harmless=frozenset(), own=False, typed=False, named=False, fetches=True, served=frozenset())


def read(path: Path) -> Reading:
    """What is not surely a workflow that is understood is neither."""
    try:
        workflow: Any = yaml.safe_load(path.read_bytes())
    except (OSError, yaml.YAMLError, ValueError, RecursionError):
        return UNREAD
    if not isinstance(workflow, dict) or not isinstance(workflow.get("jobs"), dict):
        return UNREAD
    started = frozenset(_words(workflow.get("on", workflow.get(True))))  # YAML 1.1 reads `on` as true
    if not started:
        return UNREAD
    harmless = frozenset() if started & LENT else frozenset(_harmless(workflow))
    jobs = {str(name): job if isinstance(job, dict) else {} for name, job in workflow["jobs"].items()}
    served = frozenset(name for name, job in jobs.items() if not GIVEN.search(_text(job.get("services"))))
    fetches = not all(_only_answers(job) for job in jobs.values())
    return Reading(harmless, started <= OWN, "workflow_call" not in started, started <= PUSHED, fetches, served)


def _only_answers(job: Mapping[Any, Any]) -> bool:
    """Whether every step of it is one of GitHub's own that puts labels or words on what was opened, and reads nothing of it."""
    steps = job.get("steps")
    return isinstance(steps, list) and all(isinstance(step, dict) and ANSWERS.fullmatch(str(step.get("uses"))) for step in steps)


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        yield from (str(each) for each in value)
    elif isinstance(value, str):
        yield value


def _harmless(workflow: Mapping[Any, Any]) -> Iterator[str]:
    jobs = {str(name): job for name, job in workflow["jobs"].items()}
    above = {key: value for key, value in workflow.items() if key != "jobs"}
    idle = {name: job for name, job in jobs.items() if not _secret(above) and isinstance(job, dict) and _holds_nothing(job, workflow)}
    if len(idle) == len(jobs):
        yield from (UPSTAIRS, *idle)
        return
    taken = _needed(jobs, {name for name, job in jobs.items() if name not in idle and HANDS_ON.search(_text(job))})
    yield from (name for name, job in idle.items() if "outputs" not in job and name not in taken and not HANDS_ON.search(_text(job)))


def _needed(jobs: Mapping[str, Any], by: Set[str]) -> set[str]:
    """The jobs that these wait for: an action may leave them something without a word of it in the file."""
    found: set[str] = set()
    waiting = list(by)
    while waiting:
        job = jobs.get(waiting.pop())
        new = set(_words(job.get("needs"))) - found if isinstance(job, dict) else set()
        found |= new
        waiting.extend(new)
    return found


def _holds_nothing(job: Mapping[Any, Any], workflow: Mapping[Any, Any]) -> bool:
    return not (_secret(job) or PUBLISHES.search(_text(job)) or _lent(job) or _writes(job if "permissions" in job else workflow)) and _thrown_away(job)


def _secret(part: Mapping[Any, Any]) -> bool:
    return SECRET.search(_text(part)) is not None


def _text(part: object) -> str:
    return json.dumps(part, default=str)


def _lent(job: Mapping[Any, Any]) -> bool:
    """An environment has secrets of its own, and another workflow does what it likes with what it is handed."""
    return "environment" in job or "uses" in job or "secrets" in job


def _writes(holder: Mapping[Any, Any]) -> bool:
    """Whether it is given more than reading. What a workflow that names none may do is the repository's setting, which is to read
    only unless somebody loosened it (see `excessive-permissions` in `grades.py`)."""
    rights = holder.get("permissions")
    named = rights.values() if isinstance(rights, dict) else (rights,)
    return any(right not in {None, "read", "none", "read-all"} for right in named)


def _thrown_away(job: Mapping[Any, Any]) -> bool:
    asked = job.get("runs-on")
    labels = asked if isinstance(asked, list) else [asked]
    return "self-hosted" not in _text(job) and all(isinstance(each, str) and HOSTED.fullmatch(each) for each in labels)

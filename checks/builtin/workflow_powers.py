"""What a GitHub workflow could be misused for: who can start it, and which secrets and rights its jobs hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

# Started by those who may write to the repository, with what they type in: no text of a stranger is in the event.
OWN = frozenset({"workflow_dispatch", "schedule"})
# Started with the rights of the repository by what strangers do, or with what the workflow that calls it hands over.
LENT = frozenset({"pull_request_target", "workflow_run", "workflow_call", "issue_comment", "issues", "discussion", "discussion_comment"})
SECRET = re.compile(r"\bsecrets\s*(?:\.\s*(?!GITHUB_TOKEN\b)\w|\[)|toJSON\(\s*secrets\b", re.IGNORECASE)
HOSTED = re.compile(r"(?:ubuntu|windows|macos)-[\w.-]+|\$\{\{\s*matrix\.[\w.-]+\s*\}\}")  # GitHub's own machines


@dataclass(frozen=True)
class Reading:
    """`harmless`: no job holds a secret or, as it says, a right to write, or runs on a machine that is kept. `own`: nobody but who
    may write to the repository starts it. `typed`: what is called its inputs is typed in by those, whoever else starts it."""

    harmless: bool
    own: bool
    typed: bool


UNREAD = Reading(harmless=False, own=False, typed=False)


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
    return Reading(harmless=not started & LENT and not _powers(workflow), own=started <= OWN, typed="workflow_call" not in started)


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        yield from (str(each) for each in value)
    elif isinstance(value, str):
        yield value


def _powers(workflow: Mapping[Any, Any]) -> bool:
    jobs = workflow["jobs"].values()
    if SECRET.search(json.dumps(workflow, default=str)) or _writes(workflow):
        return True
    return any(not isinstance(job, dict) or _lent(job) or _writes(job) or not _thrown_away(job) for job in jobs)


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
    return "self-hosted" not in json.dumps(job, default=str) and all(isinstance(each, str) and HOSTED.fullmatch(each) for each in labels)

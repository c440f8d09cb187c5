"""How each tool's report is spoiled so that it stays well-formed: one entry for each format, one function for each fault."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

ELSEWHERE = "/elsewhere/other.py"
PATH_KEYS = frozenset({"path", "filename", "verbatim_path", "uri"})


@dataclass(frozen=True)
class Said:
    """What a tool left behind: its report (the file, or standard output), its messages and its exit code."""

    report: bytes
    stderr: bytes
    code: int


Mutation = Callable[[Said], Said]


@dataclass(frozen=True)
class Format:
    """The reports of one tool: the program that writes them, how to spoil them, and a file that the tool cannot parse."""

    executable: str
    mutations: Mapping[str, Mutation]  # empty-report, no-rules, other-target, all-skipped, some-skipped
    unparsable: tuple[str, str] | tuple[()]


def on_json(change: Callable[[Any], Any]) -> Mutation:
    """A change of the parsed report as a change of what was said."""
    return lambda said: replace(said, report=json.dumps(change(json.loads(said.report))).encode())


def elsewhere(document: Any) -> Any:
    """The document with every path about another place."""
    match document:
        case dict():
            return {key: ELSEWHERE if _names_file(key, value) else elsewhere(value) for key, value in document.items()}
        case list():
            return [elsewhere(value) for value in document]
        case _:
            return document


def _names_file(key: str, value: object) -> bool:
    return key in PATH_KEYS and isinstance(value, str)


def ours(path: str) -> bool:
    """Whether this file is the project's, not the planted specimen."""
    return "/planted/" not in path


def without_first(paths: list[str]) -> list[str]:
    """The paths without the first of the project's."""
    victim = next((path for path in paths if ours(path)), None)
    return [path for path in paths if path != victim]


def _bandit_keep(document: Any, kept: list[str]) -> Any:
    metrics = {path: value for path, value in document["metrics"].items() if path in (*kept, "_totals")}
    return {**document, "metrics": metrics}


def _bandit_files(document: Any) -> list[str]:
    return [path for path in document["metrics"] if path != "_totals"]


def _semgrep_scanned(document: Any, scanned: list[str]) -> Any:
    return {**document, "paths": {**document["paths"], "scanned": scanned}}


def _zizmor_log(keep: Callable[[list[str]], list[str]]) -> Mutation:
    """Keep only some of the lines that say which file was completed."""

    def change(said: Said) -> Said:
        lines = said.stderr.decode().splitlines()
        kept = keep([line for line in lines if "completed" in line])
        return replace(said, stderr="\n".join(line for line in lines if "completed" not in line or line in kept).encode())

    return change


def _sarif_artifacts(document: Any, listed: Callable[[set[str]], set[str]]) -> Any:
    """The log with a list of artifacts: of all that have results, those that `listed` keeps."""

    def listing(run: Any) -> Any:
        places = [place["physicalLocation"]["artifactLocation"] for result in run["results"] for place in result["locations"]]
        return {**run, "artifacts": [{"location": {"uri": uri}} for uri in sorted(listed({p["uri"] for p in places}))]}

    return {**document, "runs": [listing(run) for run in document["runs"]]}


def _sarif_blind(document: Any) -> Any:
    """The log of a run with no rule and no result."""

    def emptied(run: Any) -> Any:
        return {**run, "tool": {"driver": {**run["tool"]["driver"], "rules": []}}, "results": []}

    return {**document, "runs": [emptied(run) for run in document["runs"]]}


def _audited(change: Callable[[list[Any]], list[Any]]) -> Mutation:
    """pip-audit's report with other dependencies; the planted one comes first, because it stands first in what we give."""
    return on_json(lambda document: {**document, "dependencies": change(document["dependencies"])})


SARIF = Format(
    "",
    {
        "empty-report": on_json(lambda document: {**document, "runs": []}),
        "no-rules": on_json(_sarif_blind),
        "other-target": on_json(elsewhere),
        "all-skipped": on_json(lambda document: _sarif_artifacts(document, lambda uris: set())),
        "some-skipped": on_json(lambda document: _sarif_artifacts(document, lambda uris: uris)),
    },
    (),
)
FORMATS: dict[str, Format] = {
    "bandit": Format(
        "bandit",
        {
            "empty-report": on_json(lambda document: {"errors": [], "metrics": {"_totals": {}}, "results": []}),
            "no-rules": on_json(lambda document: {**document, "results": []}),
            "other-target": on_json(lambda d: {**elsewhere(d), "metrics": {ELSEWHERE: {}}}),
            "all-skipped": on_json(lambda d: _bandit_keep(d, [p for p in _bandit_files(d) if not ours(p)])),
            "some-skipped": on_json(lambda d: _bandit_keep(d, without_first(_bandit_files(d)))),
        },
        ("broken.py", "def broken(:\n    pass\n"),
    ),
    "semgrep": Format(
        "semgrep",
        {
            "empty-report": on_json(lambda document: _semgrep_scanned({**document, "results": []}, [])),
            "no-rules": on_json(lambda document: {**document, "results": []}),
            "other-target": on_json(lambda document: _semgrep_scanned(elsewhere(document), [ELSEWHERE])),
            "all-skipped": on_json(lambda document: _semgrep_scanned(document, [])),
            "some-skipped": on_json(lambda d: _semgrep_scanned(d, without_first(d["paths"]["scanned"]))),
        },
        ("broken.py", "def broken(:\n    pass\n"),
    ),
    "workflows": Format(
        "zizmor",
        {
            "empty-report": lambda said: Said(b"[]", b"", 0),
            "no-rules": lambda said: replace(said, report=b"[]", code=0),
            "other-target": on_json(elsewhere),
            "all-skipped": _zizmor_log(lambda completed: []),
            "some-skipped": _zizmor_log(without_first),
        },
        (".github/workflows/broken.yml", "on: [push\n"),
    ),
    "pip-audit": Format(
        "pip-audit",
        {
            "empty-report": _audited(lambda known: []),
            "no-rules": _audited(lambda known: [{**each, "vulns": []} for each in known]),
            "other-target": _audited(lambda known: [{**each, "name": f"other-{each['name']}"} for each in known]),
            "all-skipped": _audited(lambda known: [{"name": each["name"], "skip_reason": "not found"} for each in known]),
            "some-skipped": _audited(lambda known: known[:-1]),
        },
        ("broken/requirements.txt", "flask ==\n"),
    ),
}

"""Runs semgrep once over all specimens and says which lines each rule found.

A specimen is `specimens/<rule id>.<py or html>`. A comment `ruleid: <id>` stands directly above a line that must be
found, `ok: <id>` above one that must not; only the rule that the file is named for is judged in it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
SPECIMENS = HERE / "specimens"
RULE_FILES = tuple(sorted((HERE.parent.parent / "checks" / "rules").glob("*.yml")))
MARK = re.compile(r"(?P<word>ruleid|ok): (?P<rule>[a-z0-9-]+)")


@dataclass(frozen=True)
class Specimen:
    rule: str
    path: Path
    must_find: frozenset[int]
    must_not_find: frozenset[int]


@dataclass(frozen=True)
class Scan:
    errors: tuple[str, ...]
    scanned: frozenset[str]
    found: Mapping[tuple[str, str], frozenset[int]]
    """Start lines by (rule id, file name)."""


def rules(files: tuple[Path, ...] = RULE_FILES) -> list[dict[str, Any]]:
    """All rules in all files, YAML aliases resolved."""
    return [rule for file in files for rule in yaml.safe_load(file.read_text(encoding="utf-8"))["rules"]]


def repeated_ids() -> list[str]:
    """Semgrep lets the second of two rules with one id vanish without a word."""
    return [rule for rule, times in Counter(rule["id"] for rule in rules()).items() if times > 1]


def specimen(rule: str, folder: Path = SPECIMENS) -> Specimen:
    """The marked lines of a rule's specimen; refuses when there is not exactly one file for it."""
    (path,) = folder.glob(f"{rule}.*")
    marks = [
        (mark["word"], number + 1)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if (mark := MARK.search(line)) and mark["rule"] == rule
    ]
    lines = {word: frozenset(line for w, line in marks if w == word) for word in ("ruleid", "ok")}
    return Specimen(rule, path, lines["ruleid"], lines["ok"])


def scan(to_run: list[dict[str, Any]], targets: list[Path], work: Path) -> Scan:
    """One run of all rules over all targets, in the folder `work`.

    The rules are merged into one JSON file, because semgrep's fast entry does not resolve YAML aliases.
    """
    merged = work / "rules.json"
    merged.write_text(json.dumps({"rules": to_run}), encoding="utf-8")
    ran = subprocess.run(
        (_semgrep(), "scan", "--metrics", "off", "--disable-version-check", "--experimental", "-j", "1", "--json",
         "--no-git-ignore", "--config", str(merged), *map(str, targets)),
        cwd=work, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return _parsed(json.loads(ran.stdout))


def _semgrep() -> str:
    beside = Path(sys.executable).with_name("semgrep")
    tool = str(beside) if beside.exists() else shutil.which("semgrep")
    if tool is None:
        raise FileNotFoundError("semgrep is not installed beside this Python; install the project's dependencies")
    return tool


def _parsed(report: dict[str, Any]) -> Scan:
    found: dict[tuple[str, str], set[int]] = {}
    for result in report["results"]:
        rule = result["check_id"].rsplit(".", 1)[-1]
        found.setdefault((rule, Path(result["path"]).name), set()).add(result["start"]["line"])
    return Scan(
        errors=tuple(json.dumps(error) for error in report["errors"]),
        scanned=frozenset(Path(path).name for path in report["paths"]["scanned"]),
        found={key: frozenset(lines) for key, lines in found.items()},
    )

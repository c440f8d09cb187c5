"""`docs/rules.md` lists what is looked for. `UPDATE_GOLDEN=1` writes it anew after a rule has changed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from secure_release.checks.flows.weaknesses import WEAKNESSES
from secure_release.checks.rulebook import BUNDLED, read_rules

PAGE = Path(__file__).parent.parent.parent / "docs" / "rules.md"
BEGIN = """\
# What our own rules look for

semgrep's rules (`checks/rules/`) look at one function at a time. The rules that end in `-flow` belong to the check `flows`: they follow
a client's text through functions, objects and files of the project (`checks/flows/`). Severity is how bad it is if it is true,
confidence how sure the rule is. What is written here stands in each finding, with what to write instead.

bandit's own rules run beside these; [checks/grades.py](../checks/grades.py) says which of them count less here, and why.
Provider keys and tokens are in [checks/providers.py](../checks/providers.py).

"""
Row = tuple[int, str, str, str, str]  # number of the weakness, rule, severity, confidence, what it says


def rows() -> Iterator[Row]:
    for rule in read_rules(BUNDLED, ()).rules:
        told: dict[str, Any] = rule["metadata"]
        yield int(told["cwe"].removeprefix("CWE-")), rule["id"], told["severity"], told["confidence"], rule["message"]
    for each in WEAKNESSES.values():
        yield each.cwe, each.rule, each.severity, each.confidence, f"A client's text reaches {each.what}. {each.harm}"


def page() -> str:
    by_weakness = sorted(rows())
    head = f"{len(by_weakness)} rules for {len({row[0] for row in by_weakness})} weaknesses.\n\n"
    lines = (f"| {cwe} | `{rule}` | {how_bad} | {how_sure} | {_cell(says)} |\n" for cwe, rule, how_bad, how_sure, says in by_weakness)
    return f"{BEGIN}{head}| CWE | rule | severity | confidence | what it says |\n|---|---|---|---|---|\n{''.join(lines)}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def test_the_page_lists_the_rules_as_they_are() -> None:
    if os.environ.get("UPDATE_GOLDEN") == "1":
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: UPDATE_GOLDEN=1 pytest tests/rules/test_page.py"

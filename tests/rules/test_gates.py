"""A rule's gate, which asks once whether its words stand in the file at all, spares time and hides nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from secure_release.checks.openings import Openings
from tests.rules.specimen import SPECIMENS, Scan, rules, scan

pytestmark = pytest.mark.xdist_group("rules")
GATE = r"(?s)\A\W*+(?>(?!("
OPEN = r"(?s)\A.*\z"


def opened(node: Any) -> Any:
    """The same rule with its gates wide open."""
    if isinstance(node, list):
        return [opened(item) for item in node]
    if isinstance(node, dict):
        return {key: OPEN if key == "pattern-regex" and _is_gate(value) else opened(value) for key, value in node.items()}
    return node


def _is_gate(value: object) -> bool:
    return isinstance(value, str) and value.replace("(?=", "(").startswith(GATE)


def gates(rule: dict[str, Any]) -> int:
    return str(opened(rule)).count(repr(OPEN)[1:-1]) - str(rule).count(repr(OPEN)[1:-1])


def test_most_rules_have_a_gate() -> None:
    gated = [rule["id"] for rule in rules() if gates(rule)]
    assert len(gated) > 130


@pytest.mark.slow
def test_what_stands_behind_a_gate_is_found_without_it_and_nothing_more(report: Scan, tmp_path: Path) -> None:
    """On all specimens, each by every rule: they hold a line for nearly every pattern (test_mutation.py counts them)."""
    wide = scan([opened(rule) for rule in rules()], sorted(SPECIMENS.iterdir()), tmp_path)

    assert wide.errors == report.errors == ()
    assert wide.found == report.found


def test_a_rule_that_finds_something_was_allowed_to_speak(report: Scan) -> None:
    """`checks/openings.py` looks up words; semgrep has the last word on what it can find."""
    all_rules = rules()
    numbers = {rule["id"]: number for number, rule in enumerate(all_rules)}
    openings = Openings(all_rules)
    texts = {path.name: openings.speaking(path.read_text(encoding="utf-8")) for path in SPECIMENS.iterdir()}

    assert {(rule, name) for rule, name in report.found if numbers[rule] not in texts[name]} == set()
    assert sum(map(len, texts.values())) < len(texts) * len(all_rules) / 2

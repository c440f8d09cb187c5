"""Each of our rules finds what it must, leaves alone what it must, and says what a reader needs."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.rules.specimen import RULE_FILES, SPECIMENS, Scan, repeated_ids, rules, specimen

pytestmark = pytest.mark.xdist_group("rules")
every_rule = pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["id"])


def test_no_two_rules_share_an_id() -> None:
    assert RULE_FILES
    assert repeated_ids() == []


def test_every_specimen_belongs_to_a_rule() -> None:
    assert {path.stem for path in SPECIMENS.iterdir()} == {rule["id"] for rule in rules()}


def test_semgrep_took_every_rule_and_read_every_specimen(report: Scan) -> None:
    assert report.errors == ()
    assert report.scanned == {path.name for path in SPECIMENS.iterdir()}


@every_rule
def test_a_rule_finds_what_it_must_and_nothing_that_it_must_not(rule: dict[str, Any], report: Scan) -> None:
    wanted = specimen(rule["id"])
    assert len(wanted.must_find) >= 3
    assert len(wanted.must_not_find) >= 3
    found = report.found.get((rule["id"], wanted.path.name), frozenset())
    assert sorted(wanted.must_find - found) == [], "not found"
    assert sorted(wanted.must_not_find & found) == [], "found but harmless"


@every_rule
def test_a_rule_says_what_a_reader_needs(rule: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule["id"])
    assert rule["severity"] in {"ERROR", "WARNING", "INFO"}
    assert rule["message"].strip().endswith(".")
    metadata = rule["metadata"]
    assert set(metadata) == {"cwe", "severity", "confidence", "fix", "technology"}
    assert re.fullmatch(r"CWE-\d+", metadata["cwe"])
    assert metadata["severity"] in {"critical", "high", "medium", "low"}
    assert metadata["confidence"] in {"high", "medium", "low"}
    assert metadata["fix"].strip().endswith((".", "SafeLoader.")) and "\n" not in metadata["fix"].strip()
    assert metadata["technology"] and all(isinstance(word, str) for word in metadata["technology"])

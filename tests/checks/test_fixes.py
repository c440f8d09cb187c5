"""Every finding says what to write instead: bandit's rules by our table, our own by theirs."""

from __future__ import annotations

from bandit.core import extension_loader  # type: ignore[import-untyped]

from secure_release.checks.builtin.bandit_fixes import FIXES
from secure_release.checks.grades import BANDIT
from secure_release.checks.rulebook import BUNDLED, read_rules


def test_every_rule_of_the_installed_bandit_has_a_sentence() -> None:
    manager = extension_loader.MANAGER
    rules = {*manager.plugins_by_id, *manager.blacklist_by_id}

    assert len(rules) > 60
    assert rules <= FIXES.keys()
    assert BANDIT.keys() <= rules  # no grade for a rule that there is not


def test_every_sentence_is_one() -> None:
    assert all(text.endswith(".") and 5 < len(text) < 200 for text in FIXES.values())


def test_every_rule_of_ours_says_what_to_write_instead() -> None:
    assert [rule["id"] for rule in read_rules(BUNDLED, ()).rules if len(str(rule["metadata"].get("fix", ""))) < 10] == []

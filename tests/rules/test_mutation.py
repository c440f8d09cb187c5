"""A rule's specimens notice when a piece of the rule is gone: else the piece is useless, or its test can't fail."""

from __future__ import annotations

import functools
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.rules.mutation import Mutant, mutants, survivors
from tests.rules.specimen import rules
from tests.soak import SOAKING, times

SAMPLE = times(250, 0)  # most of the time goes into reading the rules; 0: all
UNNOTICED = {
    rule: int(number)
    for line in (Path(__file__).parent / "survivors.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
    for rule, number in [line.split()]
}


@functools.cache
def _rules() -> tuple[dict[str, Any], ...]:
    return tuple(rules())


@functools.cache
def _every() -> tuple[Mutant, ...]:
    return tuple(mutant for rule in _rules() for mutant in mutants(rule))


def _drawn(seed: int) -> list[Mutant]:
    return list(_every()) if SAMPLE == 0 else random.Random(seed).sample(_every(), min(SAMPLE, len(_every())))


@pytest.mark.soak
@pytest.mark.slow
def test_a_rule_without_one_of_its_pieces_fails_its_specimens(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(2**32)
    drawn = _drawn(seed)
    alive, errors = survivors(drawn, tmp_path)
    assert errors == ()
    print(f"\n{len(drawn) - len(alive)} of {len(drawn)} mutants of {len({m.rule for m in drawn})} rules killed")
    too_many = {rule: n for rule, n in Counter(mutant.rule for mutant in alive).items() if n > UNNOTICED.get(rule, 0)}
    assert too_many == {}, (f"seed {seed}", [mutant.name for mutant in alive if mutant.rule in too_many])


@pytest.mark.skipif(not SOAKING, reason="needs every mutant; `invoke soak` draws them all")
@pytest.mark.soak
@pytest.mark.slow
def test_the_list_of_unnoticed_pieces_is_no_longer_than_it_must_be(tmp_path: Path) -> None:
    alive, _ = survivors(_drawn(0), tmp_path)
    found = Counter(mutant.rule for mutant in alive)
    assert {rule: n for rule, n in UNNOTICED.items() if found[rule] < n} == {}, "lower these numbers"


@pytest.mark.slow
def test_every_kind_of_piece_is_taken_away() -> None:
    assert {mutant.kind for mutant in _every()} == {"branch", "exception", "source", "sink", "sanitizer", "flow"}
    assert {mutant.rule for mutant in _every()} >= {rule["id"] for rule in _rules() if "pattern-either" in rule}


@pytest.mark.slow
def test_a_piece_that_nothing_notices_survives(tmp_path: Path) -> None:
    (rule,) = (rule for rule in _rules() if rule["id"] == "authz-always-true")
    needless = {"pattern": "if $ROLE == '...' or 'never written':\n    ..."}
    (either,) = (part["pattern-either"] for part in rule["patterns"] if "pattern-either" in part)
    grown = rule | {"patterns": [{"pattern-either": [*either, needless]}, *(p for p in rule["patterns"] if "pattern-either" not in p)]}
    alive, errors = survivors(list(mutants(grown)), tmp_path)
    assert errors == ()
    assert [mutant.kind for mutant in alive] == ["branch"]
    assert "never written" in alive[0].removed

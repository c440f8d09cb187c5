"""The partition: every (check, file) in exactly one shard, the same one on every machine, about the same work in each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_release.checks import Check, Context, Result, SourceFile, ran
from secure_release.pipeline.records import WHOLE
from secure_release.pipeline.release import EXIT_OURS, ReleaseError
from secure_release.pipeline.sharding import MOST, RATES, UNKNOWN, shard_of, shares


@dataclass(frozen=True)
class Named:
    name: str
    by_file: bool
    title: str = "a check"

    def run(self, context: Context) -> Result:
        return ran((), (), (), ())


CHECKS: tuple[Check, ...] = (Named("bandit", True), Named("secrets", True), Named("theirs", True), Named("pip-audit", False), Named("clock", False))


def file(path: str, size: int, python: bool = True, binary: bool = False) -> SourceFile:
    return SourceFile(path, size, "ab" * 32, binary, python, False)


files = st.lists(
    st.builds(file, st.text("abc/é%", min_size=1, max_size=6), st.integers(0, 5_000_000), st.booleans(), st.booleans()),
    max_size=30,
    unique_by=lambda each: each.path,
)
costs = st.dictionaries(st.sampled_from([check.name for check in CHECKS]), st.floats(0, 10_000), max_size=4)


@given(files, costs, st.integers(2, 12), st.sets(st.sampled_from(["bandit", "clock"])))
def test_everything_is_in_exactly_one_shard(listed: list[SourceFile], known: dict[str, float], count: int, skip: set[str]) -> None:
    cut = shares(CHECKS, listed, known, tuple(skip), count)

    assert [(one.index, one.count) for one in cut] == [(index, count) for index in range(1, count + 1)]
    assert len({one.partition for one in cut}) == 1
    for check in CHECKS:
        if check.name in skip:
            assert all(check.name not in one.given and check.name not in one.elsewhere for one in cut)
        elif check.name in ("pip-audit", "clock"):
            (owner,) = [one.index for one in cut if check.name not in one.elsewhere]
            assert all(one.elsewhere[check.name] == owner for one in cut if one.index != owner)
        else:
            assert Counter(path for one in cut for path in one.given[check.name]) == Counter(each.path for each in listed)


@given(files, costs, st.integers(2, 12), st.randoms(use_true_random=False))
def test_every_machine_cuts_alike_in_whatever_order_it_lists(listed: list[SourceFile], known: dict[str, float], count: int, chance: object) -> None:
    mixed, checks = list(listed), list(CHECKS)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    chance.shuffle(checks)  # type: ignore[attr-defined]

    assert shares(checks, mixed, known, (), count) == shares(CHECKS, listed, known, (), count)


@given(files, st.integers(2, 12))
def test_no_shard_has_more_than_its_part_and_the_largest_piece(listed: list[SourceFile], count: int) -> None:
    """Graham's bound for the greedy cut: the mean and one piece more."""
    pieces = {(check.name, each.path): _cost(check.name, each) for check in CHECKS if check.name in ("bandit", "secrets", "theirs") for each in listed}
    whole = {"pip-audit": 6_000_000, "clock": 0}
    loads = [
        sum(pieces[name, path] for name, paths in one.given.items() for path in paths)
        + sum(cost for name, cost in whole.items() if name not in one.elsewhere)
        for one in shares(CHECKS, listed, {}, (), count)
    ]

    assert max(loads) <= sum(loads) / count + max([*pieces.values(), *whole.values()])


def _cost(check: str, one: SourceFile) -> int:
    rate = RATES.get(check, UNKNOWN)
    return 200 + (0 if one.binary else one.size * (rate.python if one.python else rate.text) // 1000)


def test_a_measured_cost_moves_the_cut() -> None:
    listed = [file(f"f{number}.py", 1000) for number in range(40)]

    light, heavy = (shares(CHECKS[:4], listed, {"pip-audit": seconds}, (), 2) for seconds in (0.0, 600.0))

    spread = [len(one.given["bandit"]) for one in light]
    assert min(spread) > 10
    (owner,) = [one for one in heavy if "pip-audit" not in one.elsewhere]
    assert owner.given["bandit"] == owner.given["secrets"] == ()


def test_one_machine_looks_at_everything() -> None:
    assert shares(CHECKS, [file("a.py", 1)], {}, (), 1) == (WHOLE,)


@pytest.mark.parametrize("text", ["1/1", "1/2", "2/2", f"7/{MOST}"])
def test_a_shard_is_read(text: str) -> None:
    assert "/".join(map(str, shard_of(text))) == text


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "1/0", "-1/2", "1/2/3", "a/b", "1/101", "01/2", "1/2 ", "1 /2", "٢/٣"])
def test_what_is_no_shard_is_wrong_usage(text: str) -> None:
    with pytest.raises(ReleaseError) as problem:
        shard_of(text)
    assert problem.value.exit_code == EXIT_OURS

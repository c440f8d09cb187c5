"""The search for the largest safe set: right for every small world, and cheap for the usual ones."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_release.pipeline.clones.bisect import Blocked, Breaks, Found, NoAnswer, Passes, Said, bisect
from secure_release.pipeline.clones.judge import Oracle, judge
from secure_release.pipeline.patching import Kind, Patch, TestRun, Verdict

Rule = Callable[[frozenset[str]], Said]
PLENTY = 1000


def patches(number: int) -> tuple[Patch, ...]:
    return tuple(Patch(Kind.PYTHON, f"dist{n:02}", "1.0", "2.0", (f"CVE-2026-{n}",), (), (), "") for n in range(number))


def name(number: int) -> str:
    return f"dist{number:02}"


@dataclass
class World:
    """Says for each set what its rule says, and counts."""

    rule: Rule
    tried: list[frozenset[str]] = field(default_factory=list)

    def attempt(self, sets: Sequence[tuple[Patch, ...]]) -> list[Said]:
        self.tried += [frozenset(patch.name for patch in one) for one in sets]
        return [self.rule(each) for each in self.tried[len(self.tried) - len(sets) :]]

    def find(self, number: int, max_runs: int = PLENTY, workers: int = 1) -> Found:
        return bisect(patches(number), self.attempt, max_runs, workers)


def breaking(*culprits: str, hints: bool = False) -> Rule:
    def rule(which: frozenset[str]) -> Said:
        found = sorted(which & set(culprits))
        said = f"ImportError in site-packages/{found[-1]}/__init__.py" if found and hints else "AssertionError"
        return Breaks(tuple(f"test_{one}" for one in found), said) if found else Passes()

    return rule


def verdicts(found: Found) -> dict[str, Verdict]:
    return {patch.name: ruled.verdict for patch, ruled in found.ruled.items()}


def not_safe(found: Found) -> dict[str, Verdict]:
    return {one: verdict for one, verdict in verdicts(found).items() if verdict is not Verdict.SAFE}


@pytest.mark.parametrize(
    ("number", "culprits", "most"),
    [(30, 0, 2), (30, 1, 10), (30, 2, 16), (16, 0, 2), (16, 1, 9), (1, 1, 1), (2, 1, 4)],
    ids=[
        "thirty-all-safe",
        "thirty-one-culprit",
        "thirty-two-culprits",
        "all-safe",
        "one-in-sixteen",
        "the-only-one",
        "one-of-two",
    ],
)
def test_few_runs_find_the_culprits(number: int, culprits: int, most: int) -> None:
    for seed in range(100):
        guilty = {name(n) for n in random.Random(seed).sample(range(number), culprits)}
        found = World(breaking(*guilty)).find(number)

        assert not_safe(found) == dict.fromkeys(guilty, Verdict.BREAKS)
        assert found.runs <= most


def test_three_culprits_cost_less_than_one_by_one() -> None:
    runs = []
    for seed in range(60):
        guilty = {name(n) for n in random.Random(seed).sample(range(30), 3)}
        found = World(breaking(*guilty)).find(30)
        assert set(not_safe(found)) == guilty
        runs.append(found.runs)

    assert mean(runs) <= 26


def test_named_culprits_are_found_in_six_runs() -> None:
    for seed in range(60):
        guilty = {name(n) for n in random.Random(seed).sample(range(16), 2)}
        found = World(breaking(*guilty, hints=True)).find(16)

        assert set(not_safe(found)) == guilty
        assert found.runs <= 6


def test_misleading_hints_cost_runs_and_not_the_result() -> None:
    def rule(which: frozenset[str]) -> Said:
        innocent = max(which - {name(3)}, default="")
        return Breaks(("test_a",), f"in {innocent}") if name(3) in which else Passes()

    found = World(rule).find(16)

    assert not_safe(found) == {name(3): Verdict.BREAKS}
    assert found.runs <= 16


def test_a_patch_that_breaks_only_with_another_is_told_apart() -> None:
    def rule(which: frozenset[str]) -> Said:
        pair = {name(2), name(9)}
        return Breaks(("test_pair",), f"{name(2)} called {name(9)}") if pair <= which else Passes()

    found = World(rule).find(16)
    [(culprit, ruled)] = [(p, r) for p, r in found.ruled.items() if r.verdict is not Verdict.SAFE]

    assert len(found.safe) == 15
    assert (ruled.verdict, {culprit.name, *ruled.others}) == (Verdict.BREAKS_WITH, {name(2), name(9)})


def test_a_patch_that_needs_another_is_safe_with_it() -> None:
    def rule(which: frozenset[str]) -> Said:
        alone = name(1) in which and name(14) not in which
        return Breaks(("test_x",), "AssertionError") if alone or name(6) in which else Passes()

    found = World(rule).find(16)

    assert not_safe(found) == {name(6): Verdict.BREAKS}


def test_two_that_need_each_other_are_safe_together() -> None:
    def rule(which: frozenset[str]) -> Said:
        apart = len(which & {name(1), name(14)}) == 1
        return Breaks(("test_x",), "AssertionError") if apart or name(6) in which else Passes()

    found = World(rule).find(16)

    assert not_safe(found) == {name(6): Verdict.BREAKS}


@pytest.mark.parametrize(
    ("by", "verdict"),
    [("setuptools", Verdict.BLOCKED_BY), (name(5), Verdict.NEEDS_WITH), ("", Verdict.ERROR)],
    ids=["by-a-pin", "by-a-patch-that-breaks", "for-no-reason-that-is-known"],
)
def test_what_can_not_be_installed_blocks_nobody_else(by: str, verdict: Verdict) -> None:
    def rule(which: frozenset[str]) -> Said:
        if name(2) in which:
            return Blocked("it requires more", (name(2),), (by,) if by else ())
        return breaking(name(5))(which)

    world = World(rule)
    found = world.find(16)

    assert not_safe(found) == {name(2): verdict, name(5): Verdict.BREAKS}
    assert found.ruled[patches(16)[2]].output == "it requires more"
    assert found.runs <= 9


def test_a_blocked_patch_goes_in_with_the_patch_that_it_waits_for() -> None:
    def rule(which: frozenset[str]) -> Said:
        if name(0) in which and name(15) not in which:
            return Blocked("it requires dist15>=2", (name(0),), (name(15),))
        if name(15) in which and name(0) not in which:
            return Breaks(("test_old",), "AssertionError")
        return breaking(name(7))(which)

    found = World(rule).find(16)

    assert not_safe(found) == {name(7): Verdict.BREAKS}
    assert found.ruled[patches(16)[0]].others == (name(15),)


def test_a_set_that_gives_no_answer_is_never_safe() -> None:
    def rule(which: frozenset[str]) -> Said:
        return NoAnswer("timed out", "...") if name(4) in which else Passes()

    found = World(rule).find(8)

    assert not_safe(found) == {name(4): Verdict.ERROR}


def test_without_budget_the_rest_is_untested() -> None:
    found = World(breaking(name(3))).find(16, max_runs=3)

    assert found.runs <= 3
    assert Verdict.UNTESTED in verdicts(found).values()
    assert all(verdict is not Verdict.SAFE or one in {p.name for p in found.safe} for one, verdict in verdicts(found).items())


def test_a_set_that_fails_its_last_trial_is_not_safe() -> None:
    answers: Iterator[Said] = iter([Passes(), Breaks(("test_moody",), "AssertionError")])
    found = bisect(patches(4), lambda sets: [next(answers) for _ in sets], PLENTY)

    assert found.safe == ()
    assert set(verdicts(found).values()) == {Verdict.FLAKY}


def test_nothing_to_test_runs_nothing() -> None:
    world = World(breaking())

    assert world.find(0) == Found((), {}, 0)
    assert world.tried == []


@given(st.integers(1, 12), st.sets(st.integers(0, 11)), st.integers(1, 3), st.booleans())
def test_independent_culprits_are_found_exactly(number: int, guilty: set[int], workers: int, hints: bool) -> None:
    names = {name(n) for n in guilty if n < number}
    world = World(breaking(*names, hints=hints))
    found = world.find(number, workers=workers)

    assert {one for one, verdict in verdicts(found).items() if verdict is Verdict.BREAKS} == names
    assert {patch.name for patch in found.safe} == {name(n) for n in range(number)} - names
    assert found.runs == len(world.tried)


@given(st.data())
def test_whatever_the_tests_say_only_a_verified_set_is_safe(data: st.DataObject) -> None:
    """Arbitrary, even contradictory answers: the last set tried is the safe set, it passed, and the budget holds."""
    number, budget = data.draw(st.integers(0, 7)), data.draw(st.integers(1, 25))
    tried: list[tuple[tuple[Patch, ...], Said]] = []

    def attempt(sets: Sequence[tuple[Patch, ...]]) -> list[Said]:
        for one in sets:
            names = st.sampled_from([patch.name for patch in one])
            blocked = st.builds(lambda who, by: Blocked("no", who, by), st.sets(names, max_size=2).map(tuple), st.just(("pip",)))
            answers: list[st.SearchStrategy[Said]] = [
                st.just(Passes()),
                st.builds(Breaks, st.just(("t",)), names),
                st.just(NoAnswer("none", "")),
                blocked,
            ]
            tried.append((one, data.draw(st.one_of(*answers))))
        return [said for _, said in tried[-len(sets) :]]

    found = bisect(patches(number), attempt, budget, data.draw(st.integers(1, 3)))

    assert set(found.ruled) == set(patches(number))
    assert {p for p, ruled in found.ruled.items() if ruled.verdict is Verdict.SAFE} == set(found.safe)
    assert not found.safe or tried[-1] == (found.safe, Passes())
    assert found.runs <= budget


def test_two_flaky_tests_hide_no_culprit_and_accuse_nobody() -> None:
    """16 patches, one culprit, two tests that fail one time in five, 500 seeds: at least 98 % right."""
    tests = frozenset({"steady", "moody-1", "moody-2", *(f"t{n}" for n in range(20))})

    def right(seed: int) -> bool:
        chance = random.Random(seed)
        guilty = name(chance.randrange(16))

        def once(which: frozenset[str], only: Sequence[str]) -> TestRun:
            failed = {one for one in ("moody-1", "moody-2") if chance.random() < 0.2} | ({"steady"} if guilty in which else set())
            asked = frozenset(only) or tests
            return TestRun(asked - failed, asked & failed, frozenset(), "", 0.0, "")

        baseline = [once(frozenset(), ()) for _ in range(2)]
        stable = baseline[0].passed & baseline[1].passed
        yardstick = Oracle(stable, tests, ())
        known: set[str] = set()

        def rule(which: frozenset[str]) -> Said:
            judgement = judge(once(which, ()), yardstick, lambda only: once(which, only), 2, frozenset(known))
            known.update(judgement.flaky)
            return judgement.said

        return not_safe(World(rule).find(16)) == {guilty: Verdict.BREAKS}

    assert sum(right(seed) for seed in range(500)) >= 490

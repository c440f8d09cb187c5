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
from secure_release.pipeline.clones.suspects import accused
from secure_release.pipeline.patching import Kind, Member, Patch, TestRun, Verdict
from tests.soak import times

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


def alike(*culprits: str) -> Rule:
    """All culprits break the same test: no run tells one from another."""
    return lambda which: Breaks(("test_all",), "AssertionError") if which & set(culprits) else Passes()


def named(*culprits: str) -> Rule:
    return breaking(*culprits, hints=True)


def runs(number: int, culprits: int, rule: Callable[..., Rule]) -> list[int]:
    """What it takes to find culprits drawn at random, exactly those."""
    taken = []
    for seed in range(times(100, 1000)):
        guilty = {name(n) for n in random.Random(seed).sample(range(number), culprits)}
        found = World(rule(*guilty)).find(number)
        assert not_safe(found) == dict.fromkeys(guilty, Verdict.BREAKS)
        taken.append(found.runs)
    return taken


@pytest.mark.soak
@pytest.mark.parametrize(
    ("number", "culprits", "rule", "average", "most"),
    [
        (16, 0, breaking, 2, 2), (16, 1, breaking, 7, 7), (16, 2, breaking, 9, 9), (30, 1, breaking, 8, 8), (30, 2, breaking, 10, 10),
        (16, 1, named, 3, 3), (16, 2, named, 5, 5), (30, 2, named, 5, 5), (16, 1, alike, 7, 7), (16, 2, alike, 12.5, 13),
        (30, 1, alike, 8, 8), (30, 2, alike, 14.5, 16), (1, 1, alike, 1, 1), (2, 1, alike, 4, 4),
    ],
    ids=[
        "all-safe", "one-of-16", "two-of-16", "one-of-30", "two-of-30", "one-of-16-named", "two-of-16-named", "two-of-30-named",
        "one-of-16-alike", "two-of-16-alike", "one-of-30-alike", "two-of-30-alike", "the-only-one", "one-of-two",
    ],
)  # fmt: skip
def test_few_runs_find_the_culprits(number: int, culprits: int, rule: Callable[..., Rule], average: float, most: int) -> None:
    taken = runs(number, culprits, rule)

    assert mean(taken) <= average
    assert max(taken) <= most


@pytest.mark.soak
def test_three_culprits_cost_less_than_one_by_one() -> None:
    assert mean(runs(30, 3, alike)) <= 24
    assert mean(runs(30, 3, breaking)) <= 12


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


@pytest.mark.parametrize(("first", "second"), [(0, 1), (0, 15), (7, 8), (3, 12)])
def test_a_pair_that_breaks_together_costs_no_more_than_a_culprit(first: int, second: int) -> None:
    pair = {name(first), name(second)}
    found = World(lambda which: Breaks(("test_pair",), "AssertionError") if pair <= which else Passes()).find(16)

    assert len(found.safe) == 15
    assert not pair <= {patch.name for patch in found.safe}
    assert found.runs <= 7


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


def deb(name: str, *services: str) -> Patch:
    members = tuple(Member(service, f"lib{name}3:amd64", "3.0-1", "3.0-2") for service in services)
    return Patch(Kind.DEB, name, "3.0-1", "3.0-2", (), (), members, "Debian-Security")


def dist(name: str, installed: str, *services: str) -> Patch:
    members = tuple(Member(service, name, installed, "3.0-2") for service in services)
    return Patch(Kind.PYTHON, name, installed, "3.0-2", (), (), members, "")


NAMESAKES = (deb("openssl", "web"), dist("openssl", "1.0", "web"), dist("openssl", "1.1", "worker"), dist("ham", "1.0", "web"))


@pytest.mark.parametrize("guilty", NAMESAKES, ids=["deb", "python", "python-elsewhere", "another"])
@pytest.mark.parametrize("hints", [True, False], ids=["named", "not-named"])
def test_namesakes_are_told_apart(guilty: Patch, hints: bool) -> None:
    def attempt(sets: Sequence[tuple[Patch, ...]]) -> list[Said]:
        said = Breaks(("test_a",), f"in {guilty.name}/x.py" if hints else "")
        return [said if guilty in one else Passes() for one in sets]

    found = bisect(NAMESAKES, attempt, PLENTY)

    assert set(found.safe) == set(NAMESAKES) - {guilty}
    assert found.ruled[guilty].verdict is Verdict.BREAKS


@pytest.mark.parametrize("blocked", NAMESAKES, ids=["deb", "python", "python-elsewhere", "another"])
def test_only_the_blocked_one_of_namesakes_is_blocked(blocked: Patch) -> None:
    def attempt(sets: Sequence[tuple[Patch, ...]]) -> list[Said]:
        return [Blocked("no", (blocked.id,), ("pip",)) if blocked in one else Passes() for one in sets]

    found = bisect(NAMESAKES, attempt, PLENTY)

    assert set(found.safe) == set(NAMESAKES) - {blocked}
    assert (found.ruled[blocked].verdict, found.ruled[blocked].others) == (Verdict.BLOCKED_BY, ("pip",))


def test_a_blocked_patch_waits_for_the_namesake_of_its_own_kind_and_service() -> None:
    """ham in web requires the distribution openssl there, which breaks; neither the deb nor the other service's is meant."""
    system, here, elsewhere, ham = NAMESAKES

    def attempt(sets: Sequence[tuple[Patch, ...]]) -> list[Said]:
        def rule(one: tuple[Patch, ...]) -> Said:
            if ham in one and here not in one:
                return Blocked("ham requires openssl>=3", (ham.id,), ("openssl",))
            return Breaks(("test_a",), "") if here in one else Passes()

        return [rule(one) for one in sets]

    found = bisect(NAMESAKES, attempt, PLENTY)

    assert set(found.safe) == {system, elsewhere}
    assert found.ruled[ham].verdict is Verdict.NEEDS_WITH
    assert found.ruled[ham].others == (f"python {here.id}",)


def test_a_pair_of_namesakes_is_named_by_more_than_the_name() -> None:
    system, here, *_ = NAMESAKES

    def attempt(sets: Sequence[tuple[Patch, ...]]) -> list[Said]:
        return [Breaks(("t",), "openssl") if {system, here} <= set(one) else Passes() for one in sets]

    found = bisect(NAMESAKES, attempt, PLENTY)
    [(culprit, ruled)] = [(p, r) for p, r in found.ruled.items() if r.verdict is not Verdict.SAFE]
    other = here if culprit == system else system

    assert (ruled.verdict, ruled.others) == (Verdict.BREAKS_WITH, (f"{other.kind} {other.id}",))


def test_the_output_may_name_what_is_built_from_a_source_package() -> None:
    assert accused("libopenssl3.so: undefined symbol", [dist("ham", "1.0", "web"), deb("openssl", "web")]) == deb("openssl", "web")


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


@pytest.mark.soak
def test_two_flaky_tests_hide_no_culprit_and_accuse_nobody() -> None:
    """16 patches, one culprit, two tests that fail one time in five: at least 98 % of the seeds right."""
    seeds = times(100, 500)
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

    assert sum(right(seed) for seed in range(seeds)) >= 0.98 * seeds

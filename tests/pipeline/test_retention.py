"""Pruning never breaks the promise of an old enough restore point, whatever history and clock do."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secure_release.pipeline.backups.retention import LINKS, Point, needed, promises
from tests.soak import times

from .vaults import NOW

HOUR, DAY = 3600.0, 86400.0
AGES = (DAY, 7 * DAY)
HISTORIES = times(150, 10_000)


def point(number: int, hours_ago: float, pinned: bool = False) -> Point:
    return Point(str(number), number, NOW - timedelta(hours=hours_ago), pinned, True)


def satisfied(points: list[Point], age: float, now: datetime) -> bool:
    return any(each.drilled and each.at <= now - timedelta(seconds=age) for each in points)


steps = st.lists(
    st.tuples(
        st.floats(0, 30 * HOUR) | st.floats(-3 * DAY, 20 * DAY),  # how far the clock moves until the next release
        st.booleans(),  # whether that release pins its generation
        st.integers(0, 4),  # whether it prunes (0: not)
        st.booleans(),  # whether its generation is drilled
    ),
    min_size=1,
    max_size=80,
)


@settings(max_examples=HISTORIES)
@given(steps, st.integers(1, 5), st.lists(st.sampled_from([HOUR, DAY, 7 * DAY, 30 * DAY]), min_size=1, max_size=3, unique=True))
def test_no_prune_breaks_a_promise_in_any_history(history: list[tuple[float, bool, int, bool]], last: int, ages: list[float]) -> None:
    """If a restore point satisfies an age before a prune, one does after it, and so at every later time."""
    now, newest, points = NOW, NOW, list[Point]()
    kept_promises: dict[float, datetime] = {}
    for number, (seconds, pinned, prunes, drilled) in enumerate(history):
        now += timedelta(seconds=seconds)
        points.append(Point(str(number), number, now, pinned, drilled))
        if now >= newest and prunes:  # the vault prunes only then
            before = list(points)
            keep = needed(points, last, ages, now)
            points = [each for each in points if each.id in keep]
            assert {each.id for each in before if each.pinned} <= keep
            assert {each.id for each in before[-last:]} <= keep
            assert {each.id for each in [one for one in before if one.drilled][-1:]} <= keep
            for age in ages:
                if satisfied(before, age, now):
                    kept_promises[age] = now
        newest = max(newest, now)
        for age, since in kept_promises.items():
            if now >= since:
                assert satisfied(points, age, now)


@settings(max_examples=HISTORIES)
@given(st.lists(st.floats(60, 3 * DAY), min_size=5, max_size=150), st.integers(1, 4), st.sampled_from([DAY, 7 * DAY]))
def test_the_restore_point_of_an_age_is_hardly_older_than_the_age(gaps: list[float], last: int, age: float) -> None:
    """At most a seventh of the age older, or the longest pause between two releases, whichever is more."""
    now, points, longest = NOW, list[Point](), 0.0
    for number, gap in enumerate(gaps):
        now += timedelta(seconds=gap)
        longest = max(longest, gap) if number else 0.0
        points.append(Point(str(number), number, now, False, True))
        keep = needed(points, last, [age, DAY / 2], now)
        points = [each for each in points if each.id in keep]
        old = [each.at for each in points if each.at <= now - timedelta(seconds=age)]
        if old:
            slack = max(age / LINKS, longest)
            assert now - max(old) <= timedelta(seconds=age + slack + 1)


@pytest.mark.parametrize("every", [HOUR * 4.8, DAY, 7 * DAY], ids=["five a day", "daily", "weekly"])
def test_a_year_of_releases_keeps_few_and_keeps_the_promise(every: float) -> None:
    now, points, most = NOW, list[Point](), 0
    for number in range(int(365 * DAY / every)):
        now += timedelta(seconds=every)
        points.append(Point(str(number), number, now, False, True))
        keep = needed(points, 3, AGES, now)
        points = [each for each in points if each.id in keep]
        most = max(most, len(points))
        if number * every > 15 * DAY:
            assert all(promise.kept_by for promise in promises(points, AGES, now))
    assert most <= 24


def test_a_young_repository_says_from_when_on_the_promise_holds() -> None:
    day, week = promises([point(1, 30), point(2, 2)], AGES, NOW)

    assert (day.kept_by, day.holds_from) == ("1", None)
    assert (week.kept_by, week.holds_from) == ("", NOW - timedelta(hours=30) + timedelta(days=7))


def test_an_empty_repository_promises_nothing() -> None:
    assert [(p.kept_by, p.holds_from) for p in promises([], AGES, NOW)] == [("", None), ("", None)]
    assert needed([], 3, AGES, NOW) == frozenset()


def test_the_newest_by_number_stays_although_its_clock_was_wrong() -> None:
    wrong = Point("9", 9, NOW - timedelta(days=900), False, True)

    assert "9" in needed([point(1, 3), point(2, 2), point(3, 1), wrong], 1, AGES, NOW)

"""Which generations must stay so that there always is one old enough. Pure: no clock, no disk.

Calendar schemes (daily, weekly) break such a promise: the newest of a day replaces the one that was about to grow old.
Here every required age keeps a chain: the youngest generation that is already that old, then up to the present one every
seventh of the age. So when the one at the end of the chain is needed no more, the next is at most a seventh younger.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..keeping import Promise

LINKS = 7  # so many steps a chain: the point for 7 days is at most about 8 days old, with daily releases


@dataclass(frozen=True)
class Point:
    """A generation as far as retention is concerned: complete, and with a place in the order of taking."""

    id: str
    sequence: int
    at: datetime
    pinned: bool
    drilled: bool  # only such a one keeps a promise


def needed(points: Iterable[Point], last: int, ages: Sequence[float], now: datetime) -> frozenset[str]:
    """The ids that must stay: the newest `last` and the newest drilled, all that are pinned, and a chain for every age (seconds)."""
    ordered = sorted(points, key=lambda point: point.sequence)
    keep = {point.id for point in ordered if point.pinned} | {point.id for point in ordered[-last:]}
    drilled = [point for point in ordered if point.drilled]
    keep |= {point.id for point in drilled[-1:]}
    by_time = sorted(drilled, key=lambda point: (point.at, point.sequence))
    for age in ages:
        keep |= {point.id for point in _chain(by_time, age, now)}
    return frozenset(keep)


def promises(points: Iterable[Point], ages: Sequence[float], now: datetime) -> tuple[Promise, ...]:
    """For each age the generation that keeps the promise, or the date from which the oldest one will."""
    by_time = sorted((point for point in points if point.drilled), key=lambda point: (point.at, point.sequence))
    return tuple(_promise(by_time, age, now) for age in ages)


def _chain(by_time: Sequence[Point], age: float, now: datetime) -> list[Point]:
    old = [point for point in by_time if point.at <= now - timedelta(seconds=age)]
    start = len(old) - 1 if old else 0
    step = timedelta(seconds=age / LINKS)
    chain = list(by_time[start : start + 1])
    for index in range(start + 1, len(by_time)):
        last = index + 1 == len(by_time)
        if last or by_time[index + 1].at - chain[-1].at > step:
            chain.append(by_time[index])
    return chain


def _promise(by_time: Sequence[Point], age: float, now: datetime) -> Promise:
    old = [point for point in by_time if point.at <= now - timedelta(seconds=age)]
    if old:
        return Promise(age, old[-1].id, None)
    return Promise(age, "", by_time[0].at + timedelta(seconds=age) if by_time else None)

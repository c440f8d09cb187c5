"""How long a patch test may still take, as a person would say it. Pure but for what it remembers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

LAST_WORDS = 2  # all patches together, and the set that is found once more
# Trials until halving has found one culprit: 7.0 of 16 patches and 8.6 of 30 in simulation, so about 1.6 log2(n) + 1.
PER_HALVING = 1.6


class Pace:
    """Learns from each clone how long the next ones will take. `patches` are to be tried, after so many `baselines`."""

    def __init__(self, patches: int, baselines: int) -> None:
        self._patches = patches
        self._baselines = baselines
        self._seconds: list[float] = []
        self._failed = False

    def ended(self, seconds: float, failed: bool) -> None:
        """One clone was made, tested and removed; whether that showed that not all patches go together."""
        self._seconds.append(seconds)
        self._failed |= failed

    def left(self, most: int) -> str:
        """The time left, when at most so many runs of the tests may follow."""
        tried = len(self._seconds) - self._baselines
        return time_left(self._seconds, likely_trials(self._patches, max(tried, 0), self._failed) + max(-tried, 0), most)


def likely_trials(patches: int, tried: int, failed: bool) -> int:
    """How many trials are probably left, when `tried` have ended and one of them `failed` or none has."""
    total = math.ceil(PER_HALVING * math.log2(max(patches, 2))) + LAST_WORDS if failed else LAST_WORDS
    return max(total - tried, 1)


def time_left(seconds: Sequence[float], likely: int, most: int) -> str:
    """`about 3 min left, at most 12 min`, from how long each clone took so far; "" before the first has ended."""
    if not seconds:
        return ""
    each = median(seconds)
    about = f"about {_span(each * min(likely, most))} left"
    return f"{about}, at most {_span(each * most)}" if most > likely else about


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{max(math.ceil(seconds / 5) * 5, 5)} s"
    return f"{math.ceil(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"

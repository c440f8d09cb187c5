"""How long a patch test may still take, as a person would say it. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

LAST_WORDS = 2  # all patches together, and the set that is found once more
# Trials that halving takes until one culprit is found: 7.0 of 16 patches and 8.6 of 30 in simulation, so about 1.6 log2(n) + 1.
PER_HALVING = 1.6


def likely_trials(patches: int, tried: int, failed: bool) -> int:
    """How many trials are probably left, when `tried` have ended and one of them `failed` or none has."""
    total = math.ceil(PER_HALVING * math.log2(max(patches, 2))) + LAST_WORDS if failed else LAST_WORDS
    return max(total - tried, 1)


def time_left(seconds: Sequence[float], likely: int, most: int) -> str:
    """`about 3 min left, at most 12 min`, from how long each run took so far; "" before the first has ended."""
    if not seconds:
        return ""
    each = median(seconds)
    about, longest = each * min(likely, most), each * most
    return f"about {_span(about)} left" + (f", at most {_span(longest)}" if most > likely else "")


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{max(math.ceil(seconds / 5) * 5, 5)} s"
    return f"{math.ceil(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"

"""The time left is said as a person would, and grows when the patches turn out not to go together."""

from __future__ import annotations

import pytest

from secure_release.pipeline.stages.pace import Pace, likely_trials, time_left


@pytest.mark.parametrize(
    ("seconds", "likely", "most", "said"),
    [
        ([], 3, 40, ""),
        ([3.0], 2, 38, "about 10 s left, at most 2 min"),
        ([20.0, 22.0, 400.0], 8, 33, "about 3 min left, at most 13 min"),
        ([30.0], 5, 3, "about 2 min left"),
        ([0.01], 1, 2, "about 5 s left, at most 5 s"),
        ([600.0], 8, 40, "about 80 min left, at most 6.7 h"),
    ],
    ids=["nothing-measured", "seconds", "one-slow-run", "the-budget-is-near", "quicker-than-we-say", "hours"],
)
def test_the_time_left_in_words(seconds: list[float], likely: int, most: int, said: str) -> None:
    assert time_left(seconds, likely, most) == said


@pytest.mark.parametrize(
    ("patches", "tried", "failed", "left"),
    [(16, 0, False, 2), (16, 1, False, 1), (16, 1, True, 8), (30, 1, True, 9), (1, 1, True, 3), (16, 20, True, 1)],
    ids=["hopeful", "last-word", "one-of-sixteen", "one-of-thirty", "a-single-one", "longer-than-thought"],
)
def test_the_trials_that_are_probably_left(patches: int, tried: int, failed: bool, left: int) -> None:
    assert likely_trials(patches, tried, failed) == left


def test_the_pace_is_learned_from_each_clone() -> None:
    pace = Pace(16, 2)
    assert pace.left(40) == ""
    pace.ended(60.0, failed=False)
    assert pace.left(39) == "about 3 min left, at most 39 min"  # a baseline, all together, the last word
    pace.ended(60.0, failed=False)
    pace.ended(60.0, failed=True)
    assert pace.left(37) == "about 8 min left, at most 37 min"

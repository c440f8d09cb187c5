"""What the tests may say of a set of upgrades, and what a search finds out about each. Values only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from ..patching import Patch, Verdict

NO_ANSWER = "no answer"  # stands for the failing test where there is no result at all


@dataclass(frozen=True)
class Passes:
    """The tests say what they said before."""


@dataclass(frozen=True)
class Breaks:
    """The same tests fail every time."""

    tests: tuple[str, ...]
    output: str


@dataclass(frozen=True)
class Blocked:
    """The set can't be installed. `who` of it can't, when that is known."""

    reason: str
    who: tuple[str, ...]
    by: tuple[str, ...]


@dataclass(frozen=True)
class NoAnswer:
    """The tests gave no result with this set."""

    why: str
    output: str


Said = Passes | Breaks | Blocked | NoAnswer
# Tries each set in a fresh clone; several sets may be tried side by side. One answer for each, in order.
Try = Callable[[Sequence[tuple[Patch, ...]]], Sequence[Said]]


@dataclass(frozen=True)
class Ruled:
    """What was found about one patch."""

    verdict: Verdict
    others: tuple[str, ...]
    tests: tuple[str, ...]
    output: str


@dataclass(frozen=True)
class Found:
    """The safe set in the given order, a ruling for every patch, and the runs of the tests that it took."""

    safe: tuple[Patch, ...]
    ruled: Mapping[Patch, Ruled]
    runs: int


def failing(said: Passes | Breaks | NoAnswer) -> frozenset[str]:
    """The tests that failed."""
    match said:
        case Passes():
            return frozenset()
        case Breaks(tests, _):
            return frozenset(tests)
        case NoAnswer():
            return frozenset({NO_ANSWER})
        case _ as never:
            assert_never(never)

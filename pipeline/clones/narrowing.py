"""Narrows down which upgrade breaks which test. Pure: a hint, like a name in a traceback; it decides what is tried first.

One run answers for every failing test at once: while the first half of the suspects of one test is tried, so is the first
half of the suspects of another. Two culprits that break different tests are found in the runs that one would take.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..patching import Patch

Cells = Mapping[str, tuple[Patch, ...]]  # failing test to the upgrades that may be why; two cells are equal or have nothing in common


def cells(tests: Iterable[str], suspects: Sequence[Patch]) -> Cells:
    return dict.fromkeys(tests, tuple(suspects))


def parts(known: Cells, number: int) -> list[frozenset[Patch]]:
    """Growing sets to try: the first of so many pieces of every cell, the first two, and so on, without the whole."""
    wholes = {cell for cell in known.values() if len(cell) > 1}
    found = (frozenset(p for cell in wholes for p in cell[: round(len(cell) * n / number)]) for n in range(1, number))
    return [each for each in dict.fromkeys(found) if each and each != frozenset(p for cell in wholes for p in cell)]


def narrowed(known: Cells, tried: frozenset[Patch], failed: frozenset[str]) -> Cells:
    """What is left of each cell after one try. A test whose cell would be empty broke for another reason: it is dropped."""
    left = {
        test: tuple(patch for patch in cell if (patch in tried) == (test in failed)) if tried.intersection(cell) else cell
        for test, cell in known.items()
    }
    return {test: cell for test, cell in left.items() if cell}


def settled(known: Cells) -> bool:
    return all(len(cell) == 1 for cell in known.values())


def named(known: Cells) -> tuple[Patch, ...]:
    """The upgrades that alone are left in a cell."""
    return tuple(dict.fromkeys(cell[0] for cell in known.values() if len(cell) == 1))

"""Which machine looks at what when a scan is shared out: the same answer on every machine of one run. Pure.

It derives only from what all of them see alike: the files of the commit, the configuration, the checks, and the table below,
which belongs to this version. Times that one machine has measured in earlier runs are no input: another has measured others,
would cut otherwise, and a file would be looked at twice or by nobody. Measured times have their place in the configuration
(`scan.costs`), where they are committed, and so alike everywhere.
"""

from __future__ import annotations

import hashlib
import heapq
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from secure_release.checks import Check, SourceFile, is_by_file

from .records import WHOLE, Share
from .release import EXIT_OURS, Entry, ReleaseError

SHARD = "shard"  # the journal's line: which shard this run is asked for
MOST = 100  # shards: beyond it every machine spends its time on starting the tools
STEP = 1_000_000  # costs are whole microseconds, so that no machine rounds otherwise
PER_FILE = 200  # what the smallest file costs


@dataclass(frozen=True)
class Rate:
    """What a check costs: in seconds for the whole release, or in nanoseconds for each byte of Python and of other text."""

    seconds: int
    python: int
    text: int


# Only their ratios matter. On the standard library of Python 3.11 (11 MB) and a busy machine bandit took 35 s, secrets 13 s, and
# semgrep had not finished after 1,200 s; on examples/webshop it takes 9 times as long as bandit, most of it to start.
RATES: Mapping[str, Rate] = {
    "bandit": Rate(0, 600, 0),
    "semgrep": Rate(0, 20_000, 600),
    "secrets": Rate(0, 200, 200),
    "flows": Rate(3, 0, 0),  # 35 s of CPU for a million lines, 0.3 s for the example
    "pip-audit": Rate(6, 0, 0),
    "sbom": Rate(2, 0, 0),
    "workflows": Rate(1, 0, 0),
    "commits": Rate(1, 0, 0),
    "clock": Rate(0, 0, 0),
}
UNKNOWN = Rate(10, 2_000, 2_000)


@dataclass(frozen=True, order=True)
class _Unit:
    """One thing that one machine does: a check with one file, or (path "") a check about the whole release."""

    cost: int  # microseconds
    check: str
    path: str


def asked_for(entries: Sequence[Entry]) -> tuple[int, int]:
    """The shard, and of how many, that a run's journal asks for; (1, 1) when it asks for everything."""
    asked = [entry.data for entry in entries if entry.kind == SHARD]
    return (int(str(asked[-1]["index"])), int(str(asked[-1]["count"]))) if asked else (1, 1)


def shard_of(text: str) -> tuple[int, int]:
    """`2/3`, the second of three. Raises `ReleaseError` (wrong usage)."""
    match = re.fullmatch(r"([1-9]\d{0,3})/([1-9]\d{0,3})", text, re.ASCII)
    index, count = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= index <= count <= MOST:
        raise ReleaseError(f"--shard {text} is no shard.", f"Give I/N, such as 1/2: the first of two; at most {MOST}.", EXIT_OURS)
    return index, count


def shares(
    checks: Sequence[Check], files: Sequence[SourceFile], costs: Mapping[str, float], skip: Sequence[str], count: int
) -> tuple[Share, ...]:
    """What each of `count` machines looks at. Every (check, file) is in exactly one; every whole check is asked by exactly one."""
    if count == 1:
        return (WHOLE,)
    asked = sorted((check for check in checks if check.name not in skip), key=lambda check: check.name)
    bins = _packed([unit for check in asked for unit in _units(check, files, costs)], count)
    owner = {unit.check: index for index, units in bins.items() for unit in units if not unit.path}
    names = [check.name for check in asked if is_by_file(check)]
    given = {index: {name: tuple(sorted(u.path for u in units if u.check == name)) for name in names} for index, units in bins.items()}
    digest = _digest(given, owner)
    return tuple(
        Share(index, count, digest, given[index], {name: at for name, at in owner.items() if at != index}) for index in sorted(bins)
    )


def _packed(units: Iterable[_Unit], count: int) -> dict[int, list[_Unit]]:
    """The dearest first, each to the machine with the least to do (Graham 1969: at most 4/3 of the best possible)."""
    bins: dict[int, list[_Unit]] = {index: [] for index in range(1, count + 1)}
    loads = [(0, index) for index in bins]
    for unit in sorted(units, key=lambda unit: (-unit.cost, unit.check, unit.path)):
        load, index = heapq.heappop(loads)
        bins[index].append(unit)
        heapq.heappush(loads, (load + unit.cost, index))
    return bins


def _units(check: Check, files: Sequence[SourceFile], costs: Mapping[str, float]) -> Iterator[_Unit]:
    rate = RATES.get(check.name, UNKNOWN)
    known = round(costs[check.name] * STEP) if check.name in costs else None
    if not is_by_file(check):
        yield _Unit(rate.seconds * STEP if known is None else known, check.name, "")
        return
    guessed = {file.path: PER_FILE + _bytes_cost(file, rate) for file in files}
    whole = sum(guessed.values())
    for path, cost in guessed.items():
        yield _Unit(cost if known is None else known * cost // whole, check.name, path)


def _bytes_cost(file: SourceFile, rate: Rate) -> int:
    return 0 if file.binary else file.size * (rate.python if file.python else rate.text) // 1000


def _digest(given: Mapping[int, Mapping[str, Sequence[str]]], owner: Mapping[str, int]) -> str:
    text = json.dumps([{str(index): files for index, files in given.items()}, owner], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()

"""A long list of files in pieces that run side by side: as few as keep every core busy to the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from .check import SourceFile
from .result import Broken, Ran

# A command line may hold 2 MB on Linux (a quarter of the 8 MB stack, execve(2)); half of it leaves room for the environment.
ARGV_BYTES = 1_000_000
AHEAD = 2  # each piece is its core's share of this part of what is left, so that what runs last is short
MOST = 8  # times `worth`: a program's memory grows with what it reads, and its time limit is for one piece


@dataclass(frozen=True)
class Piece:
    paths: tuple[str, ...]
    cost: float  # 1.0: what is worth a process of its own


def pieces(files: Sequence[SourceFile], cores: int, worth: int) -> tuple[Piece, ...]:
    """The biggest files first, in pieces that become smaller (guided self-scheduling: Polychronopoulos and Kuck 1987).

    `worth`: bytes of source that are worth starting the program once more. One empty piece for no files, so that the specimen
    is still tried.
    """
    ordered = sorted(files, key=lambda file: (-file.size, file.path))
    return tuple(_cut(ordered, cores, worth)) or (Piece((), 0.0),)


def _cut(files: Sequence[SourceFile], cores: int, worth: int) -> Iterator[Piece]:
    left, size, length = sum(file.size for file in files), 0, 0
    most, paths = _most(left, cores, worth), list[str]()
    for file in files:
        if paths and (size + file.size > most or length + len(file.path.encode()) + 16 > ARGV_BYTES):
            yield Piece(tuple(paths), size / worth)
            left -= size
            most, paths, size, length = _most(left, cores, worth), [], 0, 0
        paths.append(file.path)
        size += file.size
        length += len(file.path.encode()) + 16
    if paths:
        yield Piece(tuple(paths), size / worth)


def _most(left: int, cores: int, worth: int) -> int:
    """Bytes of the next piece."""
    return min(max(left // (AHEAD * cores), worth), MOST * worth) if cores > 1 else MOST * worth


def side_by_side(work: Callable[[int, Piece], Ran | Broken], given: Sequence[Piece], cores: int) -> list[Ran | Broken]:
    """What becomes of each piece, in order."""
    return all_of([partial(work, number, piece) for number, piece in enumerate(given)], cores)


def all_of(runs: Sequence[Callable[[], Ran | Broken]], cores: int) -> list[Ran | Broken]:
    """What each gives, in order. After the first that is broken no other begins: there is no answer any more."""
    broken: list[Broken] = []

    def one(run: Callable[[], Ran | Broken]) -> Ran | Broken:
        if broken:
            return broken[0]
        result = run()
        if isinstance(result, Broken):
            broken.append(result)
        return result

    with ThreadPoolExecutor(max(1, min(cores, len(runs))), thread_name_prefix="piece") as pool:
        return list(pool.map(one, runs))

"""A list of files in pieces: every file once, the biggest first, no piece too large, and no yes when one of them breaks."""

from __future__ import annotations

import itertools
import threading

from hypothesis import given
from hypothesis import strategies as st

from secure_release.checks import Broken, Ran, SourceFile, broken, ran
from secure_release.checks.pieces import ARGV_BYTES, MOST, Piece, pieces, side_by_side

sizes = st.lists(st.integers(0, 5_000_000), max_size=60)


def files(sizes: list[int], name: str = "f") -> tuple[SourceFile, ...]:
    return tuple(SourceFile(f"{name}{n}.py", size, "", False, True, False) for n, size in enumerate(sizes))


@given(sizes, st.integers(1, 64), st.integers(1, 3_000_000))
def test_every_file_is_in_exactly_one_piece_and_the_biggest_come_first(sizes: list[int], cores: int, worth: int) -> None:
    given = files(sizes)
    cut = pieces(given, cores, worth)
    size = {file.path: file.size for file in given}
    ordered = [size[path] for piece in cut for path in piece.paths]

    assert sorted(path for piece in cut for path in piece.paths) == sorted(size)
    assert ordered == sorted(ordered, reverse=True)
    assert len(cut) == 1 or all(piece.paths for piece in cut)
    for piece in cut:
        assert len(piece.paths) == 1 or sum(size[path] for path in piece.paths) <= MOST * worth


@given(st.integers(2, 16), st.integers(1_000, 100_000))
def test_the_last_pieces_are_as_small_as_is_worth_it(cores: int, worth: int) -> None:
    cut = pieces(files([worth // 10] * 2000), cores, worth)

    assert cut[-1].cost <= 1
    assert all(before.cost >= after.cost - 0.11 for before, after in itertools.pairwise(cut))
    assert len(cut) >= cores


def test_little_code_is_one_piece_and_none_is_one_too() -> None:
    assert len(pieces(files([10] * 50), 64, 1000)) == 1
    assert pieces((), 8, 1000) == (Piece((), 0.0),)


def test_no_piece_is_longer_than_a_command_line_may_be() -> None:
    cut = pieces(files([1] * 5000, "x" * 400), 1, 1_000_000)

    assert len(cut) == 3
    assert all(sum(len(path) + 16 for path in piece.paths) <= ARGV_BYTES for piece in cut)


def test_results_stand_in_the_order_of_the_pieces() -> None:
    late = threading.Event()

    def work(number: int, piece: Piece) -> Ran:
        if number == 0:
            late.wait(10)
        elif number == 3:
            late.set()
        return ran((), piece.paths, (), ())

    given = [Piece((str(n),), 1.0) for n in range(4)]
    assert [result.looked_at for result in side_by_side(work, given, 2) if isinstance(result, Ran)] == [(str(n),) for n in range(4)]


def test_after_a_broken_piece_no_other_begins() -> None:
    begun = []

    def work(number: int, piece: Piece) -> Ran | Broken:
        begun.append(number)
        return broken("no answer", "") if number == 1 else ran((), piece.paths, (), ())

    results = side_by_side(work, [Piece((str(n),), 1.0) for n in range(50)], 1)

    assert begun == [0, 1]
    assert [isinstance(result, Broken) for result in results] == [False, *[True] * 49]

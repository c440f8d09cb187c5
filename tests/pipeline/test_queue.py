"""The queue of a scan: never more than there is room for, the dearest first, and an interruption is heard while waiting."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from secure_release.pipeline.adapters import queue
from secure_release.pipeline.adapters.queue import Turns, room
from secure_release.pipeline.release import Interrupted


def waited_for(turns: Turns, count: int) -> None:
    deadline = time.monotonic() + 10
    while len(turns._waiting) < count:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_the_dearest_of_those_who_wait_goes_first_and_equals_as_they_came() -> None:
    turns, went, threads = Turns(1, threading.Event()), list[tuple[float, int]](), []

    def take(cost: float, number: int) -> None:
        with turns.turn(cost):
            went.append((cost, number))

    with turns.turn(1):
        for number, cost in enumerate([1.0, 5.0, float("inf"), 5.0, 0.0]):
            threads.append(threading.Thread(target=take, args=(cost, number)))
            threads[-1].start()
            waited_for(turns, number + 1)
    for thread in threads:
        thread.join(10)

    assert went == [(float("inf"), 2), (5.0, 1), (5.0, 3), (1.0, 0), (0.0, 4)]


@pytest.mark.parametrize("cores", [1, 3])
def test_never_more_at_once_than_there_is_room_for_and_all_of_it_is_used(cores: int) -> None:
    turns, lock, now, most = Turns(cores, threading.Event()), threading.Lock(), [0], [0]

    def work() -> None:
        for _ in range(20):
            with turns.turn(1.0):
                with lock:
                    now[0] += 1
                    most[0] = max(most[0], now[0])
                time.sleep(0.001)
                with lock:
                    now[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert now == [0]
    assert most == [cores]


def test_a_turn_that_ends_badly_is_given_back() -> None:
    turns = Turns(1, threading.Event())
    with pytest.raises(ValueError), turns.turn(1.0):
        raise ValueError
    with turns.turn(1.0):
        pass


def test_who_waits_hears_an_interruption_and_is_in_nobodys_way() -> None:
    halt = threading.Event()
    turns, heard = Turns(1, halt), []

    def wait() -> None:
        try:
            with turns.turn(9.0):
                heard.append("went")
        except Interrupted:
            heard.append("heard")

    thread = threading.Thread(target=wait)
    with turns.turn(1.0):
        thread.start()
        waited_for(turns, 1)
        halt.set()
        thread.join(10)
        halt.clear()
    with turns.turn(1.0):
        pass

    assert heard == ["heard"]


@pytest.mark.parametrize(("gigabytes", "at_most"), [(0, 1), (1, 1), (500, 512)])
def test_little_memory_means_few_at_once(gigabytes: int, at_most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "meminfo"
    told.write_text(f"MemTotal: 1 kB\nMemAvailable:   {gigabytes << 20} kB\n")
    monkeypatch.setattr(queue, "MEMINFO", told)

    assert 1 <= room() <= at_most


def test_where_the_kernel_says_nothing_about_memory_the_cores_decide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MEMINFO", tmp_path / "none")
    assert room() >= 1

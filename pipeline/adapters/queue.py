"""One queue for all that a scan starts: as many programs at a time as the machine has room for, the dearest first."""

from __future__ import annotations

import contextlib
import heapq
import itertools
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..release import Interrupted

MEMORY = 1 << 30  # bytes that one scanner may take: semgrep took 0.8 GB for 18 MB of Python
MEMINFO = Path("/proc/meminfo")
PATIENCE = 0.2  # seconds between two looks at whether the run is halted


def room() -> int:
    """Programs that may run side by side: one for each core of ours, while there is memory for them."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, _memory() // MEMORY))


def _memory() -> int:
    """Bytes that are free to use, as the kernel reckons; plenty where it does not say."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in MEMINFO.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return 1 << 62


@dataclass
class Turns:
    """The `Queue` of one scan. The time that a program waits for its turn is not the program's."""

    cores: int
    halt: threading.Event
    _waiting: list[tuple[float, int]] = field(default_factory=list, init=False)  # a heap: the dearest, then who came first
    _numbers: Iterator[int] = field(default_factory=itertools.count, init=False)
    _running: int = field(default=0, init=False)
    _changed: threading.Condition = field(default_factory=threading.Condition, init=False)

    @contextlib.contextmanager
    def turn(self, cost: float) -> Iterator[None]:
        """Raises `Interrupted` when the run is halted meanwhile."""
        self._wait((-cost, next(self._numbers)))
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def _wait(self, mine: tuple[float, int]) -> None:
        with self._changed:
            heapq.heappush(self._waiting, mine)
            try:
                while self._waiting[0] != mine or self._running >= self.cores:
                    if self.halt.is_set():
                        raise Interrupted("an interruption of the run")
                    self._changed.wait(PATIENCE)
            finally:
                self._waiting.remove(mine)
                heapq.heapify(self._waiting)
                self._changed.notify_all()
            self._running += 1

"""The one progress line of a scan: who is still looking, and how far."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

from ..release import Progress


class Watched:
    """Told by many threads at once."""

    def __init__(self, progress: Progress, names: Sequence[str]) -> None:
        self._progress, self._lock = progress, Lock()
        self._left = dict.fromkeys(names, (0, 1))  # pieces done, of how many
        self._done = 0  # pieces of the checks that have ended
        self._tell()

    def pieces(self, name: str, done: int, of: int) -> None:
        with self._lock:
            self._left[name] = (done, of)
            self._tell()

    def ended(self, name: str) -> None:
        with self._lock:
            self._done += self._left.pop(name)[1]
            self._tell()

    def _tell(self) -> None:
        looking = ", ".join(name if of == 1 else f"{name} {done} of {of}" for name, (done, of) in self._left.items())
        done, of = (self._done + sum(counts) for counts in zip(*self._left.values(), strict=True)) if self._left else (self._done,) * 2
        self._progress.doing(f"scan: {looking}" if looking else "scan", done, of)

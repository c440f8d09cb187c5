"""Measures how fast volumes can be copied, and holds the estimate of a pause against what is allowed before anything is paused."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from secure_release.checks import Tools

from ...release import ReleaseError
from .copying import ENGLISH, FASTER, ROOM, Job, copy_live, tells_of_writes
from .delta import START_SECONDS, Rate, Tree, converging
from .trees import clear, look

SAMPLE_BYTES, SAMPLE_FILES = 32_000_000, 200
SAMPLE_SECONDS = 60.0
SAMPLE = ".secure-release-sample"
# Taken for a volume too small to measure: a slow disk's.
SLOW = Rate(50_000_000, 0.0005, 0.00002)
ROUNDS = 6
MARGIN = 100_000_000  # bytes that stay free on the engine's disk


@dataclass(frozen=True)
class Measured:
    """A job, how large it is, and how fast it can be done."""

    job: Job
    now: Tree
    rate: Rate
    shares: bool  # a copy takes no room: its blocks are the original's

    @property
    def size(self) -> int:
        return sum(min(entry.size, entry.blocks * 512) for entry in self.now.values())

    @property
    def whole(self) -> float:
        """Seconds to copy all of it."""
        return self._beside + self.rate.seconds(self.now.values())

    def left(self) -> float:
        """Seconds to copy what changed since its last live round."""
        now = look(self.job.source)
        return self._beside + self.rate.seconds(now[path] for path in self.job.left(now).files)

    @property
    def _beside(self) -> float:
        """It is looked at twice, to see whether somebody wrote to it meanwhile."""
        return START_SECONDS + 2 * len(self.now) * self.rate.seconds_per_look


def measure(job: Job, tools: Tools) -> Measured:
    """Copies a sample of its files to the place where the copy will be."""
    began = time.monotonic()
    now = look(job.source)
    per_look = (time.monotonic() - began) / len(now)
    if not job.source.is_dir():
        return Measured(job, now, SLOW, False)
    place = job.target / SAMPLE
    place.mkdir()
    try:
        rate, shares = _sampled(job, now, tools, place, max(per_look, SLOW.seconds_per_look / 2))
    finally:
        shutil.rmtree(place)
    return Measured(job, now, rate, shares)


def _sampled(job: Job, now: Tree, tools: Tools, place: Path, per_look: float) -> tuple[Rate, bool]:
    files = sorted((path for path, entry in now.items() if entry.regular), key=lambda path: now[path].size)
    small, large = files[:SAMPLE_FILES], _up_to(files[::-1], now, SAMPLE_BYTES)
    size = sum(now[path].size for path in large)
    per_byte = _timed(job, large, tools, place) / size if size > SAMPLE_BYTES / 4 else 1 / SLOW.bytes_per_second
    per_file = _timed(job, small, tools, place) / len(small) if len(small) == SAMPLE_FILES else SLOW.seconds_per_file
    shares = bool(large) and _copy(job, large[:1], tools, place, "always") == 0
    return Rate(1 / max(per_byte, 1e-12), per_file, per_look), shares


def _up_to(files: Sequence[str], now: Tree, limit: int) -> Sequence[str]:
    """As many as fit, and at least one unless that alone is far too large."""
    chosen: list[str] = []
    size = 0
    for path in files:
        if size + now[path].size <= limit or (not chosen and now[path].size <= 8 * limit):
            chosen.append(path)
            size += now[path].size
    return chosen[:SAMPLE_FILES]


def _timed(job: Job, paths: Sequence[str], tools: Tools, place: Path) -> float:
    began = time.monotonic()
    _copy(job, paths, tools, place, "auto")
    return time.monotonic() - began


def _copy(job: Job, paths: Sequence[str], tools: Tools, place: Path, reflink: str) -> int:
    """A file may vanish meanwhile: it is a sample."""
    clear(place, [one.name for one in place.iterdir()])
    words = ("cp", "--archive", f"--reflink={reflink}", "--parents", "--target-directory", str(place), "--")
    command = (*words, *(f"./{path}" for path in paths))
    return tools.run(command, cwd=job.source, timeout=SAMPLE_SECONDS, env=ENGLISH).code


def refuse_without_room(measured: Sequence[Measured]) -> None:
    """Raises `ReleaseError` when the copies don't fit."""
    needed = sum(one.size for one in measured if not one.shares)
    if measured and needed + MARGIN > (free := shutil.disk_usage(measured[0].job.target.parent).free):
        raise ReleaseError(f"The volumes hold {needed / 1e6:.0f} MB, and {free / 1e6:.0f} MB are free for their copy.", ROOM)


def prepare(measured: Sequence[Measured], beside: float, max_pause: float, over: int, tools: Tools) -> tuple[Job, ...]:
    """The jobs, with what had to be copied live so that the rest fits into `max_pause` together with `beside` seconds.

    Raises `ReleaseError` when it can't be made to fit.
    """
    live = [one for one in measured if one.size > over and _tells(one, tools)]
    rest = sorted((one for one in measured if one not in live), key=lambda one: one.whole)
    # Half of the time is for what changes in those that are copied live, if there are any.
    while rest and beside + sum(one.whole for one in rest) > (max_pause / 2 if live else max_pause):
        largest = rest.pop()
        if not _tells(largest, tools):
            raise _too_long(largest.job.what, largest.whole, max_pause)
        live.append(largest)
    budget = max_pause - beside - sum(one.whole for one in rest)
    done = {one.job.what: _rounds(one, budget / len(live), max_pause, tools) for one in live}
    return tuple(done.get(one.job.what, one.job) for one in measured)


def _tells(one: Measured, tools: Tools) -> bool:
    return one.job.source.is_dir() and tells_of_writes(one.job.source, tools)


def _rounds(one: Measured, budget: float, max_pause: float, tools: Tools) -> Job:
    """Live rounds until what is left fits."""
    left: list[float] = []
    for _ in range(ROUNDS):
        one = Measured(copy_live(one.job, tools), one.now, one.rate, one.shares)
        left.append(one.left())
        if left[-1] <= budget:
            return one.job
        if not converging(left):
            break
    raise _too_long(one.job.what, left[-1], max_pause, f", after {len(left)} rounds of copying while it is written to")


def _too_long(what: str, seconds: float, max_pause: float, more: str = "") -> ReleaseError:
    return ReleaseError(
        f"Copying {what} would hold the source still for about {seconds:.1f} s{more}; `docker.max_pause` is {max_pause:g} s.",
        FASTER,
    )

"""How often and how long the probes are asked: until all are healthy, and then again and again for a while."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .config import Probe, Watch
from .shipping import Probed, Prober

PAUSE = 0.5  # seconds between two rounds while a version comes up
# One miss may be a lost packet or a worker that is being replaced; two in a row, `every` apart, are the application's.
MISSES = 2


@dataclass(frozen=True)
class Patience:
    """Time that passes. Not the wall clock, which may jump."""

    monotonic: Callable[[], float]
    sleep: Callable[[float], None]


REAL = Patience(time.monotonic, time.sleep)


@dataclass(frozen=True)
class Watched:
    """`unhealthy` is every answer that was not healthy; `failed` is the ones that end the release, if any."""

    unhealthy: tuple[Probed, ...]
    failed: tuple[Probed, ...]
    seconds: float
    rounds: int


def ask_until_healthy(prober: Prober, probes: Sequence[Probe], version: str, patience: Patience) -> tuple[Probed, ...]:
    """The last answer to each probe: the first healthy one, or the one that came when its `within` was up."""
    started = patience.monotonic()
    answers: dict[str, Probed] = {}
    waiting = list(probes)
    while waiting:
        for probe in tuple(waiting):
            answers[probe.name] = prober.ask(probe, version)
            if answers[probe.name].healthy or patience.monotonic() - started >= probe.within:
                waiting.remove(probe)
        if waiting:
            patience.sleep(PAUSE)
    return tuple(answers[probe.name] for probe in probes)


def keep_asking(prober: Prober, probes: Sequence[Probe], version: str, watch: Watch, patience: Patience) -> Watched:
    """Two unhealthy answers of one probe in a row fail the watch, whatever their kind. It never ends on a no: a probe
    whose last answer was one is asked once more."""
    started = patience.monotonic()
    unhealthy: list[Probed] = []
    missed = dict.fromkeys((probe.name for probe in probes), 0)
    rounds = 0
    asked = tuple(probes)
    while asked:
        patience.sleep(watch.every)
        rounds += 1
        answers = [prober.ask(probe, version) for probe in asked]
        unhealthy += [answer for answer in answers if not answer.healthy]
        missed |= {answer.name: 0 if answer.healthy else missed[answer.name] + 1 for answer in answers}
        if failed := tuple(answer for answer in answers if missed[answer.name] >= MISSES):
            return Watched(tuple(unhealthy), failed, patience.monotonic() - started, rounds)
        over = patience.monotonic() - started >= watch.for_
        asked = tuple(probe for probe in probes if missed[probe.name] or not over)
    return Watched(tuple(unhealthy), (), patience.monotonic() - started, rounds)

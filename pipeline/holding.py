"""Containers that are held still while they are copied, and how they are let go again, by us or by a watchdog."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from .containers import Engine, EngineError, NotThere

RESUME_SECONDS = 60.0


@dataclass(frozen=True)
class Hold:
    """What is held: all that is needed to let it go, also by another process."""

    stopped: bool  # shut down, not paused
    containers: tuple[str, ...]  # ids, in the order in which they are let go
    resume: tuple[tuple[str, tuple[str, ...]], ...]  # container id and command, after all of them run
    seconds: float  # the longest that they may be held
    note: Path  # written by the watchdog once it had to let them go


class Guarding(Protocol):
    """A watchdog that is there."""

    def begin(self) -> None:
        """From now on its time runs. Call it before the first container is held."""

    def watching(self) -> bool:
        """It is alive and did not have to let anything go."""

    def end(self) -> None:
        """Everything was let go: it is not needed any more. Without this it lets go when we are gone."""


Guard = Callable[[Hold], AbstractContextManager[Guarding]]
"""Starts a watchdog that outlives us; entering returns once it is ready. Raises `EngineError`."""


def wake(engine: Engine, hold: Hold) -> tuple[str, ...]:
    """Let every container go on. What does not is told; one that is gone is gone."""
    problems = []
    for container in hold.containers:
        try:
            (engine.start if hold.stopped else engine.unpause)(container)
        except NotThere:
            continue
        except EngineError as problem:
            problems.append(f"{container[:12]}: {problem}")
    try:
        engine.settle(() if hold.stopped else hold.containers)
    except EngineError as problem:
        problems.append(str(problem))
    return tuple(problems)


def resume(engine: Engine, hold: Hold) -> tuple[str, ...]:
    """Run every command that ends what a hook began; those that fail are told."""
    problems = []
    for container, command in hold.resume:
        try:
            ended = engine.execute(container, command, timeout=RESUME_SECONDS)
        except EngineError as problem:
            problems.append(f"{' '.join(command)}: {problem}")
            continue
        if ended.code != 0 or ended.timed_out:
            problems.append(f"{' '.join(command)} ended with exit {ended.code}: {ended.stderr[-500:].decode(errors='replace')}")
    return tuple(problems)


def as_data(hold: Hold) -> Mapping[str, object]:
    """For a journal, and for the watchdog."""
    told = [[container, list(command)] for container, command in hold.resume]
    return {
        "stopped": hold.stopped, "containers": list(hold.containers), "resume": told,
        "seconds": hold.seconds, "note": str(hold.note),
    }  # fmt: skip


def from_data(raw: Mapping[str, Any]) -> Hold:
    """What `as_data` told. Raises `KeyError`, `TypeError` or `ValueError`."""
    told = tuple((str(container), tuple(str(word) for word in command)) for container, command in raw["resume"])
    return Hold(
        bool(raw["stopped"]), tuple(str(one) for one in raw["containers"]), told, float(raw["seconds"]), Path(raw["note"])
    )

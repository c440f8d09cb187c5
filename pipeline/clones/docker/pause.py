"""Holds the source still while something is done: writers first, databases last; let go in reverse, whatever happens."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ...containers import Engine, EngineError, NotThere
from ...holding import Guard, Guarding, Hold, as_data, resume, wake
from ...patch_config import DockerSection, HookSection
from ...release import ReleaseError
from .source import Project

T = TypeVar("T")
Record = Callable[[str, Mapping[str, object]], object]
LONGER = "Raise `docker.max_pause`, lower `docker.precopy_over`, or run when the machine is less busy."
AGAIN_SECONDS = 0.02
STOP_PATIENCE = 10.0  # seconds until a container that is asked to end is killed: Docker's own default


@dataclass(frozen=True)
class Still:
    """What holding takes. `record` writes to the journal; `note` is the watchdog's, in the clone's own folder."""

    engine: Engine
    config: DockerSection
    guard: Guard
    record: Record
    clone: str
    note: Path


def held(project: Project, still: Still, work: Callable[[], T]) -> tuple[T, float]:
    """What `work` says while every container of the source holds still, and for how many seconds they did.

    Raises `ReleaseError` when they could not be held, did not hold still all the time, or did so for longer than `max_pause`:
    then what `work` made is worth nothing.
    """
    hold = _hold(project, still)
    with still.guard(hold) as watchdog:
        still.record("paused", {"clone": still.clone, **as_data(hold)})
        watchdog.begin()
        began = time.monotonic()
        with _let_go(hold, still, watchdog):
            _hold_still(project, still, watchdog)
            result = _worked(work, still, watchdog)
            _check_still(project, still, watchdog)
        seconds = time.monotonic() - began
        _check_same(project, still)
    if seconds > still.config.max_pause:
        raise ReleaseError(f"The source was held still for {seconds:.2f} s, longer than {still.config.max_pause:g} s.", LONGER)
    return result, seconds


def _worked(work: Callable[[], T], still: Still, watchdog: Guarding) -> T:
    """What goes wrong after the watchdog has let go is told as that."""
    try:
        return work()
    except ReleaseError as problem:
        if not watchdog.watching():
            raise _too_long(still) from problem
        raise


def _hold(project: Project, still: Still) -> Hold:
    resumes = tuple((_container(project, hook), hook.resume) for hook in reversed(_hooks(still)))
    containers = tuple(one.id for one in project.held)
    return Hold(still.config.consistency == "stopped", containers, resumes, still.config.max_pause, still.note)


def _hooks(still: Still) -> tuple[HookSection, ...]:
    return still.config.hooks if still.config.consistency == "hook" else ()


def _container(project: Project, hook: HookSection) -> str:
    for service in project.services:
        if service.name == hook.service:
            return service.container.id
    raise ReleaseError(f"A hook names the service {hook.service}, which the source does not have.", "Mend `docker.hooks`.")


@contextlib.contextmanager
def _let_go(hold: Hold, still: Still, watchdog: Guarding) -> Iterator[None]:
    """What can't be let go here is left to the watchdog, which goes on trying."""
    try:
        yield
    finally:
        problems = wake(still.engine, hold)
        if not problems:
            problems = resume(still.engine, hold)
            still.record("unpaused", {"clone": still.clone, "problems": list(problems)})
            watchdog.end()
        if problems:
            raise ReleaseError(
                f"The source could not be let go whole: {'; '.join(problems)}.",
                "Look at it now: `docker ps`, `docker unpause`, and the resume commands of `docker.hooks`.",
            )


def _hold_still(project: Project, still: Still, watchdog: Guarding) -> None:
    """Writers first, what they write to last: the reverse of the order in which they start."""
    for hook in _hooks(still):
        ended = still.engine.execute(_container(project, hook), hook.hold, timeout=still.config.max_pause)
        if ended.code != 0 or ended.timed_out:
            said = ended.stderr[-500:].decode(errors="replace").strip()
            raise ReleaseError(
                f"The hook `{' '.join(hook.hold)}` in {hook.service} ended with exit {ended.code}: {said}",
                "Mend `docker.hooks`; nothing was cloned.",
            )
    for container in reversed(project.held):
        if still.config.consistency == "stopped":
            still.engine.stop(container.id, STOP_PATIENCE)
        else:
            _paused(container.id, still, watchdog)
        if not watchdog.watching():
            raise _too_long(still)


def _paused(container: str, still: Still, watchdog: Guarding) -> None:
    """Tried again as long as there is time: the kernel can't freeze a process while it waits for its disk, nor the engine a
    container that it has only just started.
    """
    while True:
        try:
            return still.engine.pause(container)
        except EngineError as problem:
            runs = still.engine.states([container]).get(container) == "running"
            if isinstance(problem, NotThere) or not runs or not watchdog.watching():
                raise
            time.sleep(AGAIN_SECONDS)


def _check_still(project: Project, still: Still, watchdog: Guarding) -> None:
    """Nobody let a container go or stopped it meanwhile, not even the watchdog."""
    wanted = "exited" if still.config.consistency == "stopped" else "paused"
    states = still.engine.states([one.id for one in project.held])
    if not watchdog.watching():
        raise _too_long(still)
    for one in project.held:
        if states.get(one.id) != wanted:
            raise _moved(one.name, f"it is {states.get(one.id, 'gone')}")


def _check_same(project: Project, still: Still) -> None:
    """Nobody started one anew. Asked once they go on: of a paused container an engine may not answer."""
    for before in project.held if still.config.consistency != "stopped" else ():
        if still.engine.container(before.id).started != before.started:
            raise _moved(before.name, "it was started anew")


def _moved(name: str, how: str) -> ReleaseError:
    return ReleaseError(
        f"The container {name} did not hold still while it was copied ({how}).",
        "Somebody else let it go or started it anew. Run again when nobody deploys.",
    )


def _too_long(still: Still) -> ReleaseError:
    return ReleaseError(
        f"The source would have been held still for longer than {still.config.max_pause:g} s, so the watchdog let it go.", LONGER
    )

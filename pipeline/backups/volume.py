"""A Docker volume as a source: the containers that use it hold still while it is read and copied, then go on.

Stopped, they have written all that they had to write. Paused, it is as if the power had failed: what a database makes of that
is its own affair, so a raw one is refused.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from ..containers import Container, Engine, EngineError
from ..evidence import write_whole
from ..holding import Guard, Hold, as_data, from_data, wake
from ..keeping import BackupError, Programs
from ..source_config import VolumeSection
from .engine import TreeChanged
from .path import raw_database, staged, write_mark
from .patterns import excluding
from .source import Ask, InFiles, Staged
from .walk import Walk, walk

STOP_SECONDS = 30.0  # until a container that is asked to end is killed
HOLD_SECONDS = 3600.0  # the watchdog lets go after that, and the backup is none
COPY = ("--archive", "--reflink=auto", "--no-target-directory")
ACTIVE = ("running", "paused", "restarting")
LOOK = "Look at it now: `docker ps --all`, and start or unpause what is named."


@dataclass(frozen=True)
class Docker:
    """The engine, connected when it is first asked for, and a watchdog that outlives us."""

    engine: Callable[[], Engine]
    guard: Guard


@dataclass(frozen=True)
class VolumeSource:
    name: str
    volume: str
    stopped: bool  # else paused
    exclude: tuple[str, ...]
    repository: Path
    docker: Docker
    programs: Programs

    @property
    def type(self) -> str:
        return "docker-volume"

    @property
    def place(self) -> str:
        return f"volume {self.volume}"

    @property
    def home(self) -> InFiles:
        return InFiles(self._folder(self._engine()), ())

    @property
    def asks(self) -> tuple[Ask, ...]:
        return ()

    def stage(self, scratch: Path) -> Staged:
        engine = self._engine()
        folder = self._folder(engine)
        copy = scratch / "copy"
        with self._still(engine) as users:
            found = self._read(folder)
            self._refuse_databases(found)
            self._copy(folder, copy)
            changed = found.changed()
        if changed:
            raise TreeChanged(f"{changed}, by somebody who is no container of the engine")
        how = "stopped" if self.stopped else "paused: crash-consistent, as if the power had failed"
        said = f"{len(users)} containers {how}" if users else "no container was using it"
        return staged(self.name, self.place, found, copy, said)

    @contextlib.contextmanager
    def held(self, scratch: Path) -> Iterator[str]:
        """The containers are stopped, whatever the backup did: what they had open must not be swapped under them."""
        engine = self._engine()
        with self._still(engine, stopped=True):
            yield write_mark(self._read(self._folder(engine)))

    def current_mark(self, scratch: Path) -> str:
        """Paused, never stopped: the files are read as they are, and whether a later look finds them so says who wrote since."""
        engine = self._engine()
        with self._still(engine, stopped=False):
            return write_mark(self._read(self._folder(engine)))

    def _read(self, folder: Path) -> Walk:
        return walk(folder, "", excluding(self.exclude))

    def _refuse_databases(self, found: Walk) -> None:
        raw = raw_database(found)
        if raw is not None and not self.stopped:
            raise self._incomplete(
                f"holds {raw.what}: paused, its files can be torn", "Set `consistency: stop`, or back up a dump of it instead."
            )

    def _engine(self) -> Engine:
        with _told():
            engine = self.docker.engine()
            local = engine.server().local
        if not local:
            raise self._incomplete("is on another machine's engine", "Run where the engine is, or take a dump of the data.")
        return engine

    def _folder(self, engine: Engine) -> Path:
        with _told():
            return engine.volume(self.volume).place

    def _users(self, engine: Engine) -> tuple[Container, ...]:
        """The containers that use the volume now."""
        with _told():
            every = engine.containers({}, every=True)
        using = (one for one in every if any(mount.kind == "volume" and mount.source == self.volume for mount in one.mounts))
        return tuple(one for one in using if one.state in ACTIVE)

    @contextlib.contextmanager
    def _still(self, engine: Engine, stopped: bool | None = None) -> Iterator[tuple[Container, ...]]:
        self._let_go_of_what_was_left(engine)
        stop = self.stopped if stopped is None else stopped
        users = tuple(one for one in self._users(engine) if stop or one.state != "paused")
        if not users:
            yield ()
            return
        if stop:
            self._refuse_the_unstoppable(users)
        hold = Hold(stop, tuple(one.id for one in users), (), HOLD_SECONDS, self.repository / f".watchdog-{self.name}")
        with _told(), self.docker.guard(hold) as watchdog:
            write_whole(self._note, json.dumps(as_data(hold)).encode())
            watchdog.begin()
            try:
                for one in users:
                    engine.stop(one.id, STOP_SECONDS) if stop else engine.pause(one.id)
                yield users
                if not watchdog.watching():
                    raise self._incomplete(f"took longer than {HOLD_SECONDS:g} s to read", "Exclude what need not be kept.")
            finally:
                problems = wake(engine, hold)
                if not problems:
                    watchdog.end()
                    self._note.unlink(missing_ok=True)
                if problems:
                    raise self._incomplete(f"was read, but not all containers go on: {'; '.join(problems)}", LOOK)

    def _refuse_the_unstoppable(self, users: tuple[Container, ...]) -> None:
        for one in users:
            host = cast(Mapping[str, object], one.raw.get("HostConfig") or {})
            if host.get("AutoRemove"):
                raise self._incomplete(f"is used by {one.name}, which is removed when it stops", "Start it without `--rm`.")
            if "com.docker.swarm.service.id" in one.labels:
                raise self._incomplete(
                    f"is used by {one.name}, a task of a swarm service: another would be started in its place",
                    "Set `consistency: pause`, or scale the service to 0 for the backup.",
                )

    @property
    def _note(self) -> Path:
        return self.repository / f".held-{self.name}.json"

    def _let_go_of_what_was_left(self, engine: Engine) -> None:
        """A run was killed, and its watchdog with it: what it held goes on now."""
        try:
            hold = from_data(json.loads(self._note.read_bytes()))
        except FileNotFoundError:
            return
        except (ValueError, KeyError, TypeError) as problem:
            raise self._incomplete(f"was held by a run that was killed, and {self._note} can't be read", LOOK) from problem
        problems = wake(engine, hold)
        if problems:
            raise self._incomplete(f"was held by a run that was killed: {'; '.join(problems)}", LOOK)
        self._note.unlink()

    def _copy(self, folder: Path, copy: Path) -> None:
        tool = self.programs.find("cp")
        if tool is None:
            raise BackupError("`cp` is not on this machine.", "Install coreutils.")
        ended = self.programs.run((str(tool), *COPY, str(folder), str(copy)), cwd=copy.parent, timeout=HOLD_SECONDS)
        if ended.code != 0 or ended.timed_out:
            raise self._incomplete(f"could not be copied: {ended.stderr.decode(errors='replace').strip()}", "Make room.")

    def _incomplete(self, why: str, hint: str) -> BackupError:
        return BackupError(f"The source `{self.name}` ({self.place}) {why}.", hint)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """What the engine says becomes what a backup says."""
    try:
        yield
    except EngineError as problem:
        raise BackupError(str(problem), problem.hint) from problem


def volume_source(section: VolumeSection, repository: Path, docker: Docker, programs: Programs) -> VolumeSource:
    stopped = section.consistency == "stop"
    return VolumeSource(section.name, section.volume, stopped, section.exclude, repository, docker, programs)

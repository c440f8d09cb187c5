"""One fork of the frozen base: a container for each service, over its own view of the volumes, in one network."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from secure_release.checks import Tools

from ...containers import Bind, Container, Engine, EngineError, Network, Spec
from .clean import remove_all
from .copying import copy_still, new_job
from .failing import in_a_sentence
from .limits import kept
from .mark import Mark
from .overlay import Sharing, overlay
from .refusals import capabilities
from .snapshot import Frozen, FrozenVolume, slug
from .source import Project, Service

COPY_SECONDS = 3600.0
STEADY_SECONDS = 1.0  # a service without a health check that still runs after this long has started
LOOK_SECONDS = 0.1
STOP_PATIENCE = 10.0
BUSY, BUSY_SECONDS = "resource busy", 30.0
LOG_LINES = 40


class NotStarted(Exception):
    """A service of a clone ended, or did not become healthy. `logs` are its last lines."""

    def __init__(self, service: str, why: str, logs: str) -> None:
        super().__init__(f"{service} {why}")
        self.service, self.why, self.logs = service, why, logs


@dataclass(frozen=True)
class Settings:
    """What a service's container in a fork has instead of the source's own."""

    env: tuple[str, ...]
    dns: tuple[str, ...]
    cap_drop: tuple[str, ...]
    memory: int
    pids: int
    no_new_privileges: bool


@dataclass(frozen=True)
class Fork:
    """The containers, by service, in start order. They are created, and run once they are started."""

    engine: Engine
    mark: Mark
    containers: Mapping[str, str]  # service to container id

    def start(self, service: str, wait: float) -> None:
        """Raises `NotStarted` unless it is healthy within `wait` seconds, or runs on where it has no health check.

        One that runs already is waited for.
        """
        with _started(service):
            self._begin(service)
        self.wait(service, wait)

    def start_all(self, wait: float) -> None:
        for service in self.containers:
            self.start(service, wait)

    def restart(self, service: str, wait: float) -> None:
        with _started(service):
            self.engine.restart(self.containers[service], STOP_PATIENCE)
        self.wait(service, wait)

    def _begin(self, service: str) -> None:
        """A container that has just ended may still hold its view of a volume for a moment."""
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                return self.engine.start(self.containers[service])
            except EngineError as problem:
                if BUSY not in str(problem) or time.monotonic() > deadline:
                    raise
            time.sleep(LOOK_SECONDS)

    def wait(self, service: str, patience: float) -> None:
        began = time.monotonic()
        while True:
            with in_a_sentence(f"{service} of the fork can't be looked at"):
                now = self.engine.container(self.containers[service])
            waited = time.monotonic() - began
            if now.state != "running":
                raise self._not_started(service, f"ended with exit {now.exit_code} after {waited:.0f} s")
            if now.healthy or (now.healthy is None and waited >= STEADY_SECONDS):
                return
            if waited >= patience:
                raise self._not_started(service, f"is not healthy after {patience:.0f} s")
            time.sleep(LOOK_SECONDS)

    def _not_started(self, service: str, why: str) -> NotStarted:
        return NotStarted(service, why, self.engine.logs(self.containers[service], LOG_LINES))

    def destroy(self) -> tuple[str, ...]:
        """Remove everything that carries this fork's mark. What could not be removed, a sentence each."""
        return remove_all(self.engine, self.mark.clone)


@contextlib.contextmanager
def _started(service: str) -> Iterator[None]:
    """A program that the image does not have, or may not run, is the image's fault; everything else is the engine's."""
    with in_a_sentence(f"{service} of the fork could not be started"):
        try:
            yield
        except EngineError as problem:
            if "OCI runtime create failed" not in str(problem):
                raise
            raise NotStarted(service, f"can't be started: {problem}", "") from problem


def fork(
    engine: Engine,
    project: Project,
    frozen: Frozen,
    mark: Mark,
    network: Network,
    images: Mapping[str, str],
    settings: Mapping[str, Settings],
    tools: Tools,
) -> Fork:
    """Made and not started. A service that `images` does not name starts from its frozen image. Raises `ReleaseError`."""
    with in_a_sentence("A fork of the clone could not be made"):
        views = _views(engine, frozen, mark, tools)
        containers = {}
        for service in project.services:
            image = images.get(service.name, frozen.images[service.name])
            spec = _spec(service, image, mark, network, settings[service.name], views)
            containers[service.name] = engine.create(spec)
        return Fork(engine, mark, containers)


def _views(engine: Engine, frozen: Frozen, mark: Mark, tools: Tools) -> Mapping[str, str]:
    """By key of the data: the volume, or the path of a single file, that a container of this fork mounts."""
    if not frozen.volumes:
        return {}
    own = engine.create_volume(mark.name("volume", "own"), mark.labels, {}).place
    return {one.key: _view(engine, one, frozen.sharing, mark, own / str(n), tools) for n, one in enumerate(frozen.volumes)}


def _view(engine: Engine, one: FrozenVolume, how: Sharing, mark: Mark, own: Path, tools: Tools) -> str:
    if one.place.is_file():
        copy_still(new_job(one.key, one.place, own), tools, COPY_SECONDS)
        return str(own)
    if how is Sharing.OVERLAY:
        return overlay(engine, mark, own.name, one.place, own).name
    volume = engine.create_volume(mark.name("volume", f"copy-{own.name}"), mark.labels, {})
    copy_still(new_job(one.key, one.place, volume.place), tools, COPY_SECONDS)
    return volume.name


def _spec(service: Service, image: str, mark: Mark, network: Network, own: Settings, views: Mapping[str, str]) -> Spec:
    source = service.container
    mounts = tuple(Bind(views[use.key], use.target, use.writable, True) for use in service.uses)
    named = service.networked
    return Spec(
        name=mark.name("container", slug(service.name)),
        image=image,
        labels=mark.labels,
        env=own.env,
        entrypoint=source.entrypoint or ("",),
        command=source.command,
        user=source.user,
        working_dir=source.working_dir,
        hostname=source.hostname,
        health=source.health,
        no_health=source.health is None,
        mounts=mounts,
        tmpfs=_tmpfs(source),
        network=network.name if named else "none",
        aliases=service.aliases if named else (),
        dns=own.dns,
        ports=(),
        cap_add=kept(capabilities(source)[0]),
        cap_drop=tuple(dict.fromkeys((*source.cap_drop, *own.cap_drop))),
        no_new_privileges=own.no_new_privileges,
        memory=own.memory,
        pids=own.pids,
        init=_init(source),
        restart="no",
    )


def _tmpfs(source: Container) -> Mapping[str, str]:
    return {**{mount.target: "" for mount in source.mounts if mount.kind == "tmpfs"}, **source.tmpfs}


def _init(source: Container) -> bool:
    host = source.raw.get("HostConfig")
    return bool(host.get("Init")) if isinstance(host, dict) else False

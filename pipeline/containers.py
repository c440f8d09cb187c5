"""The port to a Docker Engine: what clones and deploys ask of it, in values of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from secure_release.checks import Exit

# A label of an image that carries what a patch test found safe: the id of the image that ran, and that it was made from.
SOURCE = "secure-release.source"


class EngineError(Exception):
    """The engine refused, failed or was not there. `hint` says what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class NotThere(EngineError):
    """No object of this name."""


@dataclass(frozen=True)
class Server:
    """The engine that answers."""

    version: tuple[int, ...]  # 20, 10, 24
    root: Path  # where its data lies, on its own machine
    local: bool  # it is reached by a socket file: its paths are ours


@dataclass(frozen=True)
class Mount:
    """One mount of a container: `kind` is volume, bind or tmpfs."""

    kind: str
    source: str  # the volume's name, or the path of a bind
    place: Path  # where its files lie on the engine's machine
    target: str  # in the container
    writable: bool


@dataclass(frozen=True)
class Attached:
    """One network of a container."""

    network: str
    address: str  # "" while it does not run
    address6: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Port:
    """A port of the host that leads to the container."""

    host: str
    port: int
    inner: str  # "80/tcp"


@dataclass(frozen=True)
class Health:
    """The container's own health check, as the engine runs it; times are seconds."""

    test: tuple[str, ...]
    interval: float
    timeout: float
    retries: int
    start_period: float


@dataclass(frozen=True)
class Container:
    """One container as the engine shows it. What only the adapter knows how to read is in `raw`, for refusals and copies."""

    id: str
    name: str
    image: str  # id, `sha256:...`
    image_name: str  # as it was asked for
    labels: Mapping[str, str]
    state: str  # created, running, paused, restarting, exited, dead, removing
    healthy: bool | None  # None: it has no health check
    pid: int  # of its first process, on the engine's machine; 0 while it does not run
    started: str  # the moment, as the engine writes it: changes with every start
    exit_code: int
    env: tuple[str, ...]
    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    user: str
    working_dir: str
    hostname: str
    health: Health | None
    mounts: tuple[Mount, ...]
    networks: tuple[Attached, ...]
    ports: tuple[Port, ...]
    privileged: bool
    host_namespaces: tuple[str, ...]  # of pid, network, ipc, uts: those that it shares with the host or another container
    devices: tuple[str, ...]
    cap_add: tuple[str, ...]
    cap_drop: tuple[str, ...]
    tmpfs: Mapping[str, str]
    size_rw: int  # bytes of its writable layer; -1 when not asked for
    raw: Mapping[str, object]


@dataclass(frozen=True)
class Image:
    """An image by its id."""

    id: str
    tags: tuple[str, ...]
    labels: Mapping[str, str]
    env: tuple[str, ...]
    volumes: tuple[str, ...]  # the folders that it declares
    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    user: str


@dataclass(frozen=True)
class Bind:
    """A mount of a new container: a volume's name or an absolute path of the host, to a path in the container."""

    source: str
    target: str
    writable: bool
    nocopy: bool  # for a new volume: leave it empty, whatever the image holds there


@dataclass(frozen=True)
class Spec:
    """A container to be created."""

    name: str
    image: str
    labels: Mapping[str, str]
    env: tuple[str, ...]  # `NAME=value`; `NAME` alone takes the image's variable away
    entrypoint: tuple[str, ...]  # empty: the image's own
    command: tuple[str, ...]  # empty: the image's own, unless there is an entrypoint
    user: str
    working_dir: str
    hostname: str
    health: Health | None  # None: the image's own
    no_health: bool  # switch the image's own off
    mounts: tuple[Bind, ...]
    tmpfs: Mapping[str, str]
    network: str  # a network's name, or `none`
    aliases: tuple[str, ...]
    dns: tuple[str, ...]
    ports: tuple[Port, ...]
    cap_add: tuple[str, ...]
    cap_drop: tuple[str, ...]
    no_new_privileges: bool
    memory: int  # bytes; 0: no limit
    pids: int  # 0: no limit
    init: bool
    restart: str  # the restart policy: "no", "always", "unless-stopped", "on-failure"


@dataclass(frozen=True)
class Volume:
    name: str
    place: Path  # where its files lie on the engine's machine
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Network:
    id: str
    name: str
    labels: Mapping[str, str]
    internal: bool


@dataclass(frozen=True)
class Objects:
    """Everything that carries some labels."""

    containers: tuple[str, ...]  # ids
    images: tuple[str, ...]
    volumes: tuple[str, ...]  # names
    networks: tuple[str, ...]  # ids


@dataclass(frozen=True)
class Service:
    """A service of a swarm."""

    id: str
    name: str
    version: int  # changes with every change: an update names the one that it means
    spec: Mapping[str, object]  # in the Engine API's own words
    update: str  # updating, paused, completed, rollback_started, rollback_paused, rollback_completed; "" for none
    message: str  # what the swarm says about it


@dataclass(frozen=True)
class Task:
    """One container of a service, as the swarm sees it, on whatever node."""

    service: str  # id
    image: str  # as the service asked for it when the task was made
    state: str  # new, pending, preparing, starting, running, complete, shutdown, failed, rejected...
    wanted: bool  # the swarm wants it to run
    container: str  # id; "" while there is none
    error: str


class Engine(Protocol):
    """A Docker Engine. Every call raises `EngineError`; where one object is named, `NotThere` when there is none."""

    def server(self) -> Server: ...

    def containers(self, labels: Mapping[str, str], every: bool = True) -> tuple[Container, ...]:
        """Those with all of these labels (an empty value matches any), in the order of their names; stopped ones too if `every`."""

    def container(self, name: str, sizes: bool = False) -> Container:
        """By name or id; with `sizes`, `size_rw` is measured."""

    def states(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Id to state of those that are there. It answers for paused containers too, of which `container` may not be asked:
        an engine whose health check began when the pause did looks at nothing else of them until they go on."""

    def create(self, spec: Spec) -> str:
        """The id of a container that has not been started."""

    def start(self, name: str) -> None: ...

    def stop(self, name: str, patience: float) -> None:
        """Ask it to end; after `patience` seconds it is killed."""

    def restart(self, name: str, patience: float) -> None: ...

    def pause(self, name: str) -> None: ...

    def unpause(self, name: str) -> None:
        """Its processes run when this returns. One that is not paused is left as it is."""

    def settle(self, names: Sequence[str]) -> None:
        """After `unpause`, by whole ids: returns when the engine's books say, and go on saying, that they run.

        News of a pause may reach the books after that of its end: for a moment, or for good, which is mended.
        """

    def rename(self, name: str, new: str) -> None: ...

    def remove(self, name: str) -> None:
        """With force, and with its anonymous volumes. One that is gone is gone."""

    def processes(self, name: str) -> tuple[int, ...]:
        """The pids of all its processes, on the engine's machine."""

    def logs(self, name: str, lines: int) -> str:
        """The last lines of both streams."""

    def changes(self, name: str) -> tuple[tuple[str, str], ...]:
        """What differs from its image: `A`, `C` or `D`, and the path."""

    def execute(
        self,
        name: str,
        argv: Sequence[str],
        *,
        timeout: float,
        env: Mapping[str, str] | None = None,
        user: str = "",
        cwd: str = "",
        stdin: bytes = b"",
    ) -> Exit:
        """Run a command in a running container to its end; output is bounded. A program that is not there: code 127."""

    def put(self, name: str, folder: str, archive: bytes) -> None:
        """Unpack a tar into an existing folder of the container."""

    def get(self, name: str, path: str, limit: int) -> bytes | None:
        """A tar of the path, or None when it is not there. Raises `EngineError` above `limit` bytes."""

    def commit(self, name: str, tag: str, labels: Mapping[str, str], changes: Sequence[str]) -> str:
        """An image of its root file system, without pausing it; `changes` are Dockerfile lines. The id."""

    def image(self, name: str) -> Image: ...

    def tag(self, image: str, name: str) -> None:
        """`name` is `repository:tag`."""

    def remove_image(self, name: str) -> None:
        """One that is gone is gone."""

    def create_volume(self, name: str, labels: Mapping[str, str], options: Mapping[str, str]) -> Volume:
        """Of the `local` driver."""

    def volume(self, name: str) -> Volume: ...

    def remove_volume(self, name: str) -> None:
        """One that is gone is gone."""

    def create_network(
        self, name: str, labels: Mapping[str, str], internal: bool, options: Mapping[str, str], subnet: str = ""
    ) -> Network:
        """A bridge, IPv4 only."""

    def network(self, name: str) -> Network: ...

    def remove_network(self, name: str) -> None:
        """One that is gone is gone."""

    def connect(self, network: str, container: str, aliases: Sequence[str]) -> None: ...

    def labelled(self, labels: Mapping[str, str]) -> Objects:
        """Everything with all of these labels; an empty value matches any."""

    def now(self) -> datetime:
        """The engine's clock."""


class Fleet(Protocol):
    """What a rollout asks of an engine: much of `Engine`, and more. Bodies and settings are in the Engine API's own words."""

    def containers(self, labels: Mapping[str, str], every: bool = True) -> tuple[Container, ...]: ...

    def container(self, name: str) -> Container: ...

    def network_modes(self) -> Mapping[str, str]:
        """The name of every container that runs, to its network mode. Asks nothing of a container that is stuck."""

    def create_like(self, name: str, body: Mapping[str, object], more: Mapping[str, Mapping[str, object]]) -> str:
        """The id of a container, not started, of this body of `POST /containers/create`; `more` are the networks that it
        is attached to beyond those of the body, with their endpoints' settings."""

    def start(self, name: str) -> None: ...

    def stop(self, name: str, patience: float) -> None: ...

    def restart(self, name: str, patience: float) -> None: ...

    def unpause(self, name: str) -> None: ...

    def settle(self, names: Sequence[str]) -> None: ...

    def rename(self, name: str, new: str) -> None: ...

    def remove(self, name: str) -> None: ...

    def set_restart(self, name: str, policy: str, retries: int) -> None:
        """Give a container another restart policy."""

    def logs(self, name: str, lines: int) -> str: ...

    def image(self, name: str) -> Image: ...

    def image_settings(self, name: str) -> Mapping[str, object]:
        """All that `GET /images/{name}/json` says."""

    # swarm

    def nodes(self) -> int:
        """How many machines are in the swarm; 0: the engine is in none, or does not manage it."""

    def service(self, name: str) -> Service:
        """By name or id."""

    def update_service(self, id: str, version: int, spec: Mapping[str, object]) -> None:
        """Raises `EngineError` when the service is not at this version any more."""

    def tasks(self, service: str) -> tuple[Task, ...]:
        """Also those that ended, as long as the swarm remembers them; the newest first."""

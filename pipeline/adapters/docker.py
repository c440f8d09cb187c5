"""`Engine` over a real Docker Engine: the only importer of `docker`."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent import futures
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any, TypeVar

from secure_release.checks import Exit

from ..containers import Container, EngineError, Image, Network, NotThere, Objects, Server, Service, Spec, Task, Volume
from . import docker_layer
from . import docker_values as values
from .docker_body import body as body_of
from .docker_stream import talk
from .freezer import Freezer, freezer

T = TypeVar("T")
INSTALL = "Install it: pip install 'secure-release[docker]'."
START = "Start it (systemctl start docker), or name it in DOCKER_HOST; your user must be allowed to talk to it."
SECONDS = 120.0  # the longest that one question to the engine may take; `commit` of a large layer is the slowest
PAUSED_SECONDS = 10.0  # a paused container may not be looked at before it goes on: see `Engine.states`
UNPAUSE_SECONDS = 1.0  # an engine that is not stuck needs 0.03 s, on a loaded machine 0.2
UNPAUSE_ATTEMPTS = 5
STEADY_SECONDS = 0.25  # late news of a pause has come by then, in all of 60 attempts under load
STUCK_SECONDS = 20.0
LOG_BYTES = 200_000
CANNOT_START = 127
NOT_FOUND = (126, 127)


def engine(halt: Event) -> Docker:
    """The engine that DOCKER_HOST names, else the local one. Raises `EngineError`."""
    try:
        import docker  # here, for most calls of the command need no engine
    except ImportError as problem:
        raise EngineError("The Python package `docker` is not installed.", INSTALL) from problem
    with _as_engine_error("the engine"):
        client = docker.DockerClient.from_env(timeout=int(SECONDS))
        client.ping()
    return Docker(client.api, halt)


@dataclass(frozen=True)
class Docker:
    """`Engine`. `api` is docker-py's low-level client; `halt` ends what is under way."""

    api: Any
    halt: Event
    graphs: dict[str, Mapping[str, Any]] = field(default_factory=dict)  # of containers, by their ids

    def server(self) -> Server:
        told = self._ask("the engine", self.api.version)
        info = self._ask("the engine", self.api.info)
        version = tuple(int(part) for part in told["Version"].split("+")[0].split("-")[0].split(".") if part.isdigit())
        return Server(version, Path(info["DockerRootDir"]), self.api.base_url.startswith("http+docker"))

    def now(self) -> datetime:
        said = self._ask("the engine", self.api.info)["SystemTime"]
        return datetime.fromisoformat(said[:19]).replace(tzinfo=UTC) if said.endswith("Z") else datetime.fromisoformat(said)

    # containers

    def containers(self, labels: Mapping[str, str], every: bool = True) -> tuple[Container, ...]:
        listed = self._ask("the containers", lambda: self.api.containers(all=every, filters=_filter(labels)))
        found = []
        for one in listed:
            with contextlib.suppress(NotThere):  # removed between the list and the look
                found.append(self._looked(one["Id"], False, PAUSED_SECONDS if one["State"] == "paused" else SECONDS))
        return tuple(sorted(found, key=lambda each: each.name))

    def container(self, name: str, sizes: bool = False) -> Container:
        return self._looked(name, sizes, SECONDS)

    def _looked(self, name: str, sizes: bool, seconds: float) -> Container:
        def look() -> Any:
            url = self.api._url("/containers/{0}/json", name)
            return self.api._result(self.api._get(url, params={"size": sizes}, timeout=seconds), True)

        return values.container(self._ask(f"container {name}", look))

    def states(self, ids: Sequence[str]) -> Mapping[str, str]:
        listed = self._ask("the containers", lambda: self.api.containers(all=True, filters={"id": list(ids)}))
        return {str(one["Id"]): str(one["State"]) for one in listed if one["Id"] in ids}

    def create(self, spec: Spec) -> str:
        body = body_of(spec)
        made = self._ask(f"container {spec.name}", lambda: self.api.create_container_from_config(body, spec.name))
        return str(made["Id"])

    def start(self, name: str) -> None:
        self._ask(f"container {name}", lambda: self.api.start(name))

    def stop(self, name: str, patience: float) -> None:
        self._ask(f"container {name}", lambda: self.api.stop(name, timeout=int(patience)))

    def restart(self, name: str, patience: float) -> None:
        self._ask(f"container {name}", lambda: self.api.restart(name, timeout=int(patience)))

    def pause(self, name: str) -> None:
        self._ask(f"container {name}", lambda: self.api.pause(name))

    def unpause(self, name: str) -> None:
        """Where the engine itself is stuck, the kernel lets the container go, and then the engine is told (freezer.py)."""
        group = freezer(name) or freezer(self.container(name).id)
        if group is not None and group.starting():
            group.loosen(UNPAUSE_SECONDS)
        try:
            _freed(lambda: self._ask(f"container {name}", lambda: self.api.unpause(name)), group)
        except NotThere:
            raise
        except EngineError:
            if group is not None:
                group.thaw()
            elif self._paused((self.container(name).id,)):
                raise

    def settle(self, names: Sequence[str]) -> None:
        for _ in range(UNPAUSE_ATTEMPTS):
            late = self._paused_for_good(names)
            if not late:
                return
            for name in late:
                group = freezer(name)
                if group is not None:
                    group.freeze()  # the engine lets go only of what is frozen
                with contextlib.suppress(NotThere):
                    self.unpause(name)
        raise EngineError(
            f"The engine still says that {', '.join(one[:12] for one in late)} is paused.",
            "Its processes run. Restart the engine if `docker unpause` fails.",
        )

    def _paused_for_good(self, names: Sequence[str]) -> Sequence[str]:
        """Those that stay paused in the engine's books. What goes on is believed once nothing was paused for a while."""
        deadline = time.monotonic() + UNPAUSE_SECONDS
        steady = time.monotonic() + STEADY_SECONDS
        while time.monotonic() < min(steady, deadline):
            if self._paused(names):
                steady = time.monotonic() + STEADY_SECONDS
            time.sleep(0.02)
        return self._paused(names) if steady > deadline else ()

    def _paused(self, names: Sequence[str]) -> Sequence[str]:
        states = self.states(names)
        return tuple(name for name in names if states.get(name) == "paused")

    def rename(self, name: str, new: str) -> None:
        self._ask(f"container {name}", lambda: self.api.rename(name, new))

    def remove(self, name: str) -> None:
        with contextlib.suppress(NotThere):
            try:
                self._ask(f"container {name}", lambda: self.api.remove_container(name, v=True, force=True))
            except EngineError as problem:
                if "already in progress" not in str(problem):
                    raise

    def processes(self, name: str) -> tuple[int, ...]:
        told = self._ask(f"container {name}", lambda: self.api.top(name, ps_args="-eo pid"))
        return tuple(int(row[0]) for row in told["Processes"] or ())

    def logs(self, name: str, lines: int) -> str:
        raw: bytes = self._ask(f"container {name}", lambda: self.api.logs(name, tail=lines))
        return raw[-LOG_BYTES:].decode("utf-8", "replace")

    def changes(self, name: str) -> tuple[tuple[str, str], ...]:
        with contextlib.suppress(OSError):  # a file that went away meanwhile: the engine's answer takes longer, and is one
            if (seen := docker_layer.changed(self._graph(name))) is not None:
                return seen
        told = self._ask(f"container {name}", lambda: self.api.diff(name)) or ()
        return tuple(("CAD"[int(one["Kind"])], str(one["Path"])) for one in told)

    def _graph(self, name: str) -> Mapping[str, Any]:
        """Where its layers lie: asked once, for while it is paused it may not be asked."""
        if name in self.graphs:
            return self.graphs[name]
        found = self.container(name)
        self.graphs[found.id] = found.raw
        return found.raw

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
        started = time.monotonic()
        what = f"{argv[0]} in container {name}"
        given = {"environment": dict(env or {}), "user": user, "workdir": cwd or None, "stdin": bool(stdin)}
        made = self._ask(what, lambda: self.api.exec_create(name, list(argv), **given))["Id"]
        answer = self._ask(what, lambda: self._start(made))
        with contextlib.closing(answer):
            said = talk(answer, stdin, started + timeout, self.halt)
        told = self._ask(what, lambda: self.api.exec_inspect(made))
        if said.timed_out or said.flooded:
            self._end(told)
        code = told["ExitCode"] if told["ExitCode"] is not None else -int(signal.SIGKILL)
        if code in NOT_FOUND and b"OCI runtime exec failed" in said.stdout:
            return Exit(CANNOT_START, b"", said.stdout, False, False, time.monotonic() - started)
        return Exit(int(code), said.stdout, said.stderr, said.timed_out, said.flooded, time.monotonic() - started)

    def _start(self, made: str) -> Any:
        url = self.api._url("/exec/{0}/start", made)
        headers = {"Connection": "Upgrade", "Upgrade": "tcp"}
        answer = self.api._post_json(url, headers=headers, data={"Tty": False, "Detach": False}, stream=True)
        self.api._raise_for_status(answer)
        return answer

    def _end(self, told: Mapping[str, Any]) -> None:
        """The engine has no way to end what was started in a container; from its own machine, as root, we have."""
        if told.get("Running") and told.get("Pid"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(int(told["Pid"]), signal.SIGKILL)

    def put(self, name: str, folder: str, archive: bytes) -> None:
        self._ask(f"{folder} in container {name}", lambda: self.api.put_archive(name, folder, archive))

    def get(self, name: str, path: str, limit: int) -> bytes | None:
        try:
            chunks, _ = self._ask(f"{path} in container {name}", lambda: self.api.get_archive(name, path))
        except NotThere:
            return None
        content = bytearray()
        for chunk in chunks:
            content += chunk
            if len(content) > limit:
                raise EngineError(f"{path} in container {name} is larger than {limit} bytes.", "Keep it smaller.")
        return bytes(content)

    def network_modes(self) -> Mapping[str, str]:
        listed = self._ask("the containers", self.api.containers)
        return {one["Names"][0].removeprefix("/"): one["HostConfig"].get("NetworkMode", "") for one in listed}

    def create_like(self, name: str, body: Mapping[str, object], more: Mapping[str, Mapping[str, object]]) -> str:
        made = self._ask(f"container {name}", lambda: self.api.create_container_from_config(dict(body), name))["Id"]
        for network, endpoint in more.items():
            attach = {"Container": made, "EndpointConfig": dict(endpoint)}
            self._post(f"network {network}", self.api._url("/networks/{0}/connect", network), attach)
        return str(made)

    def set_restart(self, name: str, policy: str, retries: int) -> None:
        told = {"Name": policy, "MaximumRetryCount": retries}
        self._ask(f"container {name}", lambda: self.api.update_container(name, restart_policy=told))

    # images

    def image_settings(self, name: str) -> Mapping[str, object]:
        told: Mapping[str, object] = self._ask(f"image {name}", lambda: self.api.inspect_image(name))
        return told

    def commit(self, name: str, tag: str, labels: Mapping[str, str], changes: Sequence[str]) -> str:
        repository, _, version = tag.rpartition(":")
        given: dict[str, object] = {"container": name, "repo": repository, "tag": version, "pause": False}
        given |= {"changes": "\n".join(changes)} if changes else {}
        made = self._post(f"container {name}", self.api._url("/commit"), {"Labels": dict(labels)}, given)
        return str(made["Id"])

    def image(self, name: str) -> Image:
        return values.image(self._ask(f"image {name}", lambda: self.api.inspect_image(name)))

    def tag(self, image: str, name: str) -> None:
        repository, _, version = name.rpartition(":")
        self._ask(f"image {image}", lambda: self.api.tag(image, repository, version, force=True))

    def remove_image(self, name: str) -> None:
        with contextlib.suppress(NotThere):
            # Engine 20.10 hangs for good when it prunes a parent that has lost its name: parents are removed by their own.
            self._ask(f"image {name}", lambda: self.api.remove_image(name, force=True, noprune=True))

    # volumes and networks

    def create_volume(self, name: str, labels: Mapping[str, str], options: Mapping[str, str]) -> Volume:
        given = {"driver": "local", "driver_opts": dict(options), "labels": dict(labels)}
        return values.volume(self._ask(f"volume {name}", lambda: self.api.create_volume(name, **given)))

    def volume(self, name: str) -> Volume:
        return values.volume(self._ask(f"volume {name}", lambda: self.api.inspect_volume(name)))

    def remove_volume(self, name: str) -> None:
        with contextlib.suppress(NotThere):
            self._ask(f"volume {name}", lambda: self.api.remove_volume(name, force=True))

    def create_network(
        self, name: str, labels: Mapping[str, str], internal: bool, options: Mapping[str, str], subnet: str = ""
    ) -> Network:
        pool = [{"Subnet": subnet}] if subnet else []
        body = {
            "Name": name, "Driver": "bridge", "Internal": internal, "EnableIPv6": False, "CheckDuplicate": True,
            "Options": dict(options), "Labels": dict(labels), "IPAM": {"Driver": "default", "Config": pool},
        }  # fmt: skip
        self._post(f"network {name}", self.api._url("/networks/create"), body)
        return self.network(name)

    def network(self, name: str) -> Network:
        return values.network(self._ask(f"network {name}", lambda: self.api.inspect_network(name)))

    def remove_network(self, name: str) -> None:
        with contextlib.suppress(NotThere):
            self._ask(f"network {name}", lambda: self.api.remove_network(name))

    def connect(self, network: str, container: str, aliases: Sequence[str]) -> None:
        self._ask(f"network {network}", lambda: self.api.connect_container_to_network(container, network, aliases=list(aliases)))

    # swarm

    def nodes(self) -> int:
        told = self._ask("the swarm", self.api.info)["Swarm"]
        return int(told.get("Nodes") or 0) if told.get("ControlAvailable") else 0

    def service(self, name: str) -> Service:
        return values.service(self._ask(f"service {name}", lambda: self.api.inspect_service(name)))

    def update_service(self, id: str, version: int, spec: Mapping[str, object]) -> None:
        self._post(f"service {id}", self.api._url("/services/{0}/update", id), dict(spec), {"version": version})

    def tasks(self, service: str) -> tuple[Task, ...]:
        listed = self._ask(f"service {service}", lambda: self.api.tasks(filters={"service": service}))
        return tuple(values.task(one) for one in sorted(listed, key=lambda one: str(one["CreatedAt"]), reverse=True))

    def labelled(self, labels: Mapping[str, str]) -> Objects:
        wanted = _filter(labels)
        containers = self._ask("the containers", lambda: self.api.containers(all=True, filters=wanted))
        images = self._ask("the images", lambda: self.api.images(all=False, filters=wanted))
        volumes = self._ask("the volumes", lambda: self.api.volumes(filters=wanted))["Volumes"] or ()
        networks = self._ask("the networks", lambda: self.api.networks(filters=wanted))
        return Objects(_ids(containers), _ids(images), tuple(sorted(one["Name"] for one in volumes)), _ids(networks))

    def _post(self, what: str, url: str, body: Mapping[str, object], params: Mapping[str, object] | None = None) -> Any:
        """What docker-py has no words for, or fewer than the engine. None where the engine answers nothing."""

        def post() -> Any:
            answer = self.api._post_json(url, data=dict(body), params=dict(params or {}))
            self.api._raise_for_status(answer)
            return answer.json() if answer.content else None

        return self._ask(what, post)

    def _ask(self, what: str, question: Callable[[], T]) -> T:
        with _as_engine_error(what):
            return question()


def _freed(question: Callable[[], None], group: Freezer | None) -> None:
    """Ask; an engine that is stuck meanwhile is freed by thawing the container, and says then that it was not paused."""
    if group is None:
        return question()
    pool = futures.ThreadPoolExecutor(1)
    answer = pool.submit(question)
    pool.shutdown(wait=False)
    try:
        return answer.result(UNPAUSE_SECONDS)
    except futures.TimeoutError:
        group.thaw()
    try:
        return answer.result(STUCK_SECONDS)
    except futures.TimeoutError as problem:
        raise EngineError("The engine does not answer.", "Restart it: it is stuck.") from problem


def _filter(labels: Mapping[str, str]) -> dict[str, list[str]]:
    return {"label": [f"{key}={value}" if value else key for key, value in labels.items()]}


def _ids(listed: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(sorted(str(one["Id"]) for one in listed))


@contextlib.contextmanager
def _as_engine_error(what: str) -> Iterator[None]:
    from docker import errors

    try:
        yield
    except errors.NotFound as problem:
        raise NotThere(f"{what}: {_said(problem)}", "Look with `docker ps -a`, `docker images`, `docker volume ls`.") from problem
    except errors.APIError as problem:
        raise EngineError(f"{what}: {_said(problem)}", "Look at the engine's own log for more.") from problem
    except (errors.DockerException, OSError) as problem:
        raise EngineError(f"Docker does not answer ({what}): {problem}", START) from problem
    except (KeyError, TypeError, ValueError) as problem:
        raise EngineError(f"{what}: the engine's answer can't be read: {problem!r}", "Is this a Docker Engine?") from problem


def _said(problem: Any) -> str:
    return str(problem.explanation or problem).strip()

"""An engine in memory, as strict as a real one about names, ports and what is where; it can be cut off before any change."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from secure_release.pipeline.adapters import docker_values
from secure_release.pipeline.containers import Container, EngineError, Image, NotThere, Service, Task


class Cut(BaseException):
    """The process is gone."""


@dataclass
class FakeFleet:
    """`sick` are the images whose containers never become healthy; `forgets` are settings that new containers silently lose;
    `left` changes may be made before the cut; -1: all."""

    images: dict[str, dict[str, Any]] = field(default_factory=dict)  # by id
    names: dict[str, str] = field(default_factory=dict)  # name to id
    boxes: dict[str, dict[str, Any]] = field(default_factory=dict)  # containers by id
    sick: set[str] = field(default_factory=set)
    forgets: set[str] = field(default_factory=set)
    left: int = -1
    changes: int = 0
    fewest: dict[str, int] = field(default_factory=dict)  # service to the least number that ever ran, once they all did
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    # what the tests set up

    def add_image(self, name: str, **config: object) -> str:
        id = f"sha256:{next(self._ids):064x}"
        self.images[id] = {"Id": id, "Created": "", "Config": config, "RootFS": {"Layers": [id]}}
        self.names[name] = id
        return id

    def add(self, name: str, image: str, labels: Mapping[str, str], **host: object) -> str:
        body = {"Image": image, "Labels": dict(labels), "HostConfig": {"NetworkMode": "shop", **host}}
        ends = {"EndpointsConfig": {"shop": {"Aliases": [labels["com.docker.compose.service"]]}}}
        made = self.create_like(name, body | {"NetworkingConfig": ends}, {})
        self.start(made)
        return made

    def watch(self) -> None:
        """From now on: how few of each service run at any time."""
        self.fewest = self._running()

    def shown(self) -> dict[str, tuple[str, str, str, object]]:
        """Name to id, image, state and restart policy."""
        return {
            box["Name"]: (id, box["Image"], box["State"]["Status"], box["HostConfig"].get("RestartPolicy"))
            for id, box in self.boxes.items()
        }

    # the port

    def containers(self, labels: Mapping[str, str], every: bool = True) -> tuple[Container, ...]:
        found = [box for box in self.boxes.values() if every or box["State"]["Status"] == "running"]
        return tuple(sorted((_value(box) for box in found if _carries(box, labels)), key=lambda one: one.name))

    def container(self, name: str) -> Container:
        return _value(self._box(name))

    def network_modes(self) -> Mapping[str, str]:
        return {box["Name"]: box["HostConfig"]["NetworkMode"] for box in self.boxes.values() if _runs(box)}

    def create_like(self, name: str, body: Mapping[str, object], more: Mapping[str, Mapping[str, object]]) -> str:
        self._change()
        self._free(name)
        asked: dict[str, Any] = copy.deepcopy(dict(body))
        host, ends = asked.pop("HostConfig"), asked.pop("NetworkingConfig")["EndpointsConfig"] | dict(more)
        host = {key: value for key, value in host.items() if key not in self.forgets}
        image, id = self.names.get(asked["Image"], asked["Image"]), f"{next(self._ids):064x}"
        config = {**self.images[image]["Config"], **{key: value for key, value in asked.items() if value}}
        config["Labels"] = {**(self.images[image]["Config"].get("Labels") or {}), **asked["Labels"]}
        self.boxes[id] = {
            "Id": id, "Name": name, "Image": image, "Config": config, "HostConfig": host, "Mounts": [], "RestartCount": 0,
            "NetworkSettings": {"Networks": {key: {**end, "NetworkID": key} for key, end in ends.items()}},
            "State": {"Status": "created", "Pid": 0, "StartedAt": "", "ExitCode": 0},
        }  # fmt: skip
        return id

    def start(self, name: str) -> None:
        self._change()
        box = self._box(name)
        taken = {port for other in self.boxes.values() if other is not box and _runs(other) for port in _ports(other)}
        if taken & _ports(box):
            raise EngineError(f"driver failed: port is already allocated: {taken & _ports(box)}", "")
        health = {"Health": {"Status": "unhealthy" if box["Image"] in self.sick else "healthy"}}
        box["State"] |= {"Status": "running", "StartedAt": str(next(self._ids)), **health}
        self._look()

    def stop(self, name: str, patience: float) -> None:
        self._change()
        self._box(name)["State"]["Status"] = "exited"
        self._look()

    def restart(self, name: str, patience: float) -> None:
        self.stop(name, patience)
        self.start(name)

    def unpause(self, name: str) -> None:
        self._box(name)

    def settle(self, names: Sequence[str]) -> None:
        pass

    def rename(self, name: str, new: str) -> None:
        self._change()
        self._free(new)
        self._box(name)["Name"] = new

    def remove(self, name: str) -> None:
        self._change()
        del self.boxes[self._box(name)["Id"]]
        self._look()

    def set_restart(self, name: str, policy: str, retries: int) -> None:
        self._change()
        self._box(name)["HostConfig"]["RestartPolicy"] = {"Name": policy, "MaximumRetryCount": retries}

    def logs(self, name: str, lines: int) -> str:
        return "the last words"

    def image(self, name: str) -> Image:
        return docker_values.image(self._image(name))

    def image_settings(self, name: str) -> Mapping[str, object]:
        return self._image(name)

    # it is in no swarm

    def nodes(self) -> int:
        return 0

    def service(self, name: str) -> Service:
        raise NotThere(f"no such service: {name}", "")

    def update_service(self, id: str, version: int, spec: Mapping[str, object]) -> None:
        raise NotThere(f"no such service: {id}", "")

    def tasks(self, service: str) -> tuple[Task, ...]:
        return ()

    def _image(self, name: str) -> dict[str, Any]:
        id = self.names.get(name, name)
        if id not in self.images:
            raise NotThere(f"no such image: {name}", "")
        return self.images[id]

    def _box(self, name: str) -> dict[str, Any]:
        for id, box in self.boxes.items():
            if name in (id, box["Name"]):
                return box
        raise NotThere(f"no such container: {name}", "")

    def _free(self, name: str) -> None:
        if any(box["Name"] == name for box in self.boxes.values()):
            raise EngineError(f"the name {name} is in use", "")

    def _change(self) -> None:
        if self.left == 0:
            raise Cut
        self.left -= 1
        self.changes += 1

    def _running(self) -> dict[str, int]:
        counted: dict[str, int] = {}
        for box in self.boxes.values():
            service = box["Config"]["Labels"]["com.docker.compose.service"]
            counted[service] = counted.get(service, 0) + _runs(box)
        return counted

    def _look(self) -> None:
        self.fewest = {service: min(least, self._running()[service]) for service, least in self.fewest.items()}


def _value(box: dict[str, Any]) -> Container:
    return docker_values.container(copy.deepcopy(box))


def _carries(box: dict[str, Any], labels: Mapping[str, str]) -> bool:
    has = box["Config"]["Labels"]
    return all(key in has and value in ("", has[key]) for key, value in labels.items())


def _runs(box: dict[str, Any]) -> bool:
    return bool(box["State"]["Status"] == "running")


def _ports(box: dict[str, Any]) -> set[str]:
    bound = box["HostConfig"].get("PortBindings") or {}
    return {one["HostPort"] for each in bound.values() for one in each if one["HostPort"]}

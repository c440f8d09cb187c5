"""A compose project as it stands on an engine: its containers by service, in the order of their dependencies."""

from __future__ import annotations

import graphlib
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..containers import Container, Fleet
from ..shipping import DeployError
from .twin import raw_config, raw_host, raw_networks, settings

PROJECT = "com.docker.compose.project"
SERVICE = "com.docker.compose.service"
ONE_OFF = "com.docker.compose.oneoff"
DEPENDS = "com.docker.compose.depends_on"  # `db:service_healthy:false,cache:service_started:false`
SWARM = "com.docker.swarm.service.id"
BETWEEN = re.compile(r"\.(?P<which>before|after)-[0-9a-f]{12}$")
PRIVATE = ("NetworkMode", "PidMode", "IpcMode")  # what one container may share with another


def living(fleet: Fleet, project: str) -> tuple[Container, ...]:
    """The containers of the services, whatever their state; not those that were run once, nor those on their way in or out."""
    found = fleet.containers({PROJECT: project, SERVICE: ""})
    return tuple(one for one in found if one.labels.get(ONE_OFF) != "True" and BETWEEN.search(one.name) is None)


def standing(containers: Iterable[Container], services: Sequence[str]) -> str:
    """The services and the images that they are made of; "" when there is no container. All services when none is named."""
    counted = Counter((one.labels[SERVICE], one.image) for one in containers if not services or one.labels[SERVICE] in services)
    return ", ".join(f"{service} {count} x {image.removeprefix('sha256:')[:12]}" for (service, image), count in sorted(counted.items()))


def in_order(containers: Sequence[Container]) -> tuple[Container, ...]:
    """What others depend on comes first. Raises `DeployError` for a circle."""
    needs: dict[str, set[str]] = {}
    for one in containers:
        depends = one.labels.get(DEPENDS, "").split(",")
        needs.setdefault(one.labels[SERVICE], set()).update(each.split(":")[0] for each in depends if each)
    try:
        order = list(graphlib.TopologicalSorter({name: sorted(needs[name]) for name in sorted(needs)}).static_order())
    except graphlib.CycleError as problem:
        raise DeployError(f"The services depend on each other in a circle: {problem.args[1]}.", "Mend depends_on.") from problem
    return tuple(sorted(containers, key=lambda one: (order.index(one.labels[SERVICE]), one.name)))


def fingerprint(container: Container) -> str:
    """Changes when somebody changes the container's settings."""
    return hashlib.sha256(json.dumps(settings(container), sort_keys=True, default=str).encode()).hexdigest()


def alone(container: Container) -> bool:
    """Whether a second one beside it would fight with it: for a port, an address, or the files of a volume."""
    host, ends = raw_host(container), raw_networks(container).values()
    return (
        any(port.port for port in container.ports)
        or any(mount.writable and mount.kind != "tmpfs" for mount in container.mounts)
        or host["NetworkMode"] == "host"
        or bool(raw_config(container).get("MacAddress"))
        or any(value for end in ends for value in (end.get("IPAMConfig") or {}).values())
    )


def obstacles(container: Container, project: Sequence[Container], modes: Mapping[str, str]) -> Iterator[str]:
    """Why it can't be replaced, a sentence each. `modes`: of all that runs on the engine, the network modes."""
    host, name = raw_host(container), container.name
    if container.state != "running":
        yield f"{name} is {container.state}, not running"
    if host.get("AutoRemove"):
        yield f"{name} is removed when it stops (--rm): there would be no way back"
    if SWARM in container.labels:
        yield f"{name} belongs to a swarm service: use the driver `swarm`"
    if host.get("Links"):
        yield f"{name} has links of the old kind: put its services on a network of their own"
    mode = str(host["NetworkMode"])
    if mode not in ("none", "host", "default", "bridge") and not mode.startswith("container:"):
        ends = raw_networks(container)
        if not any(mode in (network, end.get("NetworkID")) for network, end in ends.items()):
            yield f"{name} was taken off its own network {mode}"
    sharing = {other.name for other in project if any(_is(reference, container) for reference in _shares(other))}
    sharing |= {other for other, mode in modes.items() if _is(mode.removeprefix("container:"), container)}
    for other in sorted(sharing):
        yield f"{other} shares {name}'s network, processes or volumes, and would be left with those of the old one"


def _shares(container: Container) -> Iterator[str]:
    host = raw_host(container)
    yield from (mode.removeprefix("container:") for key in PRIVATE if (mode := str(host.get(key) or "")).startswith("container:"))
    yield from (str(each).split(":")[0] for each in host.get("VolumesFrom") or ())


def _is(reference: str, container: Container) -> bool:
    return reference == container.name or (len(reference) >= 12 and container.id.startswith(reference))

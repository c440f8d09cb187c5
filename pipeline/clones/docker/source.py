"""What is cloned: the running containers of a compose project, or one container, with the volumes and folders they use."""

from __future__ import annotations

import fnmatch
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ...containers import Container, Engine, NotThere
from ...patch_config import DockerSection
from ...release import ReleaseError
from .failing import in_a_sentence
from .mark import CLONE
from .order import needs, start_order
from .refusals import left_out, outside_writer, refuse, unfit

COMPOSE = "com.docker.compose"


@dataclass(frozen=True)
class Data:
    """A volume of the engine, or a file or folder of the host. `key` tells it from all others of the project."""

    key: str
    place: Path  # on the engine's machine, which is ours


@dataclass(frozen=True)
class Use:
    """Where a service has some data."""

    key: str
    target: str
    writable: bool


@dataclass(frozen=True)
class Service:
    """One service and the container that is cloned for it."""

    name: str
    container: Container
    uses: tuple[Use, ...]
    aliases: tuple[str, ...]  # the names by which the others reach it
    networked: bool  # it is in a network at all


@dataclass(frozen=True)
class Project:
    """The source, as it was looked at once."""

    name: str
    services: tuple[Service, ...]  # in start order
    held: tuple[Container, ...]  # every running container of it, copies of one service too, in start order
    data: tuple[Data, ...]
    left_out: tuple[str, ...]  # what the clones do without, a sentence each
    digest: str  # over the containers, their images and what they mount

    def service(self, name: str) -> Service:
        return next(service for service in self.services if service.name == name)


def read_project(engine: Engine, config: DockerSection) -> Project:
    """Raises `ReleaseError` when there is nothing to clone, or what can't be cloned faithfully and safely."""
    with in_a_sentence("The source can't be looked at"):
        if not engine.server().local:
            raise ReleaseError(
                "The Docker Engine is on another machine: the files of its volumes can't be copied from here.",
                "Run the patch test on the engine's own machine. Remote engines are not supported.",
            )
        groups, ended = _grouped(_found(engine, config))
        for container in (one for group in groups.values() for one in group):
            refuse(container)
        project = _read(engine, config, groups)
        return replace(project, left_out=(*project.left_out, *ended))


def _found(engine: Engine, config: DockerSection) -> tuple[Container, ...]:
    if config.container is not None:
        try:
            return (engine.container(config.container),)
        except NotThere as problem:
            raise ReleaseError(f"There is no container {config.container}.", "`docker ps` lists those that run.") from problem
    labels = {f"{COMPOSE}.project": config.project or ""}
    found = tuple(one for one in engine.containers(labels) if not _aside(one))
    if not found:
        raise ReleaseError(
            f"There is no container of a compose project {config.project}.",
            f"`docker ps --filter label={COMPOSE}.project` lists those there are; the project's name is in that label.",
        )
    return found


def _aside(container: Container) -> bool:
    """A clone of ours, or what `docker compose run` left."""
    ours = CLONE in container.labels and container.name.startswith("secure-release-")
    return ours or container.labels.get(f"{COMPOSE}.oneoff", "").lower() == "true"


def _grouped(found: Sequence[Container]) -> tuple[Mapping[str, Sequence[Container]], tuple[str, ...]]:
    """The containers by service; those that did their work and ended well are named instead."""
    groups: dict[str, list[Container]] = {}
    ended = []
    for one in sorted(found, key=lambda each: (_number(each), each.name)):
        name = one.labels.get(f"{COMPOSE}.service") or one.name
        if len(found) > 1 and one.state == "exited" and one.exit_code == 0:
            ended.append(f"{name}: the container {one.name} has ended (exit 0) and is not cloned.")
        else:
            groups.setdefault(name, []).append(one)
    if not groups:
        raise ReleaseError("Every container of the source has ended.", "Start it, then run again.")
    return groups, tuple(ended)


def _number(container: Container) -> int:
    number = container.labels.get(f"{COMPOSE}.container-number", "")
    return int(number) if number.isdigit() else 0


def _read(engine: Engine, config: DockerSection, groups: Mapping[str, Sequence[Container]]) -> Project:
    firsts = {name: group[0] for name, group in groups.items()}
    held = [one for group in groups.values() for one in group]
    outside = [one for one in engine.containers({}, every=False) if one.id not in {each.id for each in held}]
    said, data, uses = _mounts(firsts, engine.server().root, config.scrub, outside)
    with_data = {name for name, used in uses.items() if any(use.writable for use in used)}
    needed = {name: needs(one.labels.get(f"{COMPOSE}.depends_on", "")) for name, one in firsts.items()}
    order = start_order(needed, with_data)
    services = tuple(_service(name, firsts[name], uses[name]) for name in order)
    scaled = [
        f"{name}: one of its {len(group)} containers is cloned, {group[0].name}."
        for name, group in groups.items()
        if len(group) > 1
    ]
    dropped = [sentence for name in order for sentence in left_out(name, firsts[name])]
    return Project(
        config.project or config.container or "",
        services,
        tuple(one for name in order for one in groups[name]),
        data,
        (*dropped, *said, *scaled),
        _digest(services),
    )


def _mounts(
    firsts: Mapping[str, Container], root: Path, secret: Sequence[str], outside: Sequence[Container]
) -> tuple[list[str], tuple[Data, ...], Mapping[str, tuple[Use, ...]]]:
    """What is left out, what is copied, and who uses it where."""
    said: list[str] = []
    data: dict[str, Data] = {}
    uses: dict[str, tuple[Use, ...]] = {}
    for name, container in firsts.items():
        kept: list[Use] = []
        for mount in container.mounts:
            if mount.kind == "tmpfs":
                continue
            if why := unfit(mount, root) or _secret(mount.target, secret):
                said.append(f"{name}: {mount.target} is left out: {why}.")
                continue
            key = f"{mount.kind}:{mount.source}"
            data[key] = _checked(Data(key, mount.place), container, outside)
            kept.append(Use(key, mount.target, mount.writable))
        uses[name] = tuple(kept)
    return said, tuple(data.values()), uses


def _secret(target: str, globs: Sequence[str]) -> str:
    return "`docker.scrub` names it as secret" if any(fnmatch.fnmatchcase(target, glob) for glob in globs) else ""


def _checked(data: Data, container: Container, outside: Sequence[Container]) -> Data:
    if not data.place.exists():
        raise ReleaseError(
            f"The files of {data.key} ({container.name}) can't be seen at {data.place}.",
            "Run as root on the engine's own machine. Rootless engines and volume drivers that keep files elsewhere are not supported.",
        )
    if writer := outside_writer(data.place, outside):
        raise ReleaseError(
            f"{data.key} is also written to by {writer}, which is not part of the source: a copy of it would not hold together.",
            f"Stop {writer} for the patch test, mount it read-only there, or make it a service of the project.",
        )
    return data


def _service(name: str, container: Container, uses: tuple[Use, ...]) -> Service:
    names = (name, container.name, *(alias for one in container.networks for alias in one.aliases))
    aliases = tuple(dict.fromkeys(alias for alias in names if not container.id.startswith(alias)))
    return Service(name, container, uses, aliases, not all(one.network == "none" for one in container.networks))


def _digest(services: Sequence[Service]) -> str:
    return hashlib.sha256(json.dumps(list(_identity(services))).encode()).hexdigest()


def _identity(services: Sequence[Service]) -> Iterator[object]:
    for service in sorted(services, key=lambda one: one.name):
        yield [
            service.name,
            service.container.id,
            service.container.image,
            sorted(f"{use.target}={use.key}" for use in service.uses),
        ]

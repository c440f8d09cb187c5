"""The settings of a running container, for another one in its place and from another image. Pure; words are the Engine API's."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from ..containers import Container

ROLLOUT = "secure-release.rollout"
REPLACES = "secure-release.replaces"  # the id of the container in whose place it stands
VERSION = "secure-release.version"
OURS = "secure-release."
COMPOSE_IMAGE = "com.docker.compose.image"
SHORT_ID = 12
NO_NETWORK = ("none", "host", "default", "bridge")  # modes whose endpoints have no settings of their own
# What an image says where a container does not, and what says "nothing of the kind" in a container.
SINGLE: Mapping[str, object] = {
    "User": "0", "WorkingDir": "/", "StopSignal": "SIGTERM", "Shell": None, "Healthcheck": {"Test": ["NONE"]},
}  # fmt: skip
KEYED = ("Labels", "ExposedPorts", "Volumes")
NOT_CARRIED = ("Image", "Hostname", "Entrypoint", "Cmd", "Env", "OnBuild", "ArgsEscaped", *KEYED, *SINGLE)
ENDPOINT = ("IPAMConfig", "Links", "DriverOpts", "GwPriority")


@dataclass(frozen=True)
class Twin:
    """What is asked of the engine: the body, and the networks beyond the one that a body may name."""

    body: Mapping[str, Any]
    more: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Stamp:
    """What a container of a rollout says about itself."""

    rollout: str
    version: str


def raw_config(container: Container) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], container.raw["Config"])


def raw_host(container: Container) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], container.raw["HostConfig"])


def raw_networks(container: Container) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], cast(Mapping[str, Any], container.raw["NetworkSettings"])["Networks"] or {})


def twin(old: Container, before: Mapping[str, Any], after: Mapping[str, Any], image: str, stamp: Stamp, inherit: bool) -> Twin:
    """`before` and `after` are what `image_settings` says of the two images; `image` is how the new one is asked for.

    With `inherit`, what the container had from its image it will have from the new image; without, it stays as it is now.
    """
    config, mine, theirs = raw_config(old), before.get("Config") or {}, after.get("Config") or {}
    taken = mine if inherit else {}
    body: dict[str, Any] = {key: value for key, value in config.items() if key not in NOT_CARRIED}
    body |= {key: value for key in SINGLE if (value := _single(key, config, taken, theirs, inherit)) is not None}
    body |= {key: _keyed(config.get(key) or {}, taken.get(key) or {}) for key in KEYED}
    body |= _words(config, mine, inherit)
    body["Env"] = _env(config.get("Env") or (), taken.get("Env") or (), theirs.get("Env") or (), inherit)
    body["Labels"] |= _labels(old, theirs.get("Labels") or {}, str(after["Id"]), stamp)
    body |= {"Image": image, "HostConfig": _host(old)}
    body |= {"Hostname": old.hostname} if _named(old) else {}
    first, more = _networks(old)
    return Twin(body | {"NetworkingConfig": {"EndpointsConfig": first}}, more)


def lost(asked: Twin, made: Container) -> tuple[str, ...]:
    """The settings that the new container has not got as they were asked for."""
    host, config = raw_host(made), raw_config(made)
    own = {key: value for key, value in asked.body.items() if key not in ("Image", "HostConfig", "NetworkingConfig")}
    ends = {**asked.body["NetworkingConfig"]["EndpointsConfig"], **asked.more}
    there = raw_networks(made)
    return (
        *(key for key, value in asked.body["HostConfig"].items() if not _same(value, host.get(key))),
        *(key for key, value in own.items() if not _holds(key, config.get(key), value)),
        *(f"network {name}" for name, end in ends.items() if not _attached(there.get(name), end)),
    )


def settings(container: Container) -> Mapping[str, Any]:
    """All that makes it what it is, without what changes while it runs."""
    mounts = sorted((mount.kind, mount.source, mount.target, mount.writable) for mount in container.mounts)
    networks = {name: _endpoint(container, raw) for name, raw in raw_networks(container).items()}
    return {
        "image": container.image,
        "config": raw_config(container),
        "host": raw_host(container),
        "networks": networks,
        "mounts": mounts,
    }


def _single(key: str, config: Mapping[str, Any], taken: Mapping[str, Any], theirs: Mapping[str, Any], inherit: bool) -> object:
    value = config.get(key)
    if value and value != taken.get(key):
        return value
    return SINGLE[key] if not inherit and not value and theirs.get(key) else None


def _keyed(values: Mapping[str, Any], taken: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key not in taken or taken[key] != value}


def _words(config: Mapping[str, Any], mine: Mapping[str, Any], inherit: bool) -> dict[str, list[str]]:
    """An image's command goes with its entrypoint: who names an entrypoint must name its command too."""
    entry, command = config.get("Entrypoint") or [], config.get("Cmd") or []
    same_command = command == (mine.get("Cmd") or [])
    if inherit and entry == (mine.get("Entrypoint") or []) and (command or same_command):
        return {} if same_command else {"Cmd": command}
    return {"Entrypoint": entry or [""], "Cmd": command}


def _env(values: Sequence[str], taken: Sequence[str], theirs: Sequence[str], inherit: bool) -> list[str]:
    """A name alone takes the image's variable away."""
    known = {value.partition("=")[0] for value in values}
    away = [] if inherit else [name for each in theirs if (name := each.partition("=")[0]) not in known]
    return [*(value for value in values if value not in taken), *away]


def _labels(old: Container, theirs: Mapping[str, str], image: str, stamp: Stamp) -> dict[str, str]:
    """A label that the image has from a clone must not say of a running service that it may be swept away."""
    blank = {key: "" for key in theirs if key.startswith(OURS)}
    compose = {COMPOSE_IMAGE: image} if COMPOSE_IMAGE in old.labels else {}
    return {**blank, **compose, ROLLOUT: stamp.rollout, REPLACES: old.id, VERSION: stamp.version}


def _host(old: Container) -> dict[str, Any]:
    """As it is, but with the volumes that the engine named: else the new container would begin with empty ones."""
    host: dict[str, Any] = copy.deepcopy(dict(raw_host(old)))
    volumes = {mount.target: mount for mount in old.mounts if mount.kind == "volume"}
    for mount in host.get("Mounts") or ():
        if mount.get("Type") == "volume" and not mount.get("Source"):
            mount["Source"] = volumes[mount["Target"]].source
    named = {*(mount["Target"] for mount in host.get("Mounts") or ()), *(bind.split(":")[1] for bind in host.get("Binds") or ())}
    anonymous = [mount for target, mount in volumes.items() if target not in named]
    binds = [f"{mount.source}:{mount.target}:{'rw' if mount.writable else 'ro'},nocopy" for mount in anonymous]
    host["Binds"] = [*(host.get("Binds") or ()), *binds]
    return host | {"ContainerIDFile": ""}


def _named(old: Container) -> bool:
    """Whether somebody chose its host name; else it is the beginning of its own id, or another's."""
    modes = [str(raw_host(old).get(key) or "") for key in ("NetworkMode", "UTSMode")]
    shared = any(mode == "host" or mode.startswith("container:") for mode in modes)
    return bool(old.hostname) and old.hostname != old.id[:SHORT_ID] and not shared


def _networks(old: Container) -> tuple[dict[str, Any], dict[str, Any]]:
    """The network that the body names, and the others: older engines take one at a time."""
    mode = str(raw_host(old)["NetworkMode"])
    if mode in NO_NETWORK or mode.startswith("container:"):
        others = {name: raw for name, raw in raw_networks(old).items() if name not in NO_NETWORK}
        return {}, {name: _endpoint(old, raw) for name, raw in others.items()}
    endpoints = {name: _endpoint(old, raw) for name, raw in raw_networks(old).items()}
    first = {name for name, raw in raw_networks(old).items() if mode in (name, raw.get("NetworkID"))}
    return {name: endpoints.pop(name) for name in first}, endpoints


def _endpoint(old: Container, raw: Mapping[str, Any]) -> dict[str, Any]:
    aliases = [alias for alias in raw.get("Aliases") or () if alias != old.id[:SHORT_ID]]
    return {**{key: raw[key] for key in ENDPOINT if raw.get(key)}, "Aliases": aliases}


def _attached(there: Mapping[str, Any] | None, asked: Mapping[str, Any]) -> bool:
    return there is not None and all(_holds(key, there.get(key), value) for key, value in asked.items())


def _holds(key: str, there: Any, asked: Any) -> bool:
    """Whether what was asked for is there; the new image may bring more keys and variables, the engine more aliases."""
    if key in KEYED:
        return all(name in (there or {}) and _same(value, there[name]) for name, value in asked.items())
    if key in ("Env", "Aliases"):
        return set(asked) <= set(there or ())
    return _same(asked, there)


def _same(one: Any, two: Any) -> bool:
    """Equal but for the many ways in which an engine says nothing."""
    return bool(_plain(one) == _plain(two))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: inner for key, each in value.items() if (inner := _plain(each)) is not None} or None
    if isinstance(value, list):
        return None if value == [""] else [_plain(each) for each in value] or None
    return value or None

"""Reads what a Docker Engine writes into values of ours. Pure; the field names are the Engine API's (v1.41)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..containers import Attached, Container, Health, Image, Mount, Network, Port, Service, Task, Volume

NANO = 1_000_000_000


def container(raw: Mapping[str, Any]) -> Container:
    """From `GET /containers/{id}/json`. Raises `KeyError` or `TypeError` for what is not one."""
    config, host, state = raw["Config"], raw["HostConfig"], raw["State"]
    return Container(
        id=raw["Id"],
        name=raw["Name"].removeprefix("/"),
        image=raw["Image"],
        image_name=config["Image"],
        labels=dict(config.get("Labels") or {}),
        state=state["Status"],
        healthy=_healthy(state),
        pid=int(state["Pid"]),
        started=state["StartedAt"],
        exit_code=int(state["ExitCode"]),
        env=tuple(config.get("Env") or ()),
        entrypoint=_words(config.get("Entrypoint")),
        command=_words(config.get("Cmd")),
        user=config.get("User") or "",
        working_dir=config.get("WorkingDir") or "",
        hostname=config.get("Hostname") or "",
        health=health(config.get("Healthcheck")),
        mounts=tuple(_mount(one) for one in raw.get("Mounts") or ()),
        networks=tuple(_attached(name, one) for name, one in (raw["NetworkSettings"].get("Networks") or {}).items()),
        ports=tuple(ports(host.get("PortBindings"))),
        privileged=bool(host.get("Privileged")),
        host_namespaces=tuple(kind for kind in ("Pid", "Network", "Ipc", "UTS", "Userns") if _shared(host.get(f"{kind}Mode"))),
        devices=tuple(one["PathOnHost"] for one in host.get("Devices") or ()),
        cap_add=tuple(host.get("CapAdd") or ()),
        cap_drop=tuple(host.get("CapDrop") or ()),
        tmpfs=dict(host.get("Tmpfs") or {}),
        size_rw=int(raw.get("SizeRw", -1)),
        raw=raw,
    )


def image(raw: Mapping[str, Any]) -> Image:
    config = raw.get("Config") or {}
    return Image(
        raw["Id"],
        tuple(raw.get("RepoTags") or ()),
        dict(config.get("Labels") or {}),
        tuple(config.get("Env") or ()),
        tuple(config.get("Volumes") or {}),
        tuple(config.get("Entrypoint") or ()),
        tuple(config.get("Cmd") or ()),
        config.get("User") or "",
    )


def volume(raw: Mapping[str, Any]) -> Volume:
    return Volume(raw["Name"], Path(raw["Mountpoint"]), dict(raw.get("Labels") or {}))


def network(raw: Mapping[str, Any]) -> Network:
    return Network(
        raw["Id"],
        raw["Name"],
        dict(raw.get("Labels") or {}),
        bool(raw.get("Internal")),
    )


def service(raw: Mapping[str, Any]) -> Service:
    update = raw.get("UpdateStatus") or {}
    spec = raw["Spec"]
    return Service(raw["ID"], spec["Name"], int(raw["Version"]["Index"]), spec, update.get("State", ""), update.get("Message", ""))


def task(raw: Mapping[str, Any]) -> Task:
    status = raw["Status"]
    container = (status.get("ContainerStatus") or {}).get("ContainerID", "")
    image = raw["Spec"]["ContainerSpec"]["Image"]
    return Task(raw["ServiceID"], image, status["State"], raw["DesiredState"] == "running", container, status.get("Err", ""))


def health(raw: Mapping[str, Any] | None) -> Health | None:
    """None where there is none, or where it is switched off."""
    test = _words((raw or {}).get("Test"))
    if raw is None or not test or test[0] == "NONE":
        return None
    times = (raw.get(key, 0) / NANO for key in ("Interval", "Timeout", "StartPeriod"))
    interval, timeout, start = times
    return Health(test, interval, timeout, int(raw.get("Retries", 0)), start)


def ports(raw: Mapping[str, Any] | None) -> list[Port]:
    found = ((inner, one) for inner, bound in (raw or {}).items() for one in bound or ())
    return [Port(one.get("HostIp") or "", int(one.get("HostPort") or 0), inner) for inner, one in found]


def _healthy(state: Mapping[str, Any]) -> bool | None:
    said = (state.get("Health") or {}).get("Status", "none")
    return None if said == "none" else said == "healthy"


def _mount(raw: Mapping[str, Any]) -> Mount:
    kind = raw["Type"]
    source = raw.get("Name") if kind == "volume" else raw.get("Source")
    return Mount(kind, source or "", Path(raw.get("Source") or "/"), raw["Destination"], bool(raw.get("RW")))


def _attached(name: str, raw: Mapping[str, Any]) -> Attached:
    return Attached(name, raw.get("IPAddress") or "", raw.get("GlobalIPv6Address") or "", tuple(raw.get("Aliases") or ()))


def _shared(mode: str | None) -> bool:
    """`host` and `container:ID` share; the engine's private modes and network names do not."""
    return mode == "host" or (mode or "").startswith("container:")


def _words(raw: object) -> tuple[str, ...]:
    if raw is None:
        return ()
    return (raw,) if isinstance(raw, str) else tuple(str(word) for word in raw)  # type: ignore[attr-defined]

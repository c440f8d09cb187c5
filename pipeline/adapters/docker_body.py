"""A new container in the engine's words: `POST /containers/create`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..containers import Bind, Port, Spec
from .docker_values import NANO


def body(spec: Spec) -> dict[str, Any]:
    host: dict[str, Any] = {
        "Mounts": [_mount(bind) for bind in spec.mounts],
        "Tmpfs": dict(spec.tmpfs),
        "NetworkMode": spec.network,
        "Dns": list(spec.dns),
        "PortBindings": _bindings(spec.ports),
        "CapAdd": list(spec.cap_add),
        "CapDrop": list(spec.cap_drop),
        "SecurityOpt": ["no-new-privileges"] if spec.no_new_privileges else [],
        "Memory": spec.memory,
        "MemorySwap": spec.memory,
        "PidsLimit": spec.pids or None,
        "Init": spec.init,
        "RestartPolicy": {"Name": spec.restart},
    }
    made: dict[str, Any] = {
        "Image": spec.image,
        "Labels": dict(spec.labels),
        "Env": list(spec.env),
        "User": spec.user,
        "WorkingDir": spec.working_dir,
        "Hostname": spec.hostname,
        "ExposedPorts": {port.inner: {} for port in spec.ports},
        "HostConfig": host,
    }
    made |= {"Entrypoint": list(spec.entrypoint)} if spec.entrypoint else {}
    made |= {"Cmd": list(spec.command)} if spec.command else {}
    made |= {"Healthcheck": _health(spec)} if spec.no_health or spec.health is not None else {}
    if spec.network not in ("none", "default", "host"):
        made["NetworkingConfig"] = {"EndpointsConfig": {spec.network: {"Aliases": list(spec.aliases)}}}
    return made


def _mount(bind: Bind) -> dict[str, Any]:
    kind = "bind" if bind.source.startswith("/") else "volume"
    more = {"VolumeOptions": {"NoCopy": True}} if kind == "volume" and bind.nocopy else {}
    return {"Type": kind, "Source": bind.source, "Target": bind.target, "ReadOnly": not bind.writable, **more}


def _bindings(ports: Sequence[Port]) -> dict[str, list[dict[str, str]]]:
    bound: dict[str, list[dict[str, str]]] = {}
    for port in ports:
        bound.setdefault(port.inner, []).append({"HostIp": port.host, "HostPort": str(port.port or "")})
    return bound


def _health(spec: Spec) -> dict[str, Any]:
    if spec.no_health or spec.health is None:
        return {"Test": ["NONE"]}
    one = spec.health
    times = {"Interval": one.interval, "Timeout": one.timeout, "StartPeriod": one.start_period}
    return {"Test": list(one.test), "Retries": one.retries, **{key: int(value * NANO) for key, value in times.items()}}

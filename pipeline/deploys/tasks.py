"""What a service of a swarm is to become: its specification with another image, and one task after the other. Pure."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from .twin import OURS, SINGLE, VERSION, same

NANO = 1_000_000_000
# What an image's settings are called in the specification of a task.
NAMES = {"User": "User", "WorkingDir": "Dir", "StopSignal": "StopSignal", "Healthcheck": "Healthcheck"}


def successor(spec: Mapping[str, Any], reference: str, version: str, monitor: float) -> dict[str, Any]:
    """One task at a time, each watched for `monitor` seconds; the first that fails takes all of it back."""
    new: dict[str, Any] = copy.deepcopy(dict(spec))
    new["TaskTemplate"]["ContainerSpec"]["Image"] = reference
    new["Labels"] = {**(new.get("Labels") or {}), VERSION: version}
    mine: dict[str, Any] = {"Parallelism": 1, "FailureAction": "rollback", "MaxFailureRatio": 0}
    theirs = new.get("UpdateConfig") or {}
    watched = max(int(theirs.get("Monitor") or 0), int(monitor * NANO))
    order = theirs.get("Order") or ("stop-first" if _alone(spec) else "start-first")
    new["UpdateConfig"] = {**theirs, **mine, "Monitor": watched, "Order": order}
    return new


def as_it_was(spec: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What its tasks had from their image (`before`) they go on having, whatever the settings of the other image say."""
    new: dict[str, Any] = copy.deepcopy(dict(spec))
    container, mine, theirs = new["TaskTemplate"]["ContainerSpec"], before.get("Config") or {}, after.get("Config") or {}
    for key, name in NAMES.items():
        value = container.get(name) or mine.get(key) or (SINGLE[key] if theirs.get(key) else None)
        container |= {name: value} if value else {}
    if not container.get("Command"):
        container["Args"] = container.get("Args") or mine.get("Cmd") or []
        container["Command"] = mine.get("Entrypoint") or [""]
    own = container.get("Env") or []
    known = {each.partition("=")[0] for each in own}
    kept = [each for each in mine.get("Env") or () if each.partition("=")[0] not in known]
    known |= {each.partition("=")[0] for each in kept}
    away = [name for each in theirs.get("Env") or () if (name := each.partition("=")[0]) not in known]
    blank = {key: "" for key in theirs.get("Labels") or {} if key.startswith(OURS)}
    container |= {"Env": [*own, *kept, *away], "Labels": {**(container.get("Labels") or {}), **blank}}
    return new


def image_of(spec: Mapping[str, Any]) -> str:
    return str(spec["TaskTemplate"]["ContainerSpec"]["Image"])


def replicas(spec: Mapping[str, Any]) -> int | None:
    """None: one on every node."""
    told = spec["Mode"].get("Replicated")
    return None if told is None else int(told.get("Replicas") or 0)


def alike(one: Mapping[str, Any], two: Mapping[str, Any]) -> bool:
    """The same specification, however often its tasks were started anew."""
    return same(_unforced(one), _unforced(two))


def forced(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The same, but every task is started anew."""
    new: dict[str, Any] = copy.deepcopy(dict(spec))
    new["TaskTemplate"]["ForceUpdate"] = int(new["TaskTemplate"].get("ForceUpdate") or 0) + 1
    return new


def _unforced(spec: Mapping[str, Any]) -> dict[str, Any]:
    return {**spec, "TaskTemplate": {**spec["TaskTemplate"], "ForceUpdate": 0}}


def _alone(spec: Mapping[str, Any]) -> bool:
    """Whether a second task beside it would fight with it: for the files of a volume, or a port of its node."""
    mounts = spec["TaskTemplate"]["ContainerSpec"].get("Mounts") or ()
    ports = (spec.get("EndpointSpec") or {}).get("Ports") or ()
    written = any(not mount.get("ReadOnly") and mount.get("Type") != "tmpfs" for mount in mounts)
    return written or any(port.get("PublishMode") == "host" for port in ports)

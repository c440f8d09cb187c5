"""What can't be cloned and is refused, and what a clone does without and is told. Looks at values alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ...containers import Container, Mount
from ...release import ReleaseError

# What Docker gives to every container (moby, oci/caps/defaults.go).
DEFAULT_CAPABILITIES = frozenset(
    (
        *("CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID", "SETFCAP", "SETPCAP"),
        *("NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE"),
    )
)
SHARED = {"Pid": "process", "Network": "network", "Ipc": "shared memory"}  # what a clone can't be kept apart from
STATES = {
    "paused": "is paused already; whoever paused it may go on at any moment",
    "restarting": "is restarting: it does not run as it should",
    "created": "was never started",
    "exited": "does not run",
    "dead": "does not run",
    "removing": "is being removed",
}
SYSTEM = ("/proc", "/sys", "/dev", "/run", "/var/run")
# Settings of a container that its clone does not get, each with what Docker has when nobody says anything.
NOT_KEPT: dict[str, tuple[object, ...]] = {
    "ShmSize": (None, 0, 67108864),
    "Ulimits": (None, []),
    "Sysctls": (None, {}),
    "GroupAdd": (None, []),
    "ReadonlyRootfs": (None, False),
    "Links": (None, []),
    "VolumesFrom": (None, []),
    "Runtime": (None, "", "runc"),
    "OomScoreAdj": (None, 0),
}


def refuse(container: Container) -> None:
    """Raises `ReleaseError` for a container whose clone would be no clone, or no prisoner."""
    name = container.name
    if container.state != "running":
        raise ReleaseError(
            f"The container {name} {STATES.get(container.state, f'is {container.state}')}.",
            "Let it run undisturbed, then run again: what does not run can't be tested.",
        )
    if container.privileged:
        raise _unsafe(
            name, "is privileged: its clone could reach the whole machine", "Run it with the capabilities that it needs."
        )
    for kind in container.host_namespaces:
        if kind in SHARED:
            text = f"shares the {SHARED[kind]} namespace of the host or of another container: its clone could not be kept apart"
            raise _unsafe(name, text, "Give it a namespace of its own.")
    if container.devices:
        raise _unsafe(name, f"uses devices of the machine ({', '.join(container.devices)})", "Run it without them.")


def _unsafe(name: str, why: str, remedy: str) -> ReleaseError:
    return ReleaseError(f"The container {name} {why}.", f"{remedy} Or leave it out: name another container or project.")


def capabilities(container: Container) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Added capabilities that a clone may have, and those that it may not."""
    plain = tuple(name.upper().removeprefix("CAP_") for name in container.cap_add)
    return tuple(n for n in plain if n in DEFAULT_CAPABILITIES), tuple(n for n in plain if n not in DEFAULT_CAPABILITIES)


def left_out(service: str, container: Container) -> Iterator[str]:
    """A sentence for everything about the container that its clone does without."""
    if container.ports:
        leads = ", ".join(f"{port.port or 'a free port'} to {port.inner}" for port in container.ports)
        yield f"{service}: published ports are not published for clones ({leads})."
    if refused := capabilities(container)[1]:
        yield f"{service}: added capabilities are not given to clones ({', '.join(refused)})."
    if len(container.networks) > 1:
        yield f"{service}: it is in {len(container.networks)} networks, its clones in one."
    for kind in container.host_namespaces:
        if kind not in SHARED:
            yield f"{service}: the host's {kind} namespace is not shared with clones."
    host: Any = container.raw.get("HostConfig") or {}
    for key, usual in NOT_KEPT.items():
        if host.get(key) not in usual:
            yield f"{service}: its setting {key} is not carried over to clones."


def unfit(mount: Mount, root: Path) -> str:
    """Why a folder of the host is nothing to copy, or "". `root` is where the engine keeps its data."""
    place = mount.place
    if place.is_socket():
        return f"the socket {place} is not handed to clones"
    system = any(place.is_relative_to(folder) for folder in SYSTEM) or root.is_relative_to(place) or place.is_relative_to(root)
    if mount.kind == "bind" and system:
        return f"{place} belongs to the machine and is not copied"
    if place.exists() and not (place.is_dir() or place.is_file()):
        return f"{place} is neither a file nor a folder"
    return ""


def outside_writer(place: Path, outside: Sequence[Container]) -> str:
    """The name of a running container outside of the source that may write below `place`, or ""."""
    for container in outside:
        for mount in container.mounts:
            related = mount.place.is_relative_to(place) or place.is_relative_to(mount.place)
            if mount.writable and mount.kind in ("volume", "bind") and related:
                return container.name
    return ""

"""Reads from /proc and from the engine's answers where the host, its containers and their open ports are."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import re
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ...containers import Container

LISTEN = "0A"  # TCP_LISTEN, as /proc/net/tcp writes it
DEFAULT_BRIDGE = "docker0"
ENGINE_DNS = "127.0.0.11"
LOCAL = re.compile(r"\|-- ([0-9.]+)\n\s+/32 host LOCAL")


def host_addresses() -> tuple[str, ...]:
    """Every address of this machine but those of loopback, link-local ones included."""
    four = LOCAL.findall(Path("/proc/net/fib_trie").read_text(encoding="ascii"))
    six = Path("/proc/net/if_inet6")
    rows = six.read_text(encoding="ascii").splitlines() if six.exists() else []
    found = [ipaddress.ip_address(one) for one in four] + [ipaddress.IPv6Address(bytes.fromhex(row.split()[0])) for row in rows]
    return tuple(dict.fromkeys(str(one) for one in found if not one.is_loopback))


def ours(container: Container) -> bool:
    """Whether its first process is the one that this machine has under that number, and its networks' bridges are this machine's.

    The engine may be in a virtual machine, or we in a container: then the number is somebody else's, and so is the network.
    """
    try:
        mounts = Path(f"/proc/{container.pid}/mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    here = {name for _, name in socket.if_nameindex()}
    return container.pid > 0 and container.id in mounts and here.issuperset(_bridges(container))


def _bridges(container: Container) -> Iterator[str]:
    """As the engine names them when it is not told otherwise, and we do not tell it."""
    settings: Any = container.raw.get("NetworkSettings") or {}
    for name, network in (settings.get("Networks") or {}).items():
        if name != "none":
            yield DEFAULT_BRIDGE if name == "bridge" else f"br-{network['NetworkID'][:12]}"


def listening(pid: int) -> tuple[int, ...]:
    """The TCP ports on which the network namespace of a process listens. Empty when it is gone."""
    ports: set[int] = set()
    for name in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            rows = [row.split() for row in Path(f"/proc/{pid}/net/{name}").read_text(encoding="ascii").splitlines()[1:]]
            ports.update(int(row[1].rpartition(":")[2], 16) for row in rows if row[3] == LISTEN)
    return tuple(sorted(ports))


def published(containers: Iterable[Container]) -> tuple[int, ...]:
    """The ports of the host that lead to these containers, those included that the engine chose."""
    asked = {port.port for container in containers for port in container.ports}
    chosen = {int(one["HostPort"]) for container in containers for bound in _bound(container) for one in bound or ()}
    return tuple(sorted((asked | chosen) - {0}))


def _bound(container: Container) -> Iterable[Any]:
    settings: Any = container.raw.get("NetworkSettings") or {}
    return list((settings.get("Ports") or {}).values())


def name_servers(container: Container) -> tuple[str, ...]:
    """Whom its resolver asks."""
    text = Path(str(container.raw.get("ResolvConfPath") or os.devnull)).read_text(encoding="utf-8", errors="replace")
    rows = [row.split() for row in text.splitlines()]
    return tuple(row[1] for row in rows if len(row) > 1 and row[0] == "nameserver")


def forwarded_to(container: Container) -> tuple[str, ...]:
    """Whom the engine's own name server asks what it does not know itself: those of the host, when it is not told otherwise."""
    host: Any = container.raw.get("HostConfig") or {}
    told = tuple(str(one) for one in host.get("Dns") or ())
    return told or (("those of the host",) if ENGINE_DNS in name_servers(container) else ())

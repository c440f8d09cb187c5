"""What a clone's container may do to the machine that it runs on: less than its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ...containers import Container, Spec
from ...patch_config import DockerSection

# Of the engine's own default capabilities. NET_RAW forges packets; MKNOD makes devices; AUDIT_WRITE writes into the host's
# log. What stays is what servers and package managers use: changing owners and users, killing, low ports, chroot.
DROPPED = ("AUDIT_WRITE", "MKNOD", "NET_RAW")


def limited(spec: Spec, source: Container, section: DockerSection) -> Spec:
    """The same container with no capability beyond the engine's defaults, no way to gain one, and an end to memory and processes."""
    dropped = tuple(sorted({*DROPPED, *(name.removeprefix("CAP_") for name in source.cap_drop)}))
    memory = min((each for each in (section.memory, _memory(source)) if each > 0), default=0)
    return replace(spec, cap_add=(), cap_drop=dropped, no_new_privileges=True, memory=memory, pids=section.pids)


def taken(source: Container) -> tuple[str, ...]:
    """A sentence for what the source may and its clones may not."""
    if not source.cap_add:
        return ()
    return (f"{source.name}: the added capabilities {', '.join(sorted(source.cap_add))}.",)


def _memory(source: Container) -> int:
    host: Mapping[str, Any] = source.raw.get("HostConfig") or {}  # type: ignore[assignment]
    return int(host.get("Memory") or 0)

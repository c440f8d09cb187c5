"""What a clone's container may do to the machine that it runs on: less than its source."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

# Of the engine's own default capabilities. NET_RAW forges packets; MKNOD makes devices; AUDIT_WRITE writes into the host's
# log. What stays is what servers and package managers use: changing owners and users, killing, low ports, chroot.
DROPPED = ("AUDIT_WRITE", "MKNOD", "NET_RAW")
# With one of these a program changes its own network, or the machine's; the numbers are the kernel's (capability.h).
BREAKS_OUT = {12: "NET_ADMIN", 13: "NET_RAW", 16: "SYS_MODULE", 17: "SYS_RAWIO", 21: "SYS_ADMIN", 27: "MKNOD"}


def kept(added: Sequence[str]) -> tuple[str, ...]:
    """The added capabilities that a clone may have. For the engine an addition wins over a drop, so it must not be there."""
    return tuple(name for name in added if name not in DROPPED)


def breaks_out(pid: int) -> tuple[str, ...]:
    """The capabilities with which a process could undo its isolation, as the kernel holds them. Raises `OSError`."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace").splitlines()
    held = next((int(line.split()[1], 16) for line in lines if line.startswith("CapBnd:")), -1)
    return tuple(name for bit, name in BREAKS_OUT.items() if held >> bit & 1)

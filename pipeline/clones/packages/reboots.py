"""Which packages take effect only when the host is started anew."""

from __future__ import annotations

import re
from collections.abc import Sequence

# In a container, kernel and microcode are the host's, and the C library is loaded anew when the container is started.
_HOST = (
    (re.compile(r"^(linux-(image|modules|generic|virtual)|kernel(-core|-modules)?$|linux-(lts|virt)$)"), "the kernel"),
    (re.compile(r"^((intel|amd64|amd)-microcode|microcode_ctl|(intel|amd)-ucode)$"), "the processor's microcode"),
    (re.compile(r"^(libc6|libc-bin|glibc|glibc-common|musl)$"), "the C library, which every process has loaded"),
    (re.compile(r"^(dbus|dbus-daemon|dbus-broker)$"), "the message bus, which can't be restarted under a running system"),
    (re.compile(r"^systemd$"), "the first process of a system"),
)


def reboot(names: Sequence[str]) -> tuple[str, ...]:
    """A sentence for each of these packages (without architecture) that a restart of services does not put into effect."""
    return tuple(
        f"{name} is {what}: outside a container it takes effect with a reboot; in one, the host has its own to patch"
        for name in dict.fromkeys(names)
        for pattern, what in _HOST
        if pattern.match(name)
    )

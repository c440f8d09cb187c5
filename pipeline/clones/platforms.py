"""Which wheels fit an interpreter that is not on this machine, in pip's words. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .probe import Interpreter

# PEP 600: a wheel for an older glibc fits a newer one; wheels were first made for these (x86, others), under these names.
OLDEST = {"x86_64": 5, "i686": 5}
OLDEST_ELSEWHERE = 17
LEGACY = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
MACHINES = {"i386": "i686", "arm": "armv7l", "powerpc64le": "ppc64le"}  # the names in SOABI that wheels spell in another way


@dataclass(frozen=True)
class Platform:
    """An interpreter elsewhere. Without an ABI that we know, only wheels that fit everywhere are for it."""

    python: str  # 3.11.2
    abi: str  # cp311, or none
    tags: tuple[str, ...]  # best first
    said: str  # for people

    @property
    def words(self) -> tuple[str, ...]:
        """Arguments of pip."""
        implementation = "cp" if self.abi.startswith("cp") else "py"
        tags = (word for tag in self.tags for word in ("--platform", tag))
        return ("--python-version", self.python, "--implementation", implementation, "--abi", self.abi, *tags)


def platform(known: Interpreter) -> Platform:
    """From what an interpreter said of itself."""
    found = re.fullmatch(r"cpython-(\d+[a-z]*)-(\w+?)-linux-(\w+)", known.soabi)
    libc, _, version = known.libc.partition(" ")
    machine = MACHINES.get(found[2], found[2]) if found else known.markers["platform_machine"]
    name = f"{known.markers['platform_python_implementation']} {known.version}"
    said = f"{name} on {known.libc or 'an unknown C library'}, {machine}"
    tags = _tags(libc, version, machine)
    if found is None or not tags:
        return Platform(known.version, "none", ("any",), said)
    return Platform(known.version, f"cp{found[1]}", tags, said)


def _tags(libc: str, version: str, machine: str) -> tuple[str, ...]:
    numbers = re.match(r"(\d+)\.(\d+)", version)
    if numbers is None or libc not in ("glibc", "musl"):
        return ()
    major, minor = int(numbers[1]), int(numbers[2])
    if libc == "musl":
        return tuple(f"musllinux_{major}_{n}_{machine}" for n in range(minor, -1, -1))
    oldest = OLDEST.get(machine, OLDEST_ELSEWHERE)
    return tuple(
        f"{name}_{machine}" for n in range(minor, oldest - 1, -1) for name in (f"manylinux_{major}_{n}", LEGACY.get(n, "")) if name
    )

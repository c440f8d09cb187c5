"""A program of ours in the network of a container: nothing of the container runs, only what it could reach is reached."""

from __future__ import annotations

import sys
from pathlib import Path

from secure_release.checks import Tools

from ...release import ReleaseError


def in_network_of(pid: int, program: Path, tools: Tools) -> tuple[str, ...]:
    """The command that runs this file, of the standard library alone. Raises `ReleaseError` where it can't be run."""
    nsenter = tools.find("nsenter")
    if nsenter is None:
        raise ReleaseError("Nothing can be asked from inside the clone: nsenter is not installed.", "Install util-linux.")
    return (str(nsenter), f"--net=/proc/{pid}/ns/net", "--", sys.executable, "-I", "-S", str(program))

"""The kernel's own switch that holds the processes of a container still, for when the engine can't let them go any more.

An engine that pauses a container while it starts a command in it (`docker exec`, and every health check is one) may freeze that
command half started. It then waits for the command while it holds what it needs to let the container go: for ever. Seen with Engine
20.10.24 and runc 1.1.5 in every second attempt under a stream of commands; moby/moby#36661 and docker/for-linux#891 tell of the like.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
ID = re.compile(r"[0-9a-f]{64}")
STARTING = "runc:["  # how runc calls the process that is to become a command of the container
LOOK_SECONDS = 0.01


@dataclass(frozen=True)
class Freezer:
    """The control group of one container."""

    folder: Path

    @property
    def _switch(self) -> tuple[Path, str, str]:
        """The file, and what it says when the group is frozen and when it is not (cgroup v1, v2)."""
        old = self.folder / "freezer.state"
        return (old, "FROZEN", "THAWED") if old.exists() else (self.folder / "cgroup.freeze", "1", "0")

    def starting(self) -> bool:
        """Whether a command of the container is half started."""
        with contextlib.suppress(OSError):
            pids = (self.folder / "cgroup.procs").read_text(encoding="ascii").split()
            return any(_name(pid).startswith(STARTING) for pid in pids)
        return False

    def thaw(self) -> None:
        """Raises `OSError`."""
        switch, _, thawed = self._switch
        switch.write_text(thawed, encoding="ascii")

    def freeze(self) -> None:
        """Raises `OSError`."""
        switch, frozen, _ = self._switch
        switch.write_text(frozen, encoding="ascii")

    def loosen(self, patience: float) -> None:
        """Let what is half started get started: frozen before and after, and running in between. Raises `OSError`."""
        self.thaw()
        _wait(lambda: not self.starting(), patience)
        self.freeze()


def freezer(container: str, root: Path = ROOT) -> Freezer | None:
    """By the container's whole id; None where its group is not where Docker puts it by itself, or may not be written to."""
    if not ID.fullmatch(container):
        return None
    for top in (root / "freezer", root):
        for name in (f"docker/{container}", f"system.slice/docker-{container}.scope"):
            folder = top / name
            if (folder / "freezer.state").exists() or (folder / "cgroup.freeze").exists():
                return Freezer(folder)
    return None


def _name(pid: str) -> str:
    with contextlib.suppress(OSError):
        return Path("/proc", pid, "comm").read_text(encoding="utf-8", errors="replace")
    return ""


def _wait(question: Callable[[], bool], patience: float) -> None:
    deadline = time.monotonic() + patience
    while not question() and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)

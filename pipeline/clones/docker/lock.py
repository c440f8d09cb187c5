"""One copy of a source at a time, on the whole machine: two that hold the same containers would let each other's go."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ...release import ReleaseError
from .source import Project


@contextlib.contextmanager
def alone(project: Project, root: Path) -> Iterator[None]:
    """Raises `ReleaseError` when any container of the source is being copied already. The kernel frees the locks of a killed process.

    `root` is where the engine keeps its data: its folders of containers are there for everybody who may copy volumes.
    """
    with contextlib.ExitStack() as locks:
        for container in sorted(one.id for one in project.held):
            handle = _opened(root / "containers" / container)
            locks.callback(os.close, handle)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as problem:
                raise ReleaseError(
                    f"Another patch test is copying {project.name} right now.", "Wait until it has its copy, then run again."
                ) from problem
        yield


def _opened(folder: Path) -> int:
    """Who may not look into the engine's folders has no volumes to copy, and can only meet runs of his own."""
    with contextlib.suppress(OSError):
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    place = Path(tempfile.gettempdir()) / f"secure-release-{os.geteuid()}-{name}.lock"
    return os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)

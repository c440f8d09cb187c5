"""What takes long is made once for all workers of a test run, and read by each."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from pathlib import Path

import pytest


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder that `make` filled, here or in another worker; who comes second waits for the first."""
    base = factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-gw") else base
    folder, done = shared / f"jenkins-{name}", shared / f"jenkins-{name}.done"
    with (shared / f"jenkins-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            folder.mkdir()
            make(folder)
            done.touch()
    return folder

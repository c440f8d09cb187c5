"""Whether a lock in a restic repository is of a process that is dead: restic takes one that nobody buried for alive."""

from __future__ import annotations

import json
from pathlib import Path

from ..keeping import BackupError

PROCESSES = Path("/proc")


def dead_lock(content: bytes, machine: str, processes: Path) -> bool:
    """False also when nobody can tell: `processes` is Linux's /proc."""
    try:
        lock = json.loads(content)
        here, place = lock["hostname"] == machine, processes / str(int(lock["pid"]))
    except (ValueError, KeyError, TypeError) as problem:
        raise BackupError("A lock in the restic repository can't be read.", "Look at it with `restic list locks`.") from problem
    if not here or not (processes / "self").exists():
        return False
    try:
        name, _, rest = (place / "stat").read_text(errors="replace").rpartition(")")
    except (FileNotFoundError, ProcessLookupError):
        return True
    return rest.split()[0] in ("Z", "X") or not name.endswith("(restic")

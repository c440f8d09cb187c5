"""What files held when they were last read, for as long as the file system says that nobody has touched them: for a quick look.

What git does with its index, and no more to be trusted: who may set the clock, or writes to the disk below the file system, goes
unseen. So it serves a scan on somebody's own machine; whatever decides about a release reads every byte.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path

from secure_release.checks import Memory
from secure_release.checks.memory import code

from .source import Content, content_of

# A file that was touched so short a time before it was read may be touched again without any of its times moving (some file systems
# count in steps of two seconds).
QUIET_NS = 3_000_000_000


class Stamps:
    """Reads a file, or says what it held. Nothing is believed that `memory` does not vouch for."""

    def __init__(self, memory: Memory, project: Path) -> None:
        self._memory = memory
        about = json.dumps(["stamps", os.fspath(project.absolute()), code(), hashlib.sha256(Path(__file__).read_bytes()).hexdigest()])
        self._key = hashlib.sha256(about.encode("utf-8", "surrogateescape")).hexdigest()
        self._known: dict[str, str] = json.loads(memory.recall((self._key,)).get(self._key, b"{}"))
        self._seen: dict[str, str] = {}
        self._new = False

    def __call__(self, path: str, status: os.stat_result) -> Content:
        stamp = _stamp(status)
        row = self._known.get(path, "")
        if not row.startswith(stamp):
            began = time.time_ns()
            content = content_of(path, status)
            if began - max(status.st_mtime_ns, status.st_ctime_ns) < QUIET_NS or _stamp(os.lstat(path)) != stamp:
                return content
            row, self._new = stamp + _written(content), True
        self._seen[path] = row
        return _read(row[len(stamp) :])

    def keep(self) -> None:
        """For the next time; nothing is written when nothing has changed."""
        if self._new or len(self._seen) != len(self._known):
            self._memory.keep({self._key: json.dumps(self._seen).encode()})


def _stamp(status: os.stat_result) -> str:
    """What would change with the file, as a text that begins no other one: there is one for each file of a repository."""
    return f"{status.st_mode} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino} {status.st_dev};"


def _written(content: Content) -> str:
    return f"{content.sha256} {content.binary:d} {content.script:d} {content.marked:d}"


def _read(text: str) -> Content:
    sha256, binary, script, marked = text.split(" ")
    return Content(sha256, binary == "1", script == "1", marked == "1")

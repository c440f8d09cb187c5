"""Reads the requirement files of a release, and compares what they pin with what is installed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from packaging.utils import canonicalize_name

from secure_release.checks import Pin

from ..clones.lockdiff import pinned

INCLUDE = re.compile(r"^\s*(?:-r|--requirement)[=\s]\s*(?P<path>[^#\s]+)", re.MULTILINE)
BYTES = 10_000_000  # a lock above this size is none


def read_locks(tree: Path, names: Sequence[str]) -> Mapping[str, str]:
    """Path in the tree to text, includes followed. What is not there, not text or outside of the tree is left out."""
    found: dict[str, str] = {}
    waiting = list(names)
    while waiting:
        path = (tree / waiting.pop(0)).resolve()
        name = path.relative_to(tree.resolve()).as_posix() if path.is_relative_to(tree.resolve()) else ""
        if not name or name in found or not path.is_file() or path.stat().st_size > BYTES:
            continue
        try:
            # newline="": a file's own line ends are part of what a diff must match
            with path.open(encoding="utf-8", newline="") as file:
                found[name] = file.read()
        except UnicodeDecodeError:
            continue
        waiting += [Path(name).parent.joinpath(match["path"]).as_posix() for match in INCLUDE.finditer(found[name])]
    return found


def drift(files: Mapping[str, str], installed: Sequence[Pin]) -> tuple[str, ...]:
    """Where the locks and what really runs differ, one sentence each."""
    there: dict[str, str] = {canonicalize_name(pin.name): pin.version for pin in installed}
    locked = {name: version for text in files.values() for name, version in pinned(text)}
    return tuple(
        f"{name} is {there.get(name, 'not there')}, the lock says {version}"
        for name, version in sorted(locked.items())
        if there.get(name) != version
    )

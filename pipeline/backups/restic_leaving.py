"""What restic must leave out so that it stores exactly the names it is given: it descends into every folder by itself."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass

from ..keeping import BackupError
from .engine import Tree, TreeChanged

ODD_LIMIT = 200_000  # bytes of patterns on a command line; Linux allows 2,000,000 with the environment


@dataclass(frozen=True)
class Leaving:
    """Patterns for a file, one a line; and those that a line can't hold, for the command line."""

    lines: bytes
    words: tuple[str, ...]


def leaving(tree: Tree, root: bytes) -> Leaving:
    """Raises `TreeChanged` when a name is not there any more."""
    plain, odd = [], []
    for path in _unnamed(tree, root):
        pattern = re.sub(rb"([\\*?\[\]])", rb"\\\1", path)
        if b"\n" in path or path != path.strip():
            odd.append(os.fsdecode(pattern))
        else:
            plain.append(pattern.replace(b"$", b"$$"))  # a line is searched for variables
    if sum(map(len, odd)) > ODD_LIMIT:
        raise BackupError(
            f"{len(odd)} entries with a line break in their names are left out one by one: too many.", "Leave out their folder."
        )
    return Leaving(b"".join(line + b"\n" for line in plain), tuple(odd))


def targets(tree: Tree, root: bytes) -> tuple[bytes, ...]:
    """The names whose folder is not itself named."""
    named = set(tree.names)
    tops = (name for name in tree.names if name == b"." or (b"." not in named and os.path.dirname(name) not in named))  # noqa: PTH120
    return tuple(root if name == b"." else os.path.join(root, name) for name in tops)  # noqa: PTH118


def _unnamed(tree: Tree, root: bytes) -> Iterator[bytes]:
    named = set(tree.names)
    try:
        for name in tree.names:
            full = root if name == b"." else os.path.join(root, name)  # noqa: PTH118
            if stat.S_ISDIR(os.lstat(full).st_mode):
                inside = b"" if name == b"." else name + b"/"
                with os.scandir(full) as found:
                    yield from (entry.path for entry in found if inside + entry.name not in named)
    except (FileNotFoundError, NotADirectoryError) as problem:
        raise TreeChanged(str(problem)) from problem

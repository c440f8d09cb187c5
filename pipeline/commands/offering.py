"""Files that are offered to a project: one that is there and differs is shown as a diff, and kept unless somebody says otherwise."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

from ..evidence import write_whole
from ..release import EXIT_CONFIG, ReleaseError


def offer(path: Path, name: str, text: str, force: bool, mode: int = 0o644) -> bool:
    """Whether `path` holds `text` now. On a terminal it asks before it writes over a file that differs; else it keeps it."""
    before = content(path)
    if before == text:
        print(f"{name} is as it should be.")
        return True
    if before is not None and not force:
        sys.stdout.writelines(difflib.unified_diff(_lines(before), _lines(text), name, f"{name} (proposed)"))
        if not _agreed(name):
            return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode(), mode=mode)
    except OSError as problem:
        raise ReleaseError(f"{name} can't be written: {problem.strerror}.", "Is its folder one that you may write to?", EXIT_CONFIG) from problem
    print(f"{name} is written.")
    return True


def content(path: Path) -> str | None:
    """The text of a file, with the line ends that we write; None when there is none."""
    try:
        return path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise ReleaseError(f"{path} can't be read: {problem.strerror}.", "Is it a file that you may read?") from problem


def _lines(text: str) -> list[str]:
    """With an end each: a diff of a file without a last newline would run its lines together."""
    return [f"{line}\n" for line in text.splitlines()]


def _agreed(name: str) -> bool:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    return input(f"Write over {name}? [y/N] ").strip().lower() in ("y", "yes")

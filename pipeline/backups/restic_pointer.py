"""The file in a generation's folder that stands for a snapshot."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..keeping import BackupError

POINTER = ".restic.json"


def pointer_of(content: bytes) -> Mapping[str, Any]:
    """What a file that stands for a snapshot says. Raises `BackupError`."""
    try:
        raw = json.loads(content)
        return {"snapshot": str(raw["snapshot"]), "whole": raw["whole"] is True} | {
            name: bytes.fromhex(raw[name]) for name in ("root", "manifest")
        }
    except (ValueError, KeyError, TypeError) as problem:
        raise BackupError("A file that names a restic snapshot can't be read.", "It was damaged: use another generation.") from problem


def pointed(folder: Path) -> Iterator[str]:
    """The snapshots that a generation needs; one that can't be read stands for one that nobody has."""
    for path in folder.glob(f"*{POINTER}"):
        try:
            yield str(pointer_of(path.read_bytes())["snapshot"])
        except (BackupError, OSError):
            yield ""

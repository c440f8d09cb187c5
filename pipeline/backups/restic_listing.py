"""What a snapshot holds, as `restic ls --json` tells it; whether it may be restored, and whether it is what was asked for."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..keeping import BackupError
from .manifest import shown

KINDS = ("file", "dir", "symlink", "fifo")
LOST = "\ufffd"  # what JSON makes of bytes that are no UTF-8


@dataclass(frozen=True)
class Listing:
    """A snapshot's full id, its tags, and its entries: path and kind, parents first."""

    id: str
    tags: tuple[str, ...]
    entries: tuple[tuple[str, str], ...]


def read(lines: Iterable[bytes]) -> Listing:
    """Without an id when there was nothing to read: then how restic ended says why. Raises `BackupError` for what is no listing."""
    id, tags, entries = "", tuple[str, ...](), []
    try:
        for line in lines:
            raw = json.loads(line)
            if raw["struct_type"] == "snapshot":
                id, tags = str(raw["id"]), tuple(map(str, raw["tags"]))
            else:
                entries.append((str(raw["path"]), str(raw["type"])))
    except (ValueError, KeyError, TypeError) as problem:
        raise refused("its list can't be read") from problem
    return Listing(id, tags, tuple(entries))


def judge(listing: Listing, root: bytes, manifest: bytes) -> None:
    """Raises `BackupError` for what our engine never stores: devices, names twice, anything but the tree and its manifest."""
    top, note = lossy(root), lossy(manifest)
    above = {*_above(top), *_above(note)}
    whole, folders = above | {top}, {"/"}
    seen: set[str] = set()
    for raw, kind in listing.entries:
        path = collapsed(raw)
        if kind not in KINDS or (path in whole and kind != "dir") or (path == note and kind != "file"):
            raise refused(f"{shown(raw)} is of a kind that is never backed up")
        if path not in whole and path != note and not path.startswith(f"{top}/"):
            raise refused(f"{shown(raw)} is not of the source")
        if not {".", ".."}.isdisjoint(raw.split("/")):
            raise refused(f"{shown(raw)} leads out of its folder")
        if (raw in seen and LOST not in raw) or ((raw.rpartition("/")[0] or "/") not in folders):
            raise refused(f"{shown(raw)} is in it twice, or in no folder")
        seen.add(raw)
        if kind == "dir":
            folders.add(raw)
    if note not in map(collapsed, seen):
        raise refused("it has no manifest")


def difference(listing: Listing, root: bytes, names: Sequence[bytes]) -> str:
    """The first entry below `root` that was not asked for, or is not there; "" when it is as asked."""
    top = lossy(root)
    below = f"{top}/"
    there = Counter(path for path in (collapsed(raw) for raw, _ in listing.entries) if path.startswith(below))
    wanted = Counter(lossy(os.path.join(root, name)) for name in names if name != b".")  # noqa: PTH118 - bytes
    other = (wanted - there) + (there - wanted)
    return shown(next(iter(other), ""))


def lossy(path: bytes) -> str:
    return collapsed(path.decode("utf-8", "replace"))


def collapsed(path: str) -> str:
    """Go and Python do not count bytes that are no UTF-8 alike: a run of them is one."""
    return re.sub(f"{LOST}+", LOST, path) if LOST in path else path


def _above(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(2, len(parts))]


def refused(why: str) -> BackupError:
    return BackupError(
        f"The snapshot was not restored: {why}.",
        "It is not what was written. Look at who knows the repository's password; use another generation.",
    )

"""Copies the files of a release, as it was read, to where tests may write."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from ..release import ReleaseError, Source
from ..shipping import Shipped


def copy_release(source: Source, target: Path) -> None:
    """Everything that would be deployed. Raises `ReleaseError` when a file is not what was read any more."""
    target.mkdir(mode=0o700, parents=True)
    for item in source.shipped:
        place = target / item.name
        place.parent.mkdir(parents=True, exist_ok=True)
        if item.link is not None:
            place.symlink_to(item.link)
        else:
            _copy(source.root / item.name, place, item)


def _copy(original: Path, place: Path, item: Shipped) -> None:
    # A pipe or link put in the place of a file after it was read must not be waited for, or followed.
    handle = os.open(original, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file, place.open("xb") as copy:
        shutil.copyfileobj(file, copy)
    place.chmod(0o755 if item.executable else 0o644)
    with place.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != item.sha256:
            raise ReleaseError(f"{item.name} was changed while the release was under way.", "Start a new run.")

"""Files that a plan fetched, kept by their digest: what was tested is what may be rolled out."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ...evidence import write_whole
from ...release import ReleaseError

MOVED = "The mirror has moved, or something stands between: run again. What was fetched is not used."


def keep(folder: Path, content: bytes) -> tuple[str, Path]:
    """Its sha256, and where it lies. Raises `ReleaseError`."""
    digest = hashlib.sha256(content).hexdigest()
    path = folder / digest
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, content)
    except OSError as problem:
        raise ReleaseError(f"A package can't be kept in {folder}: {problem.strerror}.", "Make room there.") from problem
    return digest, path


def held(folder: Path, digest: str) -> bytes:
    """What was kept under this sha256. Raises `ReleaseError` when it is gone or was changed."""
    path = folder / Path(digest).name
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise ReleaseError(f"The tested package {digest[:12]} is not in {folder}: {problem.strerror}.", MOVED) from problem
    if hashlib.sha256(content).hexdigest() != digest:
        raise ReleaseError(f"The package {digest[:12]} was changed after it was fetched.", MOVED)
    return content

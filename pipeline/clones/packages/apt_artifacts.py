"""Fetches .debs through a box with network, and keeps each by its digest once it is what the signed lists say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...evidence import write_whole
from ...release import ReleaseError
from . import deb
from .apt_ask import DOWNLOADS, UPDATE_SECONDS, apt_get, said, text, well
from .apt_output import Inst, hashes
from .box import Box

DEB_BYTES = 2_000_000_000
DEBS = "debs"
MOVED = "The mirror has moved, or something stands between: run again. What was fetched is not used."


@dataclass(frozen=True)
class Artifact:
    """One .deb that is kept."""

    path: Path
    sha256: str
    size: int
    control: deb.Control


def fetch(box: Box, wanted: Iterable[Inst], folder: Path) -> Mapping[str, Artifact]:
    """By `name:architecture`, each checked against the lists. Raises `ReleaseError`."""
    insts = {one.key: one for one in wanted}
    if not insts:
        return {}
    pins = [one.pin for one in insts.values()]
    listed = hashes(text(apt_get(box, ("--print-uris", "download", *pins), cwd=DOWNLOADS)))
    ended = apt_get(box, ("--quiet", "download", *pins), UPDATE_SECONDS, cwd=DOWNLOADS)
    if not well(ended) or not listed:
        raise ReleaseError(f"The pending packages can't be fetched: {said(ended)}", MOVED)
    kept = [_keep(box, name, kind, value, folder) for name, (_, kind, value) in listed.items()]
    found = {one.control.name: one for one in kept}
    for key, one in insts.items():
        if key not in found or found[key].control.version != one.new:
            raise ReleaseError(f"The file of {one.pin} was asked for and did not come.", MOVED)
    return {key: found[key] for key in insts}


def kept(folder: Path, sha256: Sequence[str]) -> tuple[Artifact, ...]:
    """Artifacts of an earlier plan. Raises `ReleaseError` when one is gone or was changed."""
    found = []
    for digest in sha256:
        path = folder / DEBS / Path(digest).name
        try:
            content = path.read_bytes()
        except OSError as problem:
            raise ReleaseError(f"The tested package {digest[:12]} is not in {path.parent}: {problem.strerror}.", MOVED) from problem
        if hashlib.sha256(content).hexdigest() != digest:
            raise ReleaseError(f"The package {digest[:12]} was changed after it was fetched.", MOVED)
        found.append(Artifact(path, digest, len(content), _control(path)))
    return tuple(found)


def _keep(box: Box, name: str, kind: str, value: str, folder: Path) -> Artifact:
    content = box.get(f"{DOWNLOADS}/{name}", DEB_BYTES)
    if content is None:
        raise ReleaseError(f"{name} was asked for and did not come.", MOVED)
    if kind not in ("sha256", "sha512") or hashlib.new(kind, content).hexdigest() != value:
        what = "is not what the signed lists say" if kind in ("sha256", "sha512") else "has no SHA-256 in the signed lists"
        raise ReleaseError(f"{name} {what}.", MOVED)
    digest = hashlib.sha256(content).hexdigest()
    path = folder / DEBS / digest
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(path, content)
    return Artifact(path, digest, len(content), _control(path))


def _control(path: Path) -> deb.Control:
    try:
        return deb.control(path)
    except deb.BadDeb as problem:
        raise ReleaseError(f"A package that was fetched can't be read: {problem}.", MOVED) from problem

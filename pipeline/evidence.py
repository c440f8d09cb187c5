"""Digest-named files beside the journal, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from secure_release.checks import Evidence

from .release import ReleaseError

T = TypeVar("T")


_ADAPTERS: dict[object, TypeAdapter[Any]] = {}


def _adapter(kind: type) -> TypeAdapter[Any]:
    """Made once: every report of a run reads the same records, and making it takes longer than reading a small one."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


class EvidenceFolder:
    """`evidence/<sha256>`; reading checks the digest."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._values: dict[tuple[str, type], object] = {}
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def keep(self, name: str, content: bytes) -> Evidence:
        digest = hashlib.sha256(content).hexdigest()
        target = self.folder / digest
        if not target.exists():
            try:
                write_whole(target, content)
            except OSError as problem:
                text = f"The evidence `{name}` can't be written to {self.folder}: {problem.strerror}."
                raise ReleaseError(text, "Make room there.") from problem
        return Evidence(name, digest)

    def read(self, sha256: str) -> bytes:
        try:
            content = (self.folder / Path(sha256).name).read_bytes()
        except OSError as problem:
            raise ReleaseError(
                f"Evidence {sha256[:12]} is missing: {problem.strerror}.", "Hand on the whole run folder, or run again."
            ) from problem
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ReleaseError(
                f"Evidence {sha256[:12]} was changed after it was written.", "Do not use this run. Start a new one."
            )
        return content

    def save(self, name: str, value: object) -> Evidence:
        kept = self.keep(name, _adapter(type(value)).dump_json(value, indent=1))
        self._values[kept.sha256, type(value)] = value
        return kept

    def load(self, sha256: str, kind: type[T]) -> T:
        content = self.read(sha256)
        if (known := self._values.get((sha256, kind))) is not None:
            return cast(T, known)  # of these very bytes, which every report of a run asks for again
        try:
            loaded: T = _adapter(kind).validate_json(content)
        except ValidationError as problem:
            raise ReleaseError(
                f"Evidence {sha256[:12]} is no {kind.__name__}: {problem.error_count()} errors.",
                "The run was made by another version of secure-release. Start a new one.",
            ) from problem
        self._values[sha256, kind] = loaded
        return loaded


def write_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write to a temporary name beside `path`, flush, and move into place: readers see all of it or nothing."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise

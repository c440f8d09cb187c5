"""Snapshots of an advisory database: read an OSV dump within bounds, and fetch one. Raises `AdvisoryError` for a bad one."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from packaging.utils import canonicalize_name

from secure_release.checks import AdvisoryError
from secure_release.checks.osv import ECOSYSTEM, NotARecord, ecosystem

# The public dump of PyPI held 25,500 records in 2026, the largest record under 2 MB.
MAX_RECORDS = 500_000
MAX_RECORD_BYTES = 20_000_000
MAX_BYTES = 2_000_000_000
GET_ONE = "Fetch a fresh one: secure-release advisories --from URL (the PyPI zip of a public OSV dump)."


@dataclass(frozen=True)
class Snapshot:
    """What a dump holds: the raw records by distribution, the digest of its content, the newest `modified`."""

    where: str
    sha256: str
    newest: datetime
    count: int
    records: Mapping[str, tuple[bytes, ...]]


def bad(path: Path, why: str, hint: str = GET_ONE) -> AdvisoryError:
    return AdvisoryError(f"the advisory snapshot {path.name} {why}", hint)


def read_snapshot(path: Path) -> Snapshot:
    """Read a zip of OSV records, or a folder of them. Nothing is unpacked to disk; every record is looked at."""
    if path.is_dir():
        return _indexed(path, _folder(path), None)
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        with zipfile.ZipFile(path) as archive:
            return _indexed(path, _zipped(path, archive), digest)
    except FileNotFoundError as problem:
        raise bad(path, "does not exist") from problem
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as problem:
        raise bad(path, f"is not a whole zip file: {problem}") from problem
    except OSError as problem:
        raise bad(path, f"can't be read: {problem.strerror or problem}", "Make it readable, or fetch it again.") from problem


def _zipped(path: Path, archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    for info in archive.infolist():
        name = PurePosixPath(info.filename)
        if name.is_absolute() or ".." in name.parts or "\\" in info.filename:
            raise bad(path, f"holds an entry outside itself: {info.filename[:100]!r}")
        if info.is_dir() or name.suffix != ".json":
            continue
        with archive.open(info) as entry:
            yield info.filename, entry.read(MAX_RECORD_BYTES + 1)


def _folder(path: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(path.rglob("*.json")):
        if not file.is_symlink() and file.is_file():
            with file.open("rb") as entry:
                yield file.relative_to(path).as_posix(), entry.read(MAX_RECORD_BYTES + 1)


def _indexed(path: Path, entries: Iterator[tuple[str, bytes]], digest: str | None) -> Snapshot:
    records: dict[str, list[bytes]] = {}
    newest, count, total, content = datetime.min.replace(tzinfo=UTC), 0, 0, hashlib.sha256()
    for number, (name, raw) in enumerate(entries):
        total += len(raw)
        if len(raw) > MAX_RECORD_BYTES or total > MAX_BYTES or number >= MAX_RECORDS:
            raise bad(path, f"is larger than any advisory database (at {name[:100]})", "Look at where it comes from.")
        content.update(f"{hashlib.sha256(raw).hexdigest()}  {name}\n".encode("utf-8", "surrogateescape"))
        modified, names = _record(path, name, raw)
        newest, count = max(newest, modified) if names else newest, count + bool(names)
        for distribution in names:
            records.setdefault(distribution, []).append(raw)
    if not count:
        raise bad(path, f"holds no advisory about {ECOSYSTEM}")
    return Snapshot(str(path), digest or content.hexdigest(), newest, count, {k: tuple(v) for k, v in records.items()})


def _record(path: Path, name: str, raw: bytes) -> tuple[datetime, set[str]]:
    """When a record was last modified, and the PyPI distributions that it names."""
    try:
        entry: Any = json.loads(raw)
        packages = [affected["package"] for affected in entry.get("affected", ()) if "package" in affected]
        names = {str(canonicalize_name(p["name"])) for p in packages if ecosystem(p) == ECOSYSTEM}
        modified = datetime.fromisoformat(entry["modified"])
        if modified.tzinfo is None or not isinstance(entry["id"], str):
            raise NotARecord("no id, or a time without a zone")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise bad(path, f"is damaged: {name[:100]} is not an OSV record ({type(problem).__name__}: {problem})") from problem
    return modified, names

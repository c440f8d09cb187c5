"""The ledger's lines, told as generations: what is known of each, and whether it may be counted on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ..keeping import BackupError, Drill, Generation, Taken
from .drill import Kept
from .engine import Stored
from .ledger import Line

OPEN_FOR = timedelta(days=30)  # a release that nobody closed by then is taken for closed
LAST_RELEASE = "last release"
LONG_AGO = datetime.min.replace(tzinfo=UTC)
DRILL: TypeAdapter[Drill | None] = TypeAdapter(Drill | None)
TAKEN = TypeAdapter(tuple[Taken, ...])
FILES = TypeAdapter(tuple[Stored, ...])


@dataclass(frozen=True)
class Record:
    """One generation in the ledger."""

    id: str
    sequence: int
    at: datetime
    run: str
    commit: str
    engine: str
    taken: tuple[Taken, ...]
    files: tuple[Stored, ...]
    drill: Drill | None  # None: none was due
    pinned: tuple[str, ...]
    marks: Mapping[str, str]  # source to write mark after deploy
    open: bool  # its release may still roll back
    last: bool  # it is the last release's that passed
    gone: bool  # pruned or forgotten

    @property
    def failed(self) -> bool:
        return self.drill is not None and not self.drill.passed

    def whole(self, folder: Path) -> bool:
        """All files are there with their sizes. Their contents are for a drill to check."""
        return all(_size(folder / stored.name) == stored.size for stored in self.files)

    def kept(self, folder: Path) -> Kept:
        return Kept(folder, self.files, self.taken)

    def generation(self) -> Generation:
        reasons = [*self.pinned]
        reasons += [LAST_RELEASE] if self.last else []
        reasons += [f"open release {self.run}"] if self.open else []
        sums = "".join(f"{stored.sha256}  {stored.name}\n" for stored in self.files)
        return Generation(
            id=self.id,
            sequence=self.sequence,
            at=self.at,
            run=self.run,
            commit=self.commit,
            engine=self.engine,
            taken=self.taken,
            size=sum(stored.size + stored.beside for stored in self.files),
            sha256=hashlib.sha256(sums.encode()).hexdigest(),
            drill=self.drill,
            pinned=tuple(reasons),
        )


def as_data(
    id: str, sequence: int, at: datetime, run: str, commit: str, engine: str, kept: Kept, drill: Drill | None
) -> dict[str, object]:
    """What a `taken` line holds."""
    return {
        **{"id": id, "sequence": sequence, "taken_at": at.isoformat(), "run": run, "commit": commit, "engine": engine},
        **{"taken": [asdict(one) for one in kept.taken], "files": [asdict(one) for one in kept.files]},
        "drill": DRILL.dump_python(drill, mode="json"),
    }


def parse_record(raw: Mapping[str, Any], now: datetime) -> Record:
    """A `taken` line's generation, open as long as it is young. Raises `BackupError` when it is none."""
    try:
        at = datetime.fromisoformat(raw["taken_at"])
        return Record(
            id=str(raw["id"]),
            sequence=int(raw["sequence"]),
            at=at,
            run=str(raw["run"]),
            commit=str(raw["commit"]),
            engine=str(raw["engine"]),
            taken=TAKEN.validate_python(raw["taken"]),
            files=FILES.validate_python(raw["files"]),
            drill=DRILL.validate_python(raw["drill"]),
            pinned=(),
            marks={},
            open=now - at < OPEN_FOR,
            last=False,
            gone=False,
        )
    except (ValidationError, ValueError, KeyError, TypeError) as problem:
        raise BackupError("A line of the ledger can't be understood.", "It was written by another version.") from problem


def records(lines: Iterable[Line]) -> dict[str, Record]:
    """All generations that the ledger names, gone ones among them, by id."""
    lines = list(lines)
    now = max((line.at for line in lines), default=LONG_AGO)
    found: dict[str, Record] = {}
    for line in lines:
        _apply(found, line, now)
    return found


def _apply(found: dict[str, Record], line: Line, now: datetime) -> None:
    data = line.data
    if line.kind == "taken":
        record = parse_record(data, now)
        found[record.id] = record
    elif line.kind == "closed":
        _close(found, str(data["run"]), data["passed"] is True)
    elif line.kind == "pinned" and data["why"] == LAST_RELEASE:
        _make_last(found, str(data["id"]))
    elif str(data.get("id", "")) in found:
        id = str(data["id"])
        found[id] = _changed(found[id], line)


def _changed(record: Record, line: Line) -> Record:
    data = line.data
    match line.kind:
        case "drilled":
            return replace(record, drill=DRILL.validate_python(data["drill"]))
        case "pinned":
            return replace(record, pinned=tuple(dict.fromkeys((*record.pinned, str(data["why"])))))
        case "unpinned":
            return replace(record, pinned=tuple(why for why in record.pinned if why != data["why"]))
        case "marked":
            return replace(record, marks={str(name): str(mark) for name, mark in data["marks"].items()})
        case "pruned" | "forgotten":
            return replace(record, gone=True)
        case _:
            return record


def _close(found: dict[str, Record], run: str, passed: bool) -> None:
    of_run = [record.id for record in found.values() if record.run == run]
    for id in of_run:
        found[id] = replace(found[id], open=False)
    if passed and of_run:
        _make_last(found, of_run[-1])


def _make_last(found: dict[str, Record], id: str) -> None:
    """There is one last release: the pin moves."""
    for each, record in found.items():
        found[each] = replace(record, last=each == id)


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return -1

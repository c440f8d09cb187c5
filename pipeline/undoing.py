"""The undos of a run, as its journal tells them: which are open, and how far each was taken back. Pure over entries.

The order of one undo: `undo` (the promise) - `change-started` - `change-done` - then either `undo-closed` (the new version
was verified) or `undo-started` - `undo-data-started` - `undo-data-done` - `undo-code-done` - `undo-done`. A process can be
killed between any two; every line but the first names its undo by the sequence number of the promise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from pydantic import TypeAdapter, ValidationError

from .keeping import Restored
from .release import Entry, ReleaseError
from .shipping import Probed, Undo

UNDO = "undo"
CHANGE_STARTED = "change-started"
CHANGE_DONE = "change-done"
UNDO_CLOSED = "undo-closed"
UNDO_STARTED = "undo-started"
UNDO_DATA_STARTED = "undo-data-started"
UNDO_DATA_DONE = "undo-data-done"
UNDO_CODE_DONE = "undo-code-done"
UNDO_DONE = "undo-done"


@dataclass(frozen=True)
class Promise:
    """What is written down before a change."""

    undo: Undo
    generation: str  # the backup that goes with it; "" when the project names nothing to back up
    before: tuple[Probed, ...]  # what the probes said about the version that stood


@dataclass(frozen=True)
class OpenUndo:
    """A promise that is neither kept nor closed, and how far it is."""

    seq: int
    promise: Promise
    changed: bool  # the change was begun
    standing: str | None  # what the driver said stood after the change; None when the change was cut off
    data_begun: bool
    restored: tuple[Restored, ...] | None  # None: data has not gone back yet
    code_back: bool


def promised(promise: Promise) -> dict[str, object]:
    """The promise as the journal holds it."""
    data: dict[str, object] = TypeAdapter(Promise).dump_python(promise, mode="json")
    return data


def of(seq: int, **more: object) -> dict[str, object]:
    """What a later line says: which undo it is about, and more."""
    return {"undo": seq, **more}


def restored_data(restored: Sequence[Restored]) -> list[dict[str, object]]:
    return [asdict(one) for one in restored]


def open_undos(entries: Sequence[Entry]) -> tuple[OpenUndo, ...]:
    """Newest first. Raises `ReleaseError` for a promise that can't be read: then nothing may be guessed."""
    made = [entry for entry in entries if entry.kind == UNDO]
    opened = [entry for entry in made if not {UNDO_DONE, UNDO_CLOSED} & _later(entries, entry.seq).keys()]
    return tuple(_open(entry, _later(entries, entry.seq)) for entry in reversed(opened))


def deployed(entries: Sequence[Entry]) -> OpenUndo | None:
    """The last change that was begun and not taken back, whether it is verified or not."""
    for entry in reversed(entries):
        if entry.kind == UNDO:
            later = _later(entries, entry.seq)
            return _open(entry, later) if CHANGE_STARTED in later and UNDO_DONE not in later else None
    return None


def _later(entries: Sequence[Entry], seq: int) -> dict[str, Mapping[str, object]]:
    return {entry.kind: entry.data for entry in entries if entry.data.get("undo") == seq and entry.kind != UNDO}


def _open(entry: Entry, later: Mapping[str, Mapping[str, object]]) -> OpenUndo:
    try:
        promise = TypeAdapter(Promise).validate_python(entry.data)
        data = later.get(UNDO_DATA_DONE)
        restored = None if data is None else TypeAdapter(tuple[Restored, ...]).validate_python(data.get("restored"))
    except ValidationError as problem:
        raise ReleaseError(
            f"The undo in line {entry.seq + 1} of the journal can't be read.",
            "Take the change back by hand; the line says how. It was written by another version of secure-release.",
        ) from problem
    done = later.get(CHANGE_DONE)
    return OpenUndo(
        seq=entry.seq,
        promise=promise,
        changed=CHANGE_STARTED in later,
        standing=None if done is None else str(done.get("standing", "")),
        data_begun=UNDO_DATA_STARTED in later,
        restored=restored,
        code_back=UNDO_CODE_DONE in later,
    )

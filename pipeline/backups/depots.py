"""Keeps what an engine stored outside of the generations' folders in step with the ledger, which alone says what is to be there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from .engine import Depot, Listed
from .ledger import BEGUN, CHECKED, CLEARED, RECLAIMED, Ledger, Line
from .records import records

TURNS = 10  # parts: every byte is read at least once in so many releases
NOTHING = Listed(frozenset(), frozenset())


def listed(depot: Depot | None, ledger: Ledger, folders: Sequence[Path]) -> Listed:
    """What of these generations is missing, and what is there that the ledger never began."""
    if depot is None or not begun(ledger.lines):
        return NOTHING
    said = depot.listed(folders)
    return Listed(said.missing, said.others - begun(ledger.lines))


def begun(lines: Iterable[Line]) -> frozenset[str]:
    return frozenset(str(line.data["id"]) for line in lines if line.kind == BEGUN)


def sweep(depot: Depot | None, ledger: Ledger) -> tuple[str, ...]:
    """Forget what a killed run had begun, and what was pruned and is still there. Only ids that the ledger holds."""
    owed = _owed(ledger.lines)
    if depot is None or not owed:
        return ()
    depot.forget(owed)
    for id in owed:
        ledger.append(CLEARED, {"id": id})
    return tuple(f"what was stored of {id}" for id in owed)


def _owed(lines: Sequence[Line]) -> tuple[str, ...]:
    taken = {id for id, record in records(lines).items() if not record.gone}
    accepted = {str(line.data["id"]) for line in lines if line.kind == "forgotten"}  # a loss that somebody looks into
    done = {str(line.data["id"]) for line in lines if line.kind == CLEARED}
    return tuple(sorted(begun(lines) - taken - accepted - done))


def reclaim(depot: Depot | None, ledger: Ledger) -> None:
    """Free the room of what was forgotten, once."""
    kinds = [line.kind for line in ledger.lines if line.kind in (CLEARED, RECLAIMED)]
    if depot is not None and kinds and kinds[-1] == CLEARED:
        depot.reclaim()
        ledger.append(RECLAIMED, {})


def check(depot: Depot | None, ledger: Ledger, turn: int) -> None:
    """Read the next part, or again one that was not well the last time; write down what is wrong with it."""
    if depot is not None:
        part = min(_unwell(ledger.lines), default=turn % TURNS)
        ledger.append(CHECKED, {"part": part, "said": depot.check(part, TURNS)})


def damage(lines: Iterable[Line]) -> tuple[str, ...]:
    """What the last look at each part said was wrong; a later good look at another part does not hide it."""
    return tuple(dict.fromkeys(_unwell(lines).values()))


def _unwell(lines: Iterable[Line]) -> Mapping[int, str]:
    said = {int(line.data["part"]): str(line.data["said"]) for line in lines if line.kind == CHECKED}
    return {part: text for part, text in said.items() if text}


"""The run folders that `gate --from` names: found, read, and what backs them copied into the run that they are joined into."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from secure_release.checks import Evidence

from .evidence import EvidenceFolder
from .joining import AGAIN, Part, part
from .journal import JOURNAL_NAME, read_entries
from .release import EvidenceStore, Reason, ReleaseError, StageResult

KEPT = "journal of "  # the name of a joined run's journal among the evidence begins so


@dataclass(frozen=True)
class Found:
    """What was given to be joined: the runs that can be read, and a reason for each that can't."""

    parts: tuple[Part, ...]
    against: tuple[Reason, ...]


def find(named: Sequence[str], target: EvidenceStore) -> Found:
    """Read every run below the named folders and copy its evidence to `target`, each piece checked by its digest."""
    parts, against = [], []
    for name in named:
        folders = tuple(_runs(Path(name)))
        if not folders:
            against.append(Reason(f"{name} holds no run.", f"It, or folders in it, must hold {JOURNAL_NAME}. {AGAIN}"))
        for folder in folders:
            try:
                parts.append(_taken(folder, target))
            except ReleaseError as problem:
                against.append(Reason(f"{folder} can't be joined: {problem}", problem.hint))
    return Found(tuple(parts), tuple(against))


def again(kept: Iterable[Evidence], store: EvidenceStore) -> tuple[Part, ...]:
    """The parts once more, from the journals that a joined run keeps. Raises `ReleaseError` for one that is not whole."""
    return tuple(_read(item.name, store.read(item.sha256), store) for item in kept if item.name.startswith(KEPT))


def _runs(folder: Path) -> Iterator[Path]:
    """The folder itself, or the folders in it: an artifact download makes one for each artifact."""
    if (folder / JOURNAL_NAME).is_file():
        yield folder
    elif folder.is_dir():
        yield from sorted(child for child in folder.iterdir() if (child / JOURNAL_NAME).is_file())


def _taken(folder: Path, target: EvidenceStore) -> Part:
    try:
        source = EvidenceFolder(folder / "evidence")
        journal = (folder / JOURNAL_NAME).read_bytes()
    except OSError as problem:
        raise ReleaseError(f"it can't be read: {problem.strerror}.", AGAIN) from problem
    one = _read(str(folder), journal, source)
    for item in _backing(one.seen.stages):
        target.keep(item.name, source.read(item.sha256))
    target.keep(f"{KEPT}{one.name}", journal)
    return one


def _read(where: str, journal: bytes, evidence: EvidenceStore) -> Part:
    try:
        return part(where, hashlib.sha256(journal).hexdigest(), read_entries(journal, where), evidence)
    except (ValidationError, ValueError, KeyError) as problem:
        raise ReleaseError(f"it is no run that this version can read ({type(problem).__name__}).", AGAIN) from problem


def _backing(stages: Iterable[StageResult]) -> Iterator[Evidence]:
    for result in stages:
        yield from result.evidence

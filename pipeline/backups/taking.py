"""Takes one generation of all sources or nothing: read, store, drill, publish."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..evidence import write_whole
from ..keeping import BackupError, Drill, Generation, Taken, vouching
from .drill import Kept, drill
from .engine import Engine, Stored, TreeChanged
from .exchange import flush_folder
from .keys import Lock, Owner, Unlock
from .ledger import BEGUN, Ledger
from .manifest import digest
from .records import as_data, records
from .repository import Repository, remove
from .source import Source, Staged, Trial
from .walk import holes

TRIES = 3  # how often a source is read again when it was written to meanwhile
SHRUNK = 0.5  # a source with less than this of its last generation is incomplete, not a smaller backup


@dataclass(frozen=True)
class Settings:
    """What of the configuration the vault needs."""

    owner: Owner
    last: int
    ages: tuple[float, ...]
    prunes: bool
    drill_every: float  # seconds; 0: with every release
    for_rollback: frozenset[str]  # sources whose plain copy stays until the release is closed


@dataclass(frozen=True)
class _Kept:
    """One source, stored: what the ledger says of it, its files, and the manifest from the source itself."""

    taken: Taken
    files: tuple[Stored, ...]
    manifest: bytes


@dataclass(frozen=True)
class Taking:
    sources: tuple[Source, ...]
    engine: Engine
    repository: Repository
    settings: Settings
    trial: Callable[[str], Trial]
    now: Callable[[], datetime]

    def run(self, ledger: Ledger, work: Path, run: str, commit: str) -> str:
        """Take one generation, drill it, publish it; its id. Raises `BackupError` or `OSError` and then has published nothing."""
        lock, unlock = self.engine.keys(self.settings.owner)
        if not self.sources:
            raise BackupError("There is nothing to back up.", "Name what the release may destroy in `backup.sources`.")
        sequence = self._next_sequence(ledger)
        id = f"{sequence}-{secrets.token_hex(3)}"
        self._begin(id, ledger)
        folder, into, at = work / id, work / "drill", self.now()
        folder.mkdir(mode=0o700)
        stored = [self._store(source, folder, work, lock, ledger) for source in self.sources]
        kept = Kept(folder, tuple(file for one in stored for file in one.files), tuple(one.taken for one in stored))
        said = self._drill(kept, unlock, into) if self._due(ledger, kept, at) else None
        record = as_data(id, sequence, at, run, commit, self.engine.name, kept, said)
        write_whole(folder / "generation.json", json.dumps(record).encode())
        if said is not None:
            self._keep_for_rollback(id, into, stored)
        flush_folder(folder)
        folder.rename(self.repository.generations / id)
        flush_folder(self.repository.generations)
        ledger.append("taken", record)
        return id

    def _begin(self, id: str, ledger: Ledger) -> None:
        """Write down what a killed run would leave outside of its folder, before it is there."""
        if self.engine.depot is not None:
            self.engine.depot.prepare(used=any(line.kind == BEGUN for line in ledger.lines))
            ledger.append(BEGUN, {"id": id})

    def _due(self, ledger: Ledger, kept: Kept, at: datetime) -> bool:
        """Always when data may go back: that needs the drill's own restored copy. Else when no young one speaks for this."""
        if not self.settings.drill_every or self.settings.for_rollback:
            return True
        known = [record.generation() for record in records(ledger.lines).values() if not record.gone]
        now = Generation("", 0, at, "", "", self.engine.name, kept.taken, 0, "", None, ())
        return vouching(now, known, self.settings.drill_every) is None

    def _drill(self, kept: Kept, unlock: Unlock, into: Path) -> Drill:
        into.mkdir(mode=0o700)
        said = drill(kept, self.engine, unlock, into, self.now, self.trial)
        if not said.passed:
            raise BackupError(
                f"The backup did not come back as it went in: {'; '.join(said.differences)}.",
                "Nothing of it was kept. Mend what is named, then run again.",
            )
        return said

    def _store(self, source: Source, folder: Path, work: Path, lock: Lock, ledger: Ledger) -> _Kept:
        changed = ""
        for attempt in range(TRIES):
            scratch = work / f"{source.name}.{attempt}"
            scratch.mkdir(mode=0o700)
            try:
                staged = source.stage(scratch)
                self._check_size(source, staged, ledger)
                lost = self._not_kept(staged)
                stored = self.engine.store(source.name, staged.tree, staged.manifest, folder, lock)
                changed = staged.changed()
            except TreeChanged as problem:
                changed = str(problem)
            shutil.rmtree(scratch)
            if not changed:
                return _Kept(_taken(source, staged, lost), stored, staged.manifest)
        raise BackupError(
            f"The source `{source.name}` was written to while it was read, {TRIES} times: {changed}.",
            "Stop who writes there during the release, or exclude it; a database needs a source of its own type.",
        )

    def _check_size(self, source: Source, staged: Staged, ledger: Ledger) -> None:
        free = shutil.disk_usage(self.repository.folder).free
        room = staged.room if self.engine.keeps_holes else max(staged.room, staged.size)
        if free < room:
            raise BackupError(
                f"{self.repository.folder} has {free} bytes left; the drill of `{source.name}` alone needs {room}.",
                "Make room.",
            )
        before = self._last_taken(source, ledger)
        if before is not None and (staged.items < before.items * SHRUNK or staged.size < before.size * SHRUNK):
            raise BackupError(
                f"The source `{source.name}` shrank to {staged.items} items and {staged.size} bytes; "
                f"the last backup had {before.items} and {before.size}.",
                "Find out what is missing. If nothing is, give the source a new `name`: that starts a new history.",
            )

    def _not_kept(self, staged: Staged) -> str:
        return "" if self.engine.keeps_holes or not holes(staged.tree) else "; not kept: the holes of sparse files"

    def _last_taken(self, source: Source, ledger: Ledger) -> Taken | None:
        known = [taken for record in records(ledger.lines).values() for taken in record.taken if taken.source == source.name]
        return known[-1] if known else None

    def _next_sequence(self, ledger: Ledger) -> int:
        known = [record.sequence for record in records(ledger.lines).values()]
        there = [int(place.name.partition("-")[0]) for place in self.repository.generations.iterdir() if place.name[:1].isdigit()]
        return 1 + max((*known, *there), default=0)

    def _keep_for_rollback(self, id: str, into: Path, stored: Sequence[_Kept]) -> None:
        """The drill's own restored data, checked a moment ago, moved instead of removed; with it the manifests."""
        wanted = [one for one in stored if one.taken.source in self.settings.for_rollback]
        for one in stored:
            if one in wanted:
                write_whole(into / f"{one.taken.source}.manifest", one.manifest)
            else:
                remove(into / one.taken.source)
        if wanted:
            into.rename(self.repository.pending(id))


def _taken(source: Source, staged: Staged, not_kept: str) -> Taken:
    return Taken(
        source=source.name,
        type=source.type,
        path=source.place,
        consistency=f"{staged.consistency}{not_kept}",
        manifest_sha256=digest(staged.manifest),
        items=staged.items,
        size=staged.size,
        write_mark=staged.write_mark,
    )

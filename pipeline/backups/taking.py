"""Takes one generation of all sources or nothing: read, store, drill, publish."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..evidence import write_whole
from ..keeping import BackupError, Drill, Taken
from .drill import Kept, drill, manifest_name, read_manifest
from .engine import Engine, Stored, TreeChanged
from .exchange import flush_folder
from .keys import Lock, Unlock, owners, run_key
from .ledger import Ledger
from .manifest import digest
from .records import as_data, records
from .repository import Repository, remove
from .sealing import seal_bytes
from .source import Source, Staged, Trial

TRIES = 3  # how often a source is read again when it was written to meanwhile
SHRUNK = 0.5  # a source with less than this of its last generation is incomplete, not a smaller backup


@dataclass(frozen=True)
class Settings:
    """What of the configuration the vault needs."""

    recipients: tuple[str, ...]
    recipients_file: Path | None
    identity: Path | None  # the owner's key file, when this machine has it
    last: int
    ages: tuple[float, ...]
    for_rollback: frozenset[str]  # sources whose plain copy stays until the release is closed


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
        owner = owners(self.settings.recipients, self.settings.recipients_file)
        if not self.sources:
            raise BackupError("There is nothing to back up.", "Name what the release may destroy in `backup.sources`.")
        public, unlock = run_key()
        sequence = self._next_sequence(ledger)
        id = f"{sequence}-{secrets.token_hex(3)}"
        folder, into, at = work / id, work / "drill", self.now()
        folder.mkdir(mode=0o700)
        stored = [self._store(source, folder, work, Lock((*owner, public)), ledger) for source in self.sources]
        kept = Kept(folder, tuple(file for _, both in stored for file in both), tuple(one for one, _ in stored))
        said = self._drill(kept, unlock, into)
        record = as_data(id, sequence, at, run, commit, self.engine.name, kept, said)
        write_whole(folder / "generation.json", json.dumps(record).encode())
        self._keep_for_rollback(id, into, kept, unlock)
        flush_folder(folder)
        folder.rename(self.repository.generations / id)
        flush_folder(self.repository.generations)
        ledger.append("taken", record)
        return id

    def _drill(self, kept: Kept, unlock: Unlock, into: Path) -> Drill:
        into.mkdir(mode=0o700)
        said = drill(kept, self.engine, unlock, into, self.now, self.trial)
        if not said.passed:
            raise BackupError(
                f"The backup did not come back as it went in: {'; '.join(said.differences)}.",
                "Nothing of it was kept. Mend what is named, then run again.",
            )
        return said

    def _store(self, source: Source, folder: Path, work: Path, lock: Lock, ledger: Ledger) -> tuple[Taken, tuple[Stored, Stored]]:
        changed = ""
        for attempt in range(TRIES):
            scratch = work / f"{source.name}.{attempt}"
            scratch.mkdir(mode=0o700)
            try:
                staged = source.stage(scratch)
                self._check_size(source, staged, ledger)
                stored = self.engine.store(source.name, staged.tree, folder, lock)
                changed = staged.changed()
            except TreeChanged as problem:
                changed = str(problem)
            shutil.rmtree(scratch)
            if not changed:
                sealed = seal_bytes(staged.manifest, folder / manifest_name(source.name), lock)
                return _taken(source, staged), (stored, sealed)
        raise BackupError(
            f"The source `{source.name}` was written to while it was read, {TRIES} times: {changed}.",
            "Stop who writes there during the release, or exclude it; a database needs a source of its own type.",
        )

    def _check_size(self, source: Source, staged: Staged, ledger: Ledger) -> None:
        free = shutil.disk_usage(self.repository.folder).free
        if free < staged.room:
            raise BackupError(
                f"{self.repository.folder} has {free} bytes left; the drill of `{source.name}` alone needs {staged.room}.",
                "Make room.",
            )
        before = self._last_taken(source, ledger)
        if before is not None and (staged.items < before.items * SHRUNK or staged.size < before.size * SHRUNK):
            raise BackupError(
                f"The source `{source.name}` shrank to {staged.items} items and {staged.size} bytes; "
                f"the last backup had {before.items} and {before.size}.",
                "Find out what is missing. If nothing is, give the source a new `name`: that starts a new history.",
            )

    def _last_taken(self, source: Source, ledger: Ledger) -> Taken | None:
        known = [taken for record in records(ledger.lines).values() for taken in record.taken if taken.source == source.name]
        return known[-1] if known else None

    def _next_sequence(self, ledger: Ledger) -> int:
        known = [record.sequence for record in records(ledger.lines).values()]
        there = [int(place.name.partition("-")[0]) for place in self.repository.generations.iterdir() if place.name[:1].isdigit()]
        return 1 + max((*known, *there), default=0)

    def _keep_for_rollback(self, id: str, into: Path, kept: Kept, unlock: Unlock) -> None:
        """The drill's own restored data, checked a moment ago, moved instead of removed; with it the manifests."""
        wanted = [taken for taken in kept.taken if taken.source in self.settings.for_rollback]
        for taken in kept.taken:
            if taken in wanted:
                write_whole(into / f"{taken.source}.manifest", read_manifest(kept, taken, unlock))
            else:
                remove(into / taken.source)
        if wanted:
            into.rename(self.repository.pending(id))


def _taken(source: Source, staged: Staged) -> Taken:
    return Taken(
        source=source.name,
        type=source.type,
        path=source.place,
        consistency=staged.consistency,
        manifest_sha256=digest(staged.manifest),
        items=staged.items,
        size=staged.size,
        write_mark=staged.write_mark,
    )

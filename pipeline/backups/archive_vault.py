"""The configured sources, engine and repository as one thing: takes, drills, keeps, prunes, restores, puts back."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from secure_release.checks import Finding

from ..keeping import BackupError, Drill, Generation, Programs, Promise, Restored, Taken
from .drill import check_files, drill, read_manifest, restored
from .engine import Engine
from .exposure import Exposed, damaged, exposure, vanished
from .keys import read_identity
from .ledger import Ledger
from .manifest import few
from .putback import Fetched, Job, Policy, PutBack
from .records import DRILL, Record, records
from .repository import Repository, remove
from .retention import Point, needed, promises
from .source import InFiles, Source, Trial
from .taking import Settings, Taking


@dataclass(frozen=True)
class ArchiveVault:
    """A `Vault` over one engine."""

    sources: tuple[Source, ...]
    engine: Engine
    repository: Repository
    settings: Settings
    programs: Programs
    now: Callable[[], datetime]

    def take(self, run: str, commit: str) -> Generation:
        taking = Taking(self.sources, self.engine, self.repository, self.settings, self._trial, self.now)
        with _as_backup_error(), self.repository.opened() as ledger:
            self.repository.sweep(ledger)
            with self.repository.workplace() as work:
                id = taking.run(ledger, work, run, commit)
            return records(ledger.lines)[id].generation()

    def generations(self) -> tuple[Generation, ...]:
        with _as_backup_error(), self.repository.opened() as ledger:
            return tuple(record.generation() for record in self._there(ledger))

    def _there(self, ledger: Ledger) -> tuple[Record, ...]:
        """What may be counted on: not gone, whole on the disk, and its last drill passed."""
        known = [record for record in records(ledger.lines).values() if not record.gone and record.drill.passed]
        return tuple(record for record in known if record.whole(self.repository.generations / record.id))

    def _points(self, ledger: Ledger) -> list[Point]:
        return [Point(one.id, one.sequence, one.at, bool(one.generation().pinned)) for one in self._there(ledger)]

    def drill(self, id: str) -> Drill:
        unlock = read_identity(self.settings.identity)
        with _as_backup_error(), self.repository.opened() as ledger:
            record = self._record(ledger, id)
            with self.repository.workplace() as into:
                kept = record.kept(self.repository.generations / id)
                said = drill(kept, self._engine(record), unlock, into, self.now, self._trial)
            ledger.append("drilled", {"id": id, "drill": DRILL.dump_python(said, mode="json")})
            return said

    def prune_held(self, now: datetime) -> str:
        with _as_backup_error(), self.repository.opened() as ledger:
            return _held(ledger, now)

    def prune(self, now: datetime) -> tuple[str, ...]:
        with _as_backup_error(), self.repository.opened() as ledger:
            self.repository.sweep(ledger)
            if _held(ledger, now):
                return ()
            points = self._points(ledger)
            keep = needed(points, self.settings.last, self.settings.ages, now)
            dropped = tuple(point.id for point in points if point.id not in keep)
            for id in dropped:
                ledger.append("pruned", {"id": id})
                self.repository.discard(id)
            return dropped

    def promises(self, now: datetime) -> tuple[Promise, ...]:
        with _as_backup_error(), self.repository.opened() as ledger:
            return promises(self._points(ledger), self.settings.ages, now)

    def exposure(self) -> tuple[Finding, ...]:
        with _as_backup_error(), self.repository.opened() as ledger:
            known = [record for record in records(ledger.lines).values() if not record.gone]
            named = [(record, self.repository.generations / record.id) for record in known]
            lost = [(record.id, place) for record, place in named if not record.whole(place)]
            bad = [(record.id, place) for record, place in named if record.whole(place) and not record.drill.passed]
            places = Exposed(
                self.repository.folder,
                tuple(source.home.target for source in self.sources if isinstance(source.home, InFiles)),
                self.settings.recipients_file,
                self.settings.identity,
            )
            return (*exposure(places), *vanished(lost), *damaged(bad))

    def restore(self, id: str, into: Path) -> None:
        unlock = read_identity(self.settings.identity)
        with _as_backup_error(), self.repository.opened() as ledger:
            record = self._record(ledger, id)
            kept = record.kept(self.repository.generations / id)
            check_files(kept)
            with self._fresh(into):
                for taken in record.taken:
                    said = restored(kept, taken, self._engine(record), unlock, into, self._trial(taken.source, loaded=False))
                    if said:
                        raise BackupError(
                            f"`{taken.source}` did not come back whole: {'; '.join(few(said))}.", "Use another generation."
                        )

    @contextlib.contextmanager
    def _fresh(self, into: Path) -> Iterator[None]:
        """A new folder that stays only when everything came back."""
        if into.exists() or into.is_symlink():
            raise BackupError(
                f"{into} is there already: a restore never writes into something.", "Name a folder that does not exist."
            )
        mark = self.repository.mark(into.absolute())
        into.mkdir(mode=0o700)
        try:
            yield
        except BaseException:
            remove(into)
            raise
        finally:
            mark.unlink(missing_ok=True)

    def mark(self, id: str) -> None:
        with _as_backup_error(), self.repository.opened() as ledger:
            self._record(ledger, id)
            with self.repository.workplace() as scratch:
                going_back = (source for source in self.sources if source.name in self.settings.for_rollback)
                marks = {source.name: source.current_mark(scratch) for source in going_back}
            ledger.append("marked", {"id": id, "marks": marks})

    def put_back(self, id: str, policy: Sequence[tuple[str, Policy]]) -> tuple[Restored, ...]:
        with _as_backup_error(), self.repository.opened() as ledger:
            self.repository.sweep(ledger)
            record = self._record(ledger, id)
            work = PutBack(id, self.repository, ledger, self.programs, self._trial)
            return tuple(self._put_back(work, record, name, wish) for name, wish in policy)

    def _put_back(self, work: PutBack, record: Record, name: str, wish: Policy) -> Restored:
        source = next((source for source in self.sources if source.name == name), None)
        taken = next((taken for taken in record.taken if taken.source == name), None)
        if source is None or taken is None:
            why = f"generation {record.id} or the configuration does not know it"
            return Restored(name, False, f"data did not go back: {why}", "")
        return work.run(Job(source, taken, record.marks.get(name, ""), partial(self._fetch, record, taken)), wish)

    def _fetch(self, record: Record, taken: Taken, scratch: Path) -> Fetched:
        """The plain copy kept for this rollback, or a restore with the owner's key."""
        pending = self.repository.pending(record.id)
        if (pending / taken.source).exists():
            return Fetched(pending / taken.source, (pending / f"{taken.source}.manifest").read_bytes())
        unlock = read_identity(self.settings.identity)
        kept = record.kept(self.repository.generations / record.id)
        check_files(kept)
        said = restored(kept, taken, self._engine(record), unlock, scratch, self._trial(taken.source, loaded=False))
        if said:
            raise BackupError(f"`{taken.source}` did not come back whole: {said[0]}.", "Use another generation.")
        return Fetched(scratch / taken.source, read_manifest(kept, taken, unlock))

    def close(self, run: str, passed: bool) -> None:
        with _as_backup_error(), self.repository.opened() as ledger:
            mine = [record for record in records(ledger.lines).values() if record.run == run]
            if any(record.open for record in mine) or (passed and mine and not mine[-1].last):
                ledger.append("closed", {"run": run, "passed": passed})
            self.repository.sweep(ledger)

    def forget(self, id: str, why: str) -> None:
        with _as_backup_error(), self.repository.opened() as ledger:
            self._record(ledger, id)
            ledger.append("forgotten", {"id": id, "why": why})

    def pin(self, id: str, why: str) -> None:
        self._note("pinned", id, why)

    def unpin(self, id: str, why: str) -> None:
        self._note("unpinned", id, why)

    def _note(self, kind: str, id: str, why: str) -> None:
        with _as_backup_error(), self.repository.opened() as ledger:
            self._record(ledger, id)
            ledger.append(kind, {"id": id, "why": why})

    def sweep(self) -> tuple[str, ...]:
        with _as_backup_error(), self.repository.opened() as ledger:
            return self.repository.sweep(ledger)

    def _trial(self, name: str, loaded: bool = True) -> Trial:
        asks = tuple(ask for source in self.sources if source.name == name for ask in source.asks)
        return Trial(self.programs, self.repository.outside, asks, loaded)

    def _record(self, ledger: Ledger, id: str) -> Record:
        record = records(ledger.lines).get(id)
        if record is None or record.gone:
            raise BackupError(f"There is no generation {id}.", "`secure-release backups` lists them.")
        return record

    def _engine(self, record: Record) -> Engine:
        if record.engine != self.engine.name:
            raise BackupError(f"Generation {record.id} was taken by `{record.engine}`.", f"Set `backup.engine: {record.engine}`.")
        return self.engine


def _held(ledger: Ledger, now: datetime) -> str:
    newest = max(line.at for line in ledger.lines)
    if now >= newest:
        return ""
    return f"the clock went back: it says {now:%Y-%m-%d %H:%M}, and the ledger's newest line is of {newest:%Y-%m-%d %H:%M} UTC"


@contextlib.contextmanager
def _as_backup_error() -> Iterator[None]:
    """A full disk, a missing permission: what the system says, and what to do."""
    try:
        yield
    except OSError as problem:
        hint = "Make room." if problem.errno in (errno.ENOSPC, errno.EDQUOT) else "Mend what the system names, then run again."
        raise BackupError(f"The backup could not be worked on: {problem}.", hint) from problem

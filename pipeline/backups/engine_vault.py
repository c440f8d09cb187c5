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
from . import depots
from .drill import COMPARE, check_files, drill, fetched, restored
from .engine import Engine, Listed
from .exposure import Exposed, damaged, exposure, rotten, unknown, vanished
from .ledger import Ledger
from .manifest import few
from .putback import Fetched, Job, Policy, PutBack
from .records import DRILL, Record, records
from .repository import Repository, remove
from .retention import Point, needed, promises
from .source import InFiles, Source, Trial
from .taking import Settings, Taking
from .web_roots import Served


@dataclass(frozen=True)
class EngineVault:
    """A `Vault` over either engine."""

    sources: tuple[Source, ...]
    engine: Engine
    repository: Repository
    settings: Settings
    programs: Programs
    now: Callable[[], datetime]
    served: Callable[[], tuple[Served, ...]]  # what web servers serve

    def take(self, run: str, commit: str) -> Generation:
        taking = Taking(self.sources, self.engine, self.repository, self.settings, self._trial, self.now)
        with _as_backup_error(), self.repository.opened() as ledger:
            self._sweep(ledger)
            with self.repository.workplace() as work:
                id = taking.run(ledger, work, run, commit)
            taken = records(ledger.lines)[id].generation()
            depots.check(self.engine.depot, ledger, taken.sequence)
            return taken

    def generations(self) -> tuple[Generation, ...]:
        with _as_backup_error(), self.repository.opened() as ledger:
            return tuple(record.generation() for record in self._there(ledger))

    def _there(self, ledger: Ledger) -> tuple[Record, ...]:
        """What is there: not gone, whole on the disk, and no drill failed."""
        known = [record for record in records(ledger.lines).values() if not record.gone and not record.failed]
        lost = self._lost(self._listed(ledger, known), known)
        return tuple(record for record in known if record.id not in lost)

    def _listed(self, ledger: Ledger, known: Sequence[Record]) -> Listed:
        return depots.listed(self.engine.depot, ledger, [self.repository.generations / record.id for record in known])

    def _lost(self, listed: Listed, known: Sequence[Record]) -> frozenset[str]:
        """Those that are not there whole: in their folders, or where the engine keeps the rest."""
        torn = (record.id for record in known if not record.whole(self.repository.generations / record.id))
        return listed.missing.union(torn)

    def _points(self, ledger: Ledger) -> list[Point]:
        return [
            Point(one.id, one.sequence, one.at, bool(one.generation().pinned), one.drill is not None) for one in self._there(ledger)
        ]

    def drill(self, id: str) -> Drill:
        unlock = self.engine.owners_key(self.settings.owner)
        with _as_backup_error(), self.repository.opened() as ledger:
            record = self._record(ledger, id)
            with self.repository.workplace() as into:
                kept = record.kept(self.repository.generations / id)
                said = drill(kept, self._engine(record), unlock, into, self.now, self._trial)
            ledger.append("drilled", {"id": id, "drill": DRILL.dump_python(said, mode="json")})
            return said

    def prune_held(self, now: datetime) -> str:
        with _as_backup_error(), self.repository.opened() as ledger:
            return self._held(ledger, now)

    def prune(self, now: datetime) -> tuple[str, ...]:
        with _as_backup_error(), self.repository.opened() as ledger:
            self._sweep(ledger)
            if self._held(ledger, now):
                return ()
            points = self._points(ledger)
            keep = needed(points, self.settings.last, self.settings.ages, now)
            dropped = tuple(point.id for point in points if point.id not in keep)
            for id in dropped:
                ledger.append("pruned", {"id": id})
                self.repository.discard(id)
            depots.sweep(self.engine.depot, ledger)
            depots.reclaim(self.engine.depot, ledger)
            return dropped

    def _held(self, ledger: Ledger, now: datetime) -> str:
        return _clock_went_back(ledger, now) if self.settings.prunes else "`backup.keep.prune` is false"

    def promises(self, now: datetime) -> tuple[Promise, ...]:
        with _as_backup_error(), self.repository.opened() as ledger:
            return promises(self._points(ledger), self.settings.ages, now)

    def exposure(self) -> tuple[Finding, ...]:
        with _as_backup_error(), self.repository.opened() as ledger:
            known = [record for record in records(ledger.lines).values() if not record.gone]
            named = {record.id: self.repository.generations / record.id for record in known}
            listed = self._listed(ledger, known)
            lost = self._lost(listed, known)
            bad = [record.id for record in known if record.id not in lost and record.failed]
            owner = self.settings.owner
            targets = tuple(source.home.target for source in self.sources if isinstance(source.home, InFiles))
            return (
                *exposure(Exposed(self.repository.folder, targets, owner.recipients_file, owner.identity, self.served())),
                *vanished((id, place) for id, place in named.items() if id in lost),
                *damaged((id, named[id]) for id in bad),
                *unknown(listed.others, self.repository.folder),
                *rotten(depots.damage(ledger.lines), self.repository.folder),
            )

    def restore(self, id: str, into: Path) -> None:
        unlock = self.engine.owners_key(self.settings.owner)
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
        unlock = self.engine.owners_key(self.settings.owner)
        kept = record.kept(self.repository.generations / record.id)
        check_files(kept)
        content = fetched(kept, taken, self._engine(record), unlock, scratch)
        said = COMPARE[taken.type](scratch / taken.source, content, self._trial(taken.source, loaded=False))
        if said:
            raise BackupError(f"`{taken.source}` did not come back whole: {said[0]}.", "Use another generation.")
        return Fetched(scratch / taken.source, content)

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
            return self._sweep(ledger)

    def _sweep(self, ledger: Ledger) -> tuple[str, ...]:
        """Also outside of the folder, which may be on another machine: so nothing on the way back asks for this."""
        said = self.repository.sweep(ledger)
        return (*said, *depots.sweep(self.engine.depot, ledger)) if self.settings.prunes else said

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


def _clock_went_back(ledger: Ledger, now: datetime) -> str:
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

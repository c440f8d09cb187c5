"""Puts one source's data back in place: staged beside it, checked, swapped at once; what it replaces is kept aside."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, assert_never

from ..keeping import BackupError, Programs, Restored, Taken
from .drill import COMPARE, single
from .exchange import exchange, flush_folder
from .ledger import Ledger
from .manifest import digest
from .repository import Repository, remove
from .source import Declined, InFiles, NoWayBack, Source, Swap, Trial

Policy = Literal["never", "if-unchanged", "always"]
COPY = ("--archive", "--reflink=auto", "--no-target-directory")
COPY_SECONDS = 6 * 3600.0


@dataclass(frozen=True)
class Job:
    """One source to put back. `fetch` restores it, into the empty folder it is given if need be."""

    source: Source
    taken: Taken
    after_deploy: str  # the write mark after deploy, "" when nobody noted it
    fetch: Callable[[Path], Fetched]


@dataclass(frozen=True)
class Fetched:
    """Restored data: a folder that holds it, and the manifest of what must be in there."""

    folder: Path
    manifest: bytes


@dataclass(frozen=True)
class PutBack:
    id: str
    repository: Repository
    ledger: Ledger
    programs: Programs
    trial: Callable[[str], Trial]

    def run(self, job: Job, policy: Policy) -> Restored:
        """Never raises for what one source does: a rollback goes on with the others, and says what happened."""
        if policy == "never":
            return Restored(job.source.name, False, "data did not go back: `on_rollback` is `never`", "")
        try:
            unfinished = self._unfinished(job.source)
            if unfinished is not None:
                return self._resume(job, unfinished, policy)
            return self._start(job, policy)
        except BackupError as problem:
            return Restored(job.source.name, False, f"data did not go back: {problem} {problem.hint}", "")
        except OSError as problem:
            return Restored(job.source.name, False, f"data did not go back: {problem}", "")

    def _resume(self, job: Job, plan: Mapping[str, Any], policy: Policy) -> Restored:
        """Finish a swap that was cut off. Who saw the restored data since then may have written to it: it is looked at."""
        source = job.source
        if isinstance(source.home, InFiles):
            with self.repository.workplace() as scratch, source.held(scratch) as current:
                in_place = _inode(source.home.target) == plan["inode"]
                restored = self._finish(source, plan)
            written = in_place and current != job.taken.write_mark
        else:  # a server that we closed for the swap does not tell what it holds before it is open again
            restored = self._finish(source, plan)
            with self.repository.workplace() as scratch:
                written = source.current_mark(scratch) != job.taken.write_mark
        if not written:
            return restored
        if policy == "always":
            return self._start(job, policy)
        why = f"data went back to generation {self.id}, but was written to before the rollback that was cut off went on: left as it is"
        return Restored(source.name, False, why, restored.kept_aside)

    def _start(self, job: Job, policy: Policy) -> Restored:
        with self.repository.workplace() as scratch, job.source.held(scratch) as current:
            if current == job.taken.write_mark:
                return Restored(job.source.name, True, f"data is as it was in generation {self.id}: nothing to do", "")
            if not self._may(policy, current, job):
                return Restored(
                    job.source.name,
                    False,
                    "data did not go back: it was written to since the backup, and not only by the release",
                    "",
                )
            home = job.source.home
            match home:
                case InFiles():
                    return self._swap(job, home, scratch)
                case NoWayBack():
                    return Restored(job.source.name, False, f"data did not go back: {home.why}", "")
                case _:
                    return self._swap_in_server(job, home, current if policy == "if-unchanged" else "", scratch)

    def _may(self, policy: Policy, current: str, job: Job) -> bool:
        match policy:
            case "always":
                return True
            case "if-unchanged":
                return current != "" and current == job.after_deploy
            case "never":
                return False
            case _:
                assert_never(policy)

    def _swap_in_server(self, job: Job, swap: Swap, current: str, scratch: Path) -> Restored:
        fetched = self._fetched(job, scratch)
        plan = swap.stage(self.id, fetched.folder, fetched.manifest, current, scratch)
        plan = {**plan, "id": self.id, "source": job.source.name}
        self.ledger.append("swap", plan)
        return self._finish(job.source, plan)

    def _swap(self, job: Job, home: InFiles, scratch: Path) -> Restored:
        target = home.target
        staging = target.with_name(f".{target.name}.staged-{self.id}")
        mark = self.repository.mark(staging)
        remove(staging)  # left by a run that was killed before its swap began
        staging.mkdir(mode=0o700)
        place = self._stage(job, target, scratch, staging)
        plan = {
            **{"id": self.id, "source": job.source.name, "staging": _hex(staging), "place": _hex(place)},
            **{"aside": _hex(self._aside(target)), "inode": place.lstat().st_ino},
        }
        self.ledger.append("swap", plan)
        restored = self._finish(job.source, plan)
        mark.unlink(missing_ok=True)
        return restored

    def _fetched(self, job: Job, scratch: Path) -> Fetched:
        fetched = job.fetch(scratch)
        if digest(fetched.manifest) != job.taken.manifest_sha256:
            raise BackupError("The manifest beside the restored copy is not the one in the ledger.", "Use another generation.")
        return fetched

    def _stage(self, job: Job, target: Path, scratch: Path, staging: Path) -> Path:
        """A checked copy of the restored data on the target's own file system, flushed; where it is."""
        fetched = self._fetched(job, scratch)
        name = single(job.taken, fetched.manifest)
        place = staging / (name or target.name)
        self._copy(fetched.folder / name if name else fetched.folder, place)
        said = COMPARE[job.taken.type](staging if name else place, fetched.manifest, self.trial(job.source.name))
        if said:
            raise BackupError(f"What would be put back is not what was backed up: {said[0]}.", "Use another generation.")
        os.sync()
        return place

    def _copy(self, source: Path, place: Path) -> None:
        tool = self.programs.find("cp")
        if tool is None:
            raise BackupError("`cp` is not on this machine.", "Install coreutils.")
        ended = self.programs.run((str(tool), *COPY, str(source), str(place)), cwd=place.parent, timeout=COPY_SECONDS)
        if ended.code != 0 or ended.timed_out:
            said = ended.stderr.decode(errors="replace").strip()
            raise BackupError(
                f"The copy beside {place.parent.parent} failed: {said}.", "Make room, or run as the owner of the data."
            )

    def _aside(self, target: Path) -> Path:
        names = (target.with_name(f"{target.name}.replaced-{self.id}{end}") for end in ("", *(f"-{n}" for n in range(2, 1000))))
        return next(name for name in names if not name.exists() and not name.is_symlink())

    def _unfinished(self, source: Source) -> Mapping[str, Any] | None:
        """The plan of a swap that was cut off, by its line in the ledger."""
        plans = [line for line in self.ledger.lines if line.kind in ("swap", "swapped", "declined")]
        mine = [line for line in plans if line.data["source"] == source.name and line.data["id"] == self.id]
        return mine[-1].data if mine and mine[-1].kind == "swap" else None

    def _finish(self, source: Source, plan: Mapping[str, Any]) -> Restored:
        """Do what is still to be done of a swap; may be cut off and called again anywhere."""
        home = source.home
        match home:
            case InFiles():
                kept = self._finish_files(home, plan)
            case NoWayBack():
                raise BackupError(f"A swap was begun, and now there is no way back: {home.why}.", "Use the configuration of then.")
            case _:
                with self.repository.workplace() as scratch:
                    kept = self._finish_in_server(home, plan, scratch)
        self.ledger.append("swapped", {name: plan[name] for name in ("id", "source", "staging", "aside")})
        return Restored(source.name, True, f"data went back to generation {self.id}", kept)

    def _finish_in_server(self, swap: Swap, plan: Mapping[str, Any], scratch: Path) -> str:
        try:
            return swap.finish(plan, scratch)
        except Declined:
            self.ledger.append("declined", {name: plan[name] for name in ("id", "source", "staging", "aside")})
            swap.clear(self.id, scratch)
            raise

    def _finish_files(self, home: InFiles, plan: Mapping[str, Any]) -> str:
        """Told by which file is where."""
        target = home.target
        staging, place, aside = (Path(os.fsdecode(bytes.fromhex(str(plan[name])))) for name in ("staging", "place", "aside"))
        if _inode(target) != plan["inode"]:
            if _inode(place) != plan["inode"]:
                raise BackupError(f"The staged data {place} is gone.", f"Look at {target} and {aside}, and put back by hand.")
            self._exchange(home, place, aside)
        if place.exists() and not aside.exists():
            place.rename(aside)
        flush_folder(target.parent)
        if staging.is_dir() and not any(staging.iterdir()):
            staging.rmdir()
        return str(aside) if aside.exists() else ""

    def _exchange(self, home: InFiles, place: Path, aside: Path) -> None:
        target = home.target
        # A log that belongs to the old file must never meet the new one: it goes first. It is empty, the lock saw to that.
        for ending in home.companions:
            companion = Path(f"{target}{ending}")
            if companion.exists():
                companion.rename(f"{aside}{ending}")
        if not target.exists():
            place.rename(target)
        elif not exchange(place, target):
            target.rename(aside)
            place.rename(target)


def _hex(path: Path) -> str:
    return os.fsencode(path).hex()


def _inode(path: Path) -> int:
    try:
        return path.lstat().st_ino
    except FileNotFoundError:
        return -1

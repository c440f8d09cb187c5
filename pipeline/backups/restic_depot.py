"""One restic repository for one ledger: made, listed, forgotten from, checked. Every call of restic is made here."""

from __future__ import annotations

import contextlib
import errno
import json
import platform
import re
import secrets
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from secure_release.checks import Exit

from ..config import REMOTE_REPOSITORIES
from ..keeping import BackupError, ProgramFailed, Programs
from .engine import Listed
from .exchange import flush_folder
from .restic_lock import PROCESSES, dead_lock
from .restic_password import NAME_ONE, Password
from .restic_pointer import pointed

HOST = "secure-release"  # fixed: with the machine's own name, every new runner would begin a history of its own
OURS = "secure-release"
GENERATION, SOURCE = "generation:", "source:"
TIME_LIMIT = 6 * 3600.0  # seconds for one call
LOCK_SECONDS, LOCK_PAUSE = 30.0, 0.5  # how long somebody else may be at work there, and how often it is tried
LOCKED = ("repository is already locked", "unable to create lock")
NOT_THERE = ("unable to open config file", "Is there a repository at the following location")
ALL_GONE = b"all target directories/files do not exist"
FULL = "no space left on device"
APPEND_ONLY = "Does the repository only take more (append-only)? Then set `backup.keep.prune: false`."


@dataclass(frozen=True)
class Snapshot:
    id: str
    generation: str


@dataclass(frozen=True, repr=False)
class Restic:
    """A `Depot`. Where the repository is and what opens it, restic hears from its environment alone."""

    programs: Programs
    repository: str  # as restic writes it: a folder, or one of `REMOTE_REPOSITORIES`
    folder: Path  # of the ledger
    password: Password
    environment: Mapping[str, str]  # credentials for a remote repository

    @property
    def remote(self) -> bool:
        return self.repository.startswith(REMOTE_REPOSITORIES)

    def prepare(self, used: bool) -> None:
        self._check_version()
        if not self._there():
            if used:
                raise BackupError(
                    f"The restic repository {self._shown()} is gone.",
                    "Put it back. If it is lost, keep the ledger as evidence and name a new `backup.repository`.",
                )
            self._init()
        if not used and self.snapshots():
            raise BackupError(
                f"The restic repository {self._shown()} holds generations of another ledger.",
                "Put its ledger back, or name a repository for this project alone.",
            )

    def listed(self, folders: Sequence[Path]) -> Listed:
        there = self.snapshots()
        ids = {snapshot.id for snapshot in there}
        missing = {folder.name for folder in folders if not set(pointed(folder)) <= ids}
        return Listed(frozenset(missing), frozenset(each.generation for each in there) - {folder.name for folder in folders})

    def forget(self, ids: Collection[str]) -> None:
        """By the ids of snapshots alone: a policy of restic's goes by time and host, and a clock can be wrong."""
        mine = [snapshot.id for snapshot in self.snapshots() if snapshot.generation in ids]
        if mine:
            self.locking("forget", *mine)
        if any(snapshot.generation in ids for snapshot in self.snapshots()):
            raise BackupError(
                f"restic did not forget what it was told to in {self._shown()}.",
                APPEND_ONLY,
            )

    def reclaim(self) -> None:
        """With little room first only what needs none: packs of which nothing is used any more."""
        try:
            self.locking("prune", "--quiet")
        except OSError as problem:
            if problem.errno != errno.ENOSPC:
                raise
            self.locking("prune", "--quiet", "--max-repack-size", "0")

    def check(self, part: int, parts: int) -> str:
        ended = self._run(("check", "--quiet", "--no-lock", f"--read-data-subset={part + 1}/{parts}"))
        return "" if ended.code == 0 and not ended.timed_out else self._words(ended)

    def snapshots(self) -> tuple[Snapshot, ...]:
        """Ours, in no order: never by time."""
        said = self.reading_all("snapshots", "--json", "--host", HOST, "--tag", OURS)
        try:
            found: list[Mapping[str, Any]] = json.loads(said) or []
            return tuple(Snapshot(str(one["id"]), _tag(one["tags"], GENERATION)) for one in found)
        except (ValueError, KeyError, TypeError) as problem:
            raise BackupError("restic's list of snapshots can't be understood.", "Run `restic snapshots` by hand.") from problem

    def reading_all(self, *words: str) -> bytes:
        """Run one that only reads: without a lock, so that none stays behind. Its output; raises `BackupError`."""
        ended = self._run((*words, "--no-lock"))
        self._judge(ended)
        return ended.stdout

    @contextlib.contextmanager
    def streaming(self, *words: str) -> Iterator[IO[bytes]]:
        try:
            with self.programs.reading(
                (*self._argv(), *words, "--no-lock"), cwd=self.folder, timeout=TIME_LIMIT, env=self._env()
            ) as output:
                yield output
        except ProgramFailed as problem:
            raise self._refused(problem.said) from problem

    def locking(self, *words: str) -> None:
        """Run one that locks. Raises `BackupError`, or `OSError` when the place is full."""
        self._judge(self._unlocked(words, b""))

    def backup(self, words: Sequence[str], names: bytes) -> Exit:
        """Run `backup`. How it ended: with 0, with 3 when it could not read all, or with no name there at all; else it raises."""
        ended = self._unlocked(words, names)
        if ended.timed_out or ended.flooded or (ended.code not in (0, 3) and ALL_GONE not in ended.stderr):
            raise self._refused(self._words(ended))
        return ended

    def _unlocked(self, words: Sequence[str], stdin: bytes) -> Exit:
        """Whoever holds the lock of our folder is alone here: so a lock of a dead process is taken away, then again.

        A process that was killed a moment ago may still be dying, and one whose parent never asks for its end looks alive.
        """
        until = time.monotonic() + LOCK_SECONDS
        while True:
            ended = self._run(words, stdin)
            if ended.code == 0 or not _locked(ended):
                return ended
            self._judge(self._run(("unlock", "--remove-all") if self._all_dead() else ("unlock",)))
            if time.monotonic() > until:
                return self._run(words, stdin)
            time.sleep(LOCK_PAUSE)

    def _all_dead(self) -> bool:
        """Whether every lock is of this machine, and of a process that is gone, unburied, or no restic."""
        ids = self.reading_all("list", "locks").decode().split()
        return all(dead_lock(self.reading_all("cat", "lock", id), platform.node(), PROCESSES) for id in ids)

    def _run(self, words: Sequence[str], stdin: bytes = b"") -> Exit:
        return self.programs.run((*self._argv(), *words), cwd=self.folder, timeout=TIME_LIMIT, env=self._env(), stdin=stdin)

    def _argv(self) -> tuple[str, ...]:
        return (self._program(), *(() if self.remote else ("--no-cache",)))

    def _program(self) -> str:
        path = self.programs.find("restic")
        if path is None:
            raise BackupError("restic is not on this machine.", "Install it: apt-get install restic; or set `backup.engine: archive`.")
        return str(path)

    def _env(self) -> Mapping[str, str]:
        return {
            **self.environment,
            **self.password.environment(),
            "RESTIC_REPOSITORY": self.repository,
            "RESTIC_CACHE_DIR": str(self.folder / "cache"),
            "RESTIC_PROGRESS_FPS": "0.1",  # else --json floods: 60 lines a second
        }

    def _there(self) -> bool:
        if not self.remote:
            return (Path(self.repository) / "config").exists()
        ended = self._run(("cat", "config", "--no-lock"))
        if ended.code != 0 and any(phrase in ended.stderr.decode(errors="replace") for phrase in NOT_THERE):
            return False
        self._judge(ended)
        return True

    def _init(self) -> None:
        """A folder appears whole: a killed `init` leaves a key that opens nothing, and restic may try that one first."""
        if self.remote:
            self._judge(self._run(("init",)))
            return
        place = self.folder / "work" / f"init.{secrets.token_hex(4)}"
        argv = (*self._argv(), "init")
        self._judge(
            self.programs.run(argv, cwd=self.folder, timeout=TIME_LIMIT, env={**self._env(), "RESTIC_REPOSITORY": str(place)})
        )
        place.rename(self.repository)
        flush_folder(Path(self.repository).parent)

    def _check_version(self) -> None:
        ended = self.programs.run((self._program(), "version"), cwd=self.folder, timeout=60.0)
        found = re.match(rb"restic (\d+)\.(\d+)", ended.stdout)
        if found is None or (int(found[1]), int(found[2])) < (0, 14):
            raise BackupError("restic is older than 0.14, or does not say its version.", "Install restic 0.14 or newer.")

    def _judge(self, ended: Exit) -> None:
        if ended.code != 0 or ended.timed_out or ended.flooded:
            raise self._refused(self._words(ended))

    def _words(self, ended: Exit) -> str:
        said = ended.stderr.decode(errors="replace").strip() or f"it ended with {ended.code}"
        return _plain(masked("its time was up" if ended.timed_out else said))

    def _refused(self, said: str) -> BackupError | OSError:
        said = masked(said)
        if "403 Forbidden" in said:
            return BackupError(f"The server of {self._shown()} does not allow this: {_plain(said)}.", APPEND_ONLY)
        if FULL in said:
            return OSError(errno.ENOSPC, "No space left on device", self._shown())
        if "wrong password" in said or "no key found" in said or "empty password" in said:
            return BackupError(f"The restic repository {self._shown()} can't be opened: {said}.", NAME_ONE)
        if any(phrase in said for phrase in LOCKED):
            return BackupError(
                f"Somebody else is using the restic repository {self._shown()}: {said}.",
                "Wait for them. A lock that was left on another machine counts as dead after half an hour.",
            )
        return BackupError(f"restic: {said}.", "Mend what restic names, then run again.")

    def _shown(self) -> str:
        return masked(self.repository)


def _plain(said: str) -> str:
    """Without the traces that restic prints, and without what it says again and again."""
    lines = (line.strip() for line in said.splitlines() if "\t" not in line and "github.com/" not in line and "runtime." not in line)
    return "; ".join(line for line in dict.fromkeys(lines) if line)[:600]


def _locked(ended: Exit) -> bool:
    return any(phrase in ended.stderr.decode(errors="replace") for phrase in LOCKED)


def masked(text: str) -> str:
    """Without the user and password of an address."""
    return re.sub(r"//[^/@\s]+@", "//", text)


def _tag(tags: Sequence[str], start: str) -> str:
    return next((tag.removeprefix(start) for tag in tags if tag.startswith(start)), "")

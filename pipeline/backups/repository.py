"""The folder that holds the generations: its lock, its ledger, and what a killed run left in it.

ledger.jsonl                     the record
generations/<id>/                published by one rename, complete and drilled; generation.json is its ledger line
work/                            only in use while the lock is held: whatever lies there without it is garbage
pending/<id>/                    the plain copy for an open release's rollback
marks/                           what stands outside the repository and must be swept: one file a place
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ..evidence import write_whole
from ..keeping import BackupError
from .exchange import flush_folder
from .ledger import Ledger, create
from .records import LONG_AGO, Record, parse_record, records
from .servers import end_servers

FOLDERS = ("generations", "work", "pending", "marks")
LOCK_SECONDS = 30.0  # how long another run may be at work before this one gives up


@dataclass(frozen=True)
class Repository:
    folder: Path
    now: Callable[[], datetime]
    scratch: Path = field(default_factory=lambda: Path(tempfile.gettempdir()))  # for what can't run inside the folder

    @property
    def generations(self) -> Path:
        return self.folder / "generations"

    def pending(self, id: str) -> Path:
        return self.folder / "pending" / id

    @contextlib.contextmanager
    def opened(self) -> Iterator[Ledger]:
        """The ledger, with the repository to ourselves. The kernel frees the lock of a killed process."""
        self._make()
        handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            self._lock(handle)
            yield self._ledger()
        finally:
            os.close(handle)

    def _make(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.folder.is_symlink() or not self.folder.is_dir():
            raise BackupError(f"{self.folder} is no folder.", "Name another `backup.repository`.")
        for name in FOLDERS:
            (self.folder / name).mkdir(mode=0o700, exist_ok=True)

    def _lock(self, handle: int) -> None:
        until = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as problem:
                if time.monotonic() > until:
                    raise BackupError(
                        f"Another run is using {self.folder}.", "Wait for it, or end it, and run again."
                    ) from problem
                time.sleep(0.05)

    def _ledger(self) -> Ledger:
        path = self.folder / "ledger.jsonl"
        if not path.exists():
            if any(self.generations.iterdir()):
                raise BackupError(
                    f"{path} is gone, but there are generations.",
                    "Put it back, or name a new `backup.repository` and keep this one.",
                )
            return create(path, self.now, {"format": 1})
        ledger = Ledger(path, self.now)
        if not ledger.lines:  # killed while its first line was written
            ledger.append("opened", {"format": 1})
        return ledger

    @contextlib.contextmanager
    def workplace(self) -> Iterator[Path]:
        """A private folder that is gone afterwards. Only with the lock."""
        place = self.folder / "work" / secrets.token_hex(6)
        place.mkdir(mode=0o700)
        try:
            yield place
        finally:
            remove(place)

    @contextlib.contextmanager
    def outside(self) -> Iterator[Path]:
        """A private folder for a scratch server, which may not run as root and so can't enter the repository. Only with the lock."""
        place = self.scratch / f"secure-release-drill-{secrets.token_hex(4)}"
        mark = self.mark(place)
        place.mkdir(mode=0o700)
        try:
            yield place
        finally:
            end_servers(place)
            remove(place)
            mark.unlink(missing_ok=True)

    def mark(self, place: Path) -> Path:
        """Write down a place outside the repository before it is made, so that a later run can sweep it."""
        path = self.folder / "marks" / f"{secrets.token_hex(6)}.json"
        write_whole(path, json.dumps({"place": os.fsencode(place).hex()}).encode())
        flush_folder(path.parent)
        return path

    def marked(self) -> Iterator[tuple[Path, Path]]:
        for path in sorted((self.folder / "marks").glob("*.json")):
            with contextlib.suppress(ValueError, KeyError, TypeError):
                yield path, Path(os.fsdecode(bytes.fromhex(json.loads(path.read_bytes())["place"])))

    def sweep(self, ledger: Ledger) -> tuple[str, ...]:
        """Finish or remove what a killed run left. Only with the lock. A complete generation is never removed here."""
        said: list[str] = []
        for place in sorted((self.folder / "work").iterdir()):
            remove(place)
            said.append(f"work/{place.name}")
        said += self._unfinished_prunes(ledger)
        said += self._adopt(ledger)
        said += self._places(ledger)
        known = records(ledger.lines)
        for place in sorted((self.folder / "pending").iterdir()):
            if place.name not in known or not known[place.name].open:
                remove(place)
                said.append(f"pending/{place.name}")
        return tuple(said)

    def _unfinished_prunes(self, ledger: Ledger) -> Iterator[str]:
        for line in ledger.lines:
            if line.kind == "pruned" and (self.generations / str(line.data["id"])).exists():
                self.discard(str(line.data["id"]))
                yield f"generations/{line.data['id']}"

    def _adopt(self, ledger: Ledger) -> Iterator[str]:
        """A generation was published, and the run was killed before its ledger line: write the line now."""
        known = records(ledger.lines)
        for place in sorted(self.generations.iterdir()):
            record = self.published(place)
            if place.name not in known and record is not None:
                ledger.append("taken", record)
                yield f"the ledger line of {place.name}"

    def published(self, place: Path) -> dict[str, object] | None:
        """The line in a published generation, when it is whole and its own."""
        try:
            raw: dict[str, object] = json.loads((place / "generation.json").read_bytes())
            parsed: Record = parse_record(raw, LONG_AGO)
        except (OSError, ValueError, KeyError, TypeError, BackupError):
            return None
        return raw if parsed.id == place.name and parsed.whole(place) else None

    def _places(self, ledger: Ledger) -> Iterator[str]:
        """Staged data beside a target; not when its swap began: then it may be the only copy of the replaced data."""
        for torn in (self.folder / "marks").glob(".*.part"):  # its place was not made yet
            torn.unlink()
            yield f"marks/{torn.name}"
        begun: set[str] = set()
        for line in ledger.lines:  # in order: one place can be swapped many times
            if line.kind == "swap":
                begun.add(str(line.data["staging"]))
            elif line.kind == "swapped":
                begun.discard(str(line.data["staging"]))
        for mark, place in self.marked():
            if os.fsencode(place).hex() in begun:
                continue
            if place.is_dir() and not place.is_symlink():
                end_servers(place)
                remove(place)
                yield str(place)
            mark.unlink(missing_ok=True)

    def discard(self, id: str) -> None:
        """Remove a generation's folder; half a removal is never seen under its name."""
        aside = self.folder / "work" / f"{id}.{secrets.token_hex(4)}"
        (self.generations / id).rename(aside)
        flush_folder(self.generations)
        remove(aside)


def remove(place: Path) -> None:
    """Remove a tree that may hold folders we may not enter."""
    if place.is_symlink() or not place.is_dir():
        place.unlink(missing_ok=True)
        return
    place.chmod(0o700)
    for folder, names, _ in os.walk(os.fsencode(place)):
        for name in names:
            inner = os.path.join(folder, name)  # noqa: PTH118 - bytes
            if stat.S_ISDIR(os.lstat(inner).st_mode):
                os.chmod(inner, 0o700)  # noqa: PTH101
    shutil.rmtree(os.fsencode(place))

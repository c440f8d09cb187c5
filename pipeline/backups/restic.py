"""restic as an engine: for large trees and remote repositories. Who can write to its repository can also read it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..evidence import write_whole
from ..keeping import BackupError
from . import restic_listing
from .engine import Stored, Tree, TreeChanged
from .keys import Lock, Owner, Unlock
from .repository import remove
from .restic_depot import GENERATION, HOST, OURS, SOURCE, Restic
from .restic_leaving import leaving, targets
from .restic_listing import Listing
from .restic_pointer import POINTER, pointer_of

GONE = ("no such file or directory", "not a directory", "does not exist, skipping", "do not exist")


@dataclass(frozen=True)
class ResticEngine:
    """One snapshot a source, of the tree and its manifest; in the generation's folder lies a file that names it."""

    restic: Restic
    generations: Path  # where earlier ones lie: what did not change since is not read again

    @property
    def name(self) -> str:
        return "restic"

    @property
    def depot(self) -> Restic:
        return self.restic

    @property
    def keeps_holes(self) -> bool:
        return False  # `restore --sparse` came after 0.14

    def keys(self, owner: Owner) -> tuple[Lock, Unlock]:
        """There is one key, the repository's own."""
        self.restic.password.environment()
        return Lock(()), Unlock(())

    def owners_key(self, owner: Owner) -> Unlock:
        return self.keys(owner)[1]

    def store(self, source: str, tree: Tree, manifest: bytes, folder: Path, lock: Lock) -> tuple[Stored, ...]:
        root = os.path.realpath(os.fsencode(tree.root))
        if root == b"/":
            raise BackupError(f"`{source}` is the whole file system: restic can't take that as one source.", "Name its folders.")
        note = folder / f"{source}.manifest"
        write_whole(note, manifest)
        try:
            short, added = self._backup(source, tree, root, note, folder)
            listing = self._listing(short)
        finally:
            note.unlink(missing_ok=True)
        restic_listing.judge(listing, root, os.fsencode(note))
        other = restic_listing.difference(listing, root, tree.names)
        if other:
            raise TreeChanged(other)
        if f"{GENERATION}{folder.name}" not in listing.tags:
            raise BackupError("restic named another snapshot than the one it made.", "Run again.")
        return (self._point(folder / f"{source}{POINTER}", listing.id, root, os.fsencode(note), b"." in tree.names, added),)

    def _backup(self, source: str, tree: Tree, root: bytes, note: Path, folder: Path) -> tuple[str, int]:
        """The short id of the new snapshot, and how many bytes are new in it."""
        left = leaving(tree, root)
        excluded = folder / f"{source}.excluded"
        write_whole(excluded, left.lines)
        tags = (OURS, f"{GENERATION}{folder.name}", f"{SOURCE}{source}")
        argv = [
            *("backup", "--json", "--host", HOST, *(word for tag in tags for word in ("--tag", tag))),
            *(("--parent", parent) if (parent := self._parent(source)) else ("--force",)),
            *("--exclude-file", str(excluded), *(word for each in left.words for word in ("--exclude", each))),
            *("--files-from-raw", "-"),
        ]
        stdin = b"".join(target + b"\0" for target in (*targets(tree, root), os.fsencode(note)))
        try:
            ended = self.restic.backup(argv, stdin)
        finally:
            excluded.unlink(missing_ok=True)
        return _summary(source, ended.code, ended.stdout, ended.stderr)

    def _parent(self, source: str) -> str:
        """The newest generation's snapshot by its number: not by its time, which may be wrong."""
        numbered = [path for path in self.generations.glob(f"*/{source}{POINTER}") if path.parent.name[:1].isdigit()]
        newest = max(numbered, key=lambda path: int(path.parent.name.partition("-")[0]), default=None)
        with contextlib.suppress(OSError, BackupError):
            return str(pointer_of(newest.read_bytes())["snapshot"]) if newest is not None else ""
        return ""

    def _listing(self, snapshot: str) -> Listing:
        with self.restic.streaming("ls", "--json", snapshot) as lines:
            listing = restic_listing.read(lines)
        if not listing.id:
            raise restic_listing.refused("it has no list")
        return listing

    def _point(self, path: Path, snapshot: str, root: bytes, note: bytes, whole: bool, added: int) -> Stored:
        raw = {"snapshot": snapshot, "root": root.hex(), "manifest": note.hex(), "whole": whole}
        content = json.dumps(raw, sort_keys=True).encode()
        write_whole(path, content)
        return Stored(path.name, len(content), hashlib.sha256(content).hexdigest(), added)

    def fetch(self, source: str, folder: Path, into: Path, unlock: Unlock) -> bytes:
        """Through a new private folder beside `into`: restic writes through a symbolic link that it finds."""
        pointer = pointer_of((folder / f"{source}{POINTER}").read_bytes())
        snapshot, root, note = pointer["snapshot"], pointer["root"], pointer["manifest"]
        listing = self._listing(snapshot)
        if listing.id != snapshot:
            raise restic_listing.refused("restic gave another one")
        restic_listing.judge(listing, root, note)
        with _beside(into) as place:
            self.restic.reading_all("restore", snapshot, "--target", str(place))
            there = Path(f"{place}{os.fsdecode(root)}")
            if pointer["whole"]:
                there.rename(into)
            else:
                for child in list(there.iterdir()):
                    child.rename(into / child.name)
            return Path(f"{place}{os.fsdecode(note)}").read_bytes()


@contextlib.contextmanager
def _beside(into: Path) -> Iterator[Path]:
    place = into.with_name(f".{into.name}.restic")
    place.mkdir(mode=0o700)
    try:
        yield place
    finally:
        remove(place)


def _summary(source: str, code: int, stdout: bytes, stderr: bytes) -> tuple[str, int]:
    said = stderr.decode(errors="replace")
    gone = [line for line in said.splitlines() if any(phrase in line for phrase in GONE)]
    if gone:  # 0.14 skips what is missing, and ends with 0
        raise TreeChanged(gone[0][:300])
    if code != 0:
        why = said.strip()[:300] or f"it ended with {code}"
        raise BackupError(f"`{source}` could not be read whole: {why}.", "Mend what restic names, then run again.")
    for line in reversed(stdout.splitlines()):
        with contextlib.suppress(ValueError, KeyError, TypeError):
            raw = json.loads(line)
            if raw["message_type"] == "summary":
                return str(raw["snapshot_id"]), int(raw["data_added"])
    raise BackupError(f"restic did not say that it stored `{source}`.", "Run again.")

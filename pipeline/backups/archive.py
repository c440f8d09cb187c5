"""The embedded engine: GNU tar, then zstd, then age. A person with those three programs restores without us."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..keeping import BackupError, ProgramFailed, Programs
from .engine import Stored, Tree, TreeChanged
from .guard import Guard
from .keys import Lock, Owner, Unlock, owners, read_identity, run_key
from .sealing import seal, seal_bytes, unseal, unseal_bytes

TIME_LIMIT = 6 * 3600.0  # seconds for one archive; about 1 TB at the speed of one core
# The same set both ways. `*` takes in security.capability, which tar leaves out by itself.
KEPT = ("--xattrs", "--xattrs-include=*", "--acls", "--numeric-owner")
CREATE = (
    *("--create", "--file=-", "--format=posix", "--sparse", "--no-recursion", "--null", "--files-from=-"),
    # no process number in header names, no times of reading: the same tree makes the same archive
    "--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime",
    *KEPT,
)
EXTRACT = ("--extract", "--file=-", "--preserve-permissions", "--same-owner", "--delay-directory-restore", *KEPT)
CHANGED = ("file changed as we read it", "File removed before we read it", "No such file or directory", "File shrank by")


@dataclass(frozen=True)
class ArchiveEngine:
    """Two files a source: `<source>.tar.zst.age`, `<source>.manifest.zst.age`. The machine that writes can't read old ones."""

    programs: Programs

    @property
    def name(self) -> str:
        return "archive"

    @property
    def depot(self) -> None:
        return None

    @property
    def keeps_holes(self) -> bool:
        return True

    def keys(self, owner: Owner) -> tuple[Lock, Unlock]:
        """The owner's public keys and one for this run, which is thrown away after the drill."""
        public, unlock = run_key()
        return Lock((*owners(owner.recipients, owner.recipients_file), public)), unlock

    def owners_key(self, owner: Owner) -> Unlock:
        return read_identity(owner.identity)

    def store(self, source: str, tree: Tree, manifest: bytes, folder: Path, lock: Lock) -> tuple[Stored, ...]:
        return self._store(source, tree, folder, lock), seal_bytes(manifest, folder / manifest_name(source), lock)

    def _store(self, source: str, tree: Tree, folder: Path, lock: Lock) -> Stored:
        names = b"".join(name + b"\0" for name in tree.names)
        argv = (self._tar(), *CREATE)
        try:
            with self.programs.reading(argv, cwd=tree.root, timeout=TIME_LIMIT, stdin=names) as output:
                stored = seal(output, folder / file_name(source), lock)
        except ProgramFailed as problem:
            (folder / file_name(source)).unlink(missing_ok=True)
            if any(phrase in problem.said for phrase in CHANGED):
                raise TreeChanged(problem.said.splitlines()[0]) from problem
            raise BackupError(
                f"`{source}` could not be read whole: {problem}.", "Mend what tar names, then run again."
            ) from problem
        return stored

    def fetch(self, source: str, folder: Path, into: Path, unlock: Unlock) -> bytes:
        manifest = unseal_bytes(folder / manifest_name(source), unlock)
        argv = (self._tar(), *EXTRACT)
        try:
            with self.programs.writing(argv, cwd=into, timeout=TIME_LIMIT) as pipe:
                guard = Guard(pipe)
                unseal(folder / file_name(source), guard, unlock)
                guard.finish()
        except ProgramFailed as problem:
            raise BackupError(
                f"`{source}` could not be restored: {problem}.", "Mend what tar names, then run again."
            ) from problem
        return manifest

    def _tar(self) -> str:
        path = self.programs.find("tar")
        if path is None:
            raise BackupError("GNU tar is not on this machine.", "Install it: apt-get install tar.")
        return str(path)


def file_name(source: str) -> str:
    return f"{source}.tar.zst.age"


def manifest_name(source: str) -> str:
    return f"{source}.manifest.zst.age"

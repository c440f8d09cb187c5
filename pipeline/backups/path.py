"""A folder or a file as a source. Files must be stable while they are read; raw databases are refused."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..keeping import BackupError
from . import manifest
from .engine import Tree
from .patterns import excluding
from .source import Ask, InFiles, Staged
from .walk import Walk, walk

SQLITE = b"SQLite format 3\0"  # https://www.sqlite.org/fileformat2.html#magic_header_string


@dataclass(frozen=True)
class PathSource:
    """`repository` is where the backups are kept: it must not lie inside."""

    name: str
    path: Path
    exclude: tuple[str, ...]
    repository: Path

    @property
    def type(self) -> str:
        return "path"

    @property
    def target(self) -> Path:
        return self.path.resolve()

    @property
    def place(self) -> str:
        return str(self.target)

    @property
    def home(self) -> InFiles:
        return InFiles(self.target, ())

    @property
    def asks(self) -> tuple[Ask, ...]:
        return ()

    def stage(self, scratch: Path) -> Staged:
        self._check()
        found = self._walk()
        raw = raw_database(found)
        if raw is not None:
            raise self._incomplete(f"holds {raw.what}: a copy of its files can be torn", raw.remedy)
        return replace(staged(self.name, str(self.path), found, found.root, "files stable while read"), changed=found.changed)

    @contextlib.contextmanager
    def held(self, scratch: Path) -> Iterator[str]:
        yield self.current_mark(scratch)

    def current_mark(self, scratch: Path) -> str:
        return write_mark(self._walk()) if self.target.exists() else ""

    def _walk(self) -> Walk:
        target = self.target
        if target.is_dir():
            return walk(target, "", excluding(self.exclude))
        return walk(target.parent, target.name, excluding(()))

    def _check(self) -> None:
        target = self.target
        if not target.exists():
            raise self._incomplete("is missing", "Create or mount it, or take it out of `backup.sources`.")
        if not target.is_dir() and not target.is_file():
            raise self._incomplete("is neither a folder nor a file", "Name a folder or a file.")
        if self.repository.resolve().is_relative_to(target):
            raise self._incomplete(
                f"holds the backup repository {self.repository}: each backup would hold all earlier ones",
                "Set `backup.repository` to a folder outside, or name only the data folders as sources.",
            )

    def _incomplete(self, why: str, hint: str) -> BackupError:
        return BackupError(f"The source `{self.name}` ({self.path}) {why}.", hint)


@dataclass(frozen=True)
class RawDatabase:
    """Files of a database server, found where files are to be copied."""

    what: str
    remedy: str


def raw_database(found: Walk) -> RawDatabase | None:
    for path, head in found.heads.items():
        if head == SQLITE:
            remedy = f"Name it as a source of type `sqlite`, and add `/{path}*` to this source's `exclude`."
            return RawDatabase(f"the SQLite database `{manifest.shown(path)}`", remedy)
    names = {entry.path.rpartition("/")[2]: entry.path for entry in found.items if entry.type == "file"}
    for mark, kind, type in (("PG_VERSION", "PostgreSQL", "postgres"), ("ibdata1", "MySQL or MariaDB", "mysql")):
        if mark in names:
            remedy = f"Name the database as a source of type `{type}`, and add the data folder to this source's `exclude`."
            return RawDatabase(f"the data folder of a {kind} server (`{manifest.shown(names[mark])}`)", remedy)
    return None


def staged(name: str, place: str, found: Walk, root: Path, consistency: str) -> Staged:
    """What was found, to be read from `root`, where nobody else writes. Raises `BackupError` for nothing."""
    kept = tuple(entry for entry in found.items if entry.type in manifest.KEPT)
    if not any(entry.path != "." for entry in kept):
        raise BackupError(
            f"The source `{name}` ({place}) is empty. An unmounted volume looks like this.",
            "Mount it; if it is meant to be empty, put a file into it or take it out of `backup.sources`.",
        )
    content = manifest.written(found.items)
    lost = [entry for entry in found.items if entry.type not in manifest.KEPT]
    aside = f"; not kept: {', '.join(f'{entry.type} {manifest.shown(entry.path)}' for entry in lost[:5])}" if lost else ""
    return Staged(
        tree=Tree(root, tuple(entry.raw for entry in kept)),
        manifest=content,
        consistency=f"{consistency}{aside}",
        items=sum(entry.type == "file" for entry in kept),
        size=sum(entry.size for entry in kept),
        room=found.room,
        write_mark=write_mark(found),
        changed=lambda: "",
    )


def write_mark(found: Walk) -> str:
    """Of what is kept: so that what came back has the same."""
    return manifest.digest(manifest.written(entry for entry in found.items if entry.type in manifest.KEPT))


def differences(restored: Path, content: bytes) -> tuple[str, ...]:
    """What is not in `restored` as the manifest says."""
    expected = manifest.read(content)
    return manifest.differences(expected, walk(restored, single(expected), excluding(())).items)


def single(items: Sequence[manifest.Item]) -> str:
    """The name of the one file that the source is; "" when it is a folder."""
    return items[0].path if items[0].path != "." else ""

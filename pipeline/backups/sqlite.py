"""An SQLite database as a source, consistent while others write to it.

The copy is made by SQLite's own online backup in one step, which is one read transaction of the source: the copy *is* the
source at one moment, page by page, and writers in WAL mode are not stopped. The manifest is computed from that copy before
any engine has touched it, so it says what the source held at exactly that moment; a second reading of the live database
would say what it held at another.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from ..keeping import BackupError
from . import manifest
from .dumps import tables_compared
from .engine import Tree
from .source import Ask, InFiles, Staged

BUSY_SECONDS = 30.0  # how long a writer may hold the database before the backup gives up


@dataclass(frozen=True)
class Contents:
    """What a database holds: rows and a checksum a table, the schema, and the numbers that applications keep in it."""

    schema: str
    user_version: int
    application_id: int
    tables: dict[str, tuple[int, str]]  # rows, checksum
    mode: int
    uid: int
    gid: int
    file: str  # its name

    @property
    def rows(self) -> int:
        return sum(rows for rows, _ in self.tables.values())

    @property
    def write_mark(self) -> str:
        """Of the contents alone: a checkpoint or VACUUM is no write."""
        return manifest.digest(json.dumps([self.schema, self.user_version, self.tables], sort_keys=True).encode())

    def written(self) -> bytes:
        return json.dumps(asdict(self), sort_keys=True).encode()


@dataclass(frozen=True)
class SqliteSource:
    name: str
    path: Path

    @property
    def type(self) -> str:
        return "sqlite"

    @property
    def target(self) -> Path:
        return self.path.resolve()

    @property
    def place(self) -> str:
        return str(self.target)

    @property
    def home(self) -> InFiles:
        return InFiles(self.target, ("-wal", "-shm", "-journal"))

    @property
    def asks(self) -> tuple[Ask, ...]:
        return ()

    def stage(self, scratch: Path) -> Staged:
        target = self.target
        if not target.is_file():
            raise self._incomplete("is missing", "Create it, correct `path`, or take it out of `backup.sources`.")
        info = target.stat()
        copy = scratch / target.name
        self._copy(target, copy)
        contents = self._read(copy, info)
        if not contents.tables:
            raise self._incomplete("holds no table", "Look whether `path` names the database that the application uses.")
        shutil.chown(copy, info.st_uid, info.st_gid)
        copy.chmod(info.st_mode & 0o7777)
        return Staged(
            tree=Tree(scratch, (os.fsencode(copy.name),)),
            manifest=contents.written(),
            consistency="online backup",
            items=contents.rows,
            size=copy.stat().st_size,
            room=copy.stat().st_size,
            write_mark=contents.write_mark,
            changed=lambda: "",  # nobody else writes to our copy
        )

    @contextlib.contextmanager
    def held(self, scratch: Path) -> Iterator[str]:
        """Holds the write lock, with an empty write-ahead log: what is in the file is all there is."""
        if not self.target.is_file():
            yield ""
            return
        with _opened(self.target, "rw") as database:
            yield self._lock(database)
            with contextlib.suppress(sqlite3.Error):  # the file was swapped meanwhile; closing lets go of it anyway
                database.execute("ROLLBACK")

    def current_mark(self, scratch: Path) -> str:
        if not self.target.is_file():
            return ""
        try:
            with _opened(self.target, "rw") as database:
                return read_contents(database, self.target.name, self.target.stat()).write_mark
        except sqlite3.Error as problem:
            raise self._in_use(str(problem)) from problem

    def _lock(self, database: sqlite3.Connection) -> str:
        try:
            busy, *_ = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            database.execute("BEGIN IMMEDIATE")
            if busy:
                raise self._in_use("its log can't be emptied")
            return read_contents(database, self.target.name, self.target.stat()).write_mark
        except sqlite3.OperationalError as problem:
            raise self._in_use(str(problem)) from problem
        except sqlite3.DatabaseError:
            return "damaged"  # nobody can write to it, and it is not what was backed up

    def _copy(self, target: Path, copy: Path) -> None:
        until = time.monotonic() + BUSY_SECONDS

        def patience(status: int, remaining: int, total: int) -> None:
            if status != sqlite3.SQLITE_DONE and time.monotonic() > until:
                raise sqlite3.OperationalError("it stayed locked")

        copy.touch(0o600)
        try:
            # Not read-only: a journal that a crashed application left must be rolled back first, and a read-only reader of a
            # stopped one leaves its log files behind, which the application may then not be allowed to write.
            with _opened(target, "rw") as source, contextlib.closing(sqlite3.connect(copy)) as into:
                source.backup(into, pages=-1, sleep=0.05, progress=patience)
        except sqlite3.Error as problem:
            raise self._incomplete(
                f"could not be copied: {problem}", "End whoever locks it or repair it, then run again."
            ) from problem

    def _read(self, copy: Path, info: os.stat_result) -> Contents:
        try:
            with _opened(copy, "ro&immutable=1") as database:
                broken = integrity(database)
                contents = read_contents(database, copy.name, info)
        except sqlite3.Error as problem:
            raise self._incomplete(f"is damaged: {problem}", "Repair it (`.recover`), then run again.") from problem
        if broken:
            raise self._incomplete(f"is damaged: {broken}", "Repair it (`.recover`), then run again.")
        return contents

    def _in_use(self, why: str) -> BackupError:
        return self._incomplete(f"is in use: {why}", "Stop the application, then run `secure-release rollback` again.")

    def _incomplete(self, why: str, hint: str) -> BackupError:
        return BackupError(f"The source `{self.name}` ({self.path}) {why}.", hint)


def differences(restored: Path, content: bytes) -> tuple[str, ...]:
    """Open the restored database, check it, and compare table by table with the manifest."""
    expected = _parsed(content)
    others = sorted(path.name for path in restored.iterdir() if path.name != expected.file)
    file = restored / expected.file
    if not file.is_file() or file.is_symlink():
        return (f"{expected.file}: did not come back",)
    try:
        with _opened(file, "ro&immutable=1") as database:
            broken = integrity(database)
            found = read_contents(database, file.name, file.stat())
    except sqlite3.Error as problem:
        return (f"{expected.file}: {problem}",)
    said = [f"{expected.file}: {broken}"] if broken else []
    said += [f"{name}: was not in the source" for name in others]
    return (*said, *_compared(expected, found))


def file_name(content: bytes) -> str:
    """The file that a manifest is about."""
    return _parsed(content).file


def _parsed(content: bytes) -> Contents:
    with manifest.parsing():
        raw = json.loads(content)
        return Contents(**{**raw, "tables": {name: (rows, sha) for name, (rows, sha) in raw["tables"].items()}})


def _compared(expected: Contents, found: Contents) -> Iterator[str]:
    yield from tables_compared(expected.tables, found.tables)
    for field in ("schema", "user_version", "application_id", "mode", "uid", "gid"):
        if getattr(expected, field) != getattr(found, field):
            yield f"{field}: is {getattr(found, field)}, was {getattr(expected, field)}"


def integrity(database: sqlite3.Connection) -> str:
    """What SQLite's own check says is wrong, "" when nothing is."""
    said = [bytes(row[0]).decode(errors="replace") for row in database.execute("PRAGMA integrity_check(5)")]
    return "" if said == ["ok"] else "; ".join(said)


def read_contents(database: sqlite3.Connection, file: str, info: os.stat_result) -> Contents:
    """Read everything in one transaction: the caller's, or one of its own."""
    ours = not database.in_transaction
    if ours:
        database.execute("BEGIN")
    schema = database.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name").fetchall()
    names = [bytes(row[1]) for row in schema if bytes(row[0]) == b"table" and not _virtual(row[3])]
    contents = Contents(
        schema=hashlib.sha256(repr(schema).encode()).hexdigest(),
        user_version=database.execute("PRAGMA user_version").fetchone()[0],
        application_id=database.execute("PRAGMA application_id").fetchone()[0],
        tables={name.decode(errors="surrogateescape"): _table(database, name) for name in names},
        mode=info.st_mode & 0o7777,
        uid=info.st_uid,
        gid=info.st_gid,
        file=file,
    )
    if ours:
        database.execute("ROLLBACK")
    return contents


def _virtual(sql: bytearray | None) -> bool:
    """Its content lies in shadow tables, which are listed beside it; reading it may need an extension."""
    return sql is not None and bytes(sql).lstrip().upper().startswith(b"CREATE VIRTUAL")


def _table(database: sqlite3.Connection, name: bytes) -> tuple[int, str]:
    """Rows, and a checksum over them in the order in which they lie: equal for equal pages."""
    checksum, rows = hashlib.sha256(), 0
    quoted = name.decode(errors="surrogateescape").replace('"', '""')
    for row in database.execute(f'SELECT * FROM "{quoted}"'):  # noqa: S608 - an identifier can't be a parameter
        checksum.update(repr(row).encode())
        rows += 1
    return rows, checksum.hexdigest()


@contextlib.contextmanager
def _opened(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    uri = f"file:{quote(os.fsencode(path))}?mode={mode}"
    with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)) as database:
        database.text_factory = bytearray  # text that is no UTF-8 stays as it is, and differs from a blob in `repr`
        yield database

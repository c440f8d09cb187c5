"""`Memory` in one SQLite file: sealed entries, so that a file that somebody else wrote, or damage, is nothing but a miss."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

SCHEMA = "CREATE TABLE IF NOT EXISTS said (key TEXT PRIMARY KEY, content BLOB NOT NULL, seal BLOB NOT NULL, day INTEGER NOT NULL) WITHOUT ROWID"
AT_ONCE = 500  # keys in one question: SQLite takes 999 at the least
DAYS = 30  # then the file is looked at again
BUSY_SECONDS = 5.0
SEAL_BYTES = 16
KEY_BYTES = 32


@dataclass(frozen=True)
class MemoryFile:
    """`key` seals: who does not have it can write nothing that is believed. Whatever fails is a miss, never an error."""

    path: Path
    key: bytes
    today: date

    def recall(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        found: dict[str, bytes] = {}
        if not self.path.exists():
            return found
        with contextlib.suppress(sqlite3.Error, OSError), closing(self._open()) as database:
            for start in range(0, len(keys), AT_ONCE):
                found.update(self._some(database, keys[start : start + AT_ONCE]))
        return found

    def _some(self, database: sqlite3.Connection, keys: Sequence[str]) -> dict[str, bytes]:
        marks = ",".join("?" * len(keys))
        rows = database.execute(f"SELECT key, content, seal FROM said WHERE key IN ({marks})", tuple(keys))  # noqa: S608 - marks alone
        return {key: content for key, content, seal in rows if self._sealed(key, content, seal)}

    def _sealed(self, key: object, content: object, seal: object) -> bool:
        """SQLite's columns hold whatever was put into them."""
        if not (isinstance(key, str) and isinstance(content, bytes) and isinstance(seal, bytes)):
            return False
        return hmac.compare_digest(self._seal(key, content), seal)

    def _seal(self, key: str, content: bytes) -> bytes:
        return hmac.new(self.key, key.encode() + b"\0" + content, hashlib.sha256).digest()[:SEAL_BYTES]

    def keep(self, entries: Mapping[str, bytes]) -> None:
        rows = [(key, content, self._seal(key, content), self.today.toordinal()) for key, content in entries.items()]
        with contextlib.suppress(sqlite3.Error, OSError):
            self._write(rows)

    def _write(self, rows: Sequence[tuple[str, bytes, bytes, int]]) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._insert(rows)
        except sqlite3.DatabaseError as problem:
            if isinstance(problem, sqlite3.OperationalError):
                raise  # locked, or no room: later
            self.path.unlink(missing_ok=True)  # no database any more
            self._insert(rows)

    def _insert(self, rows: Sequence[tuple[str, bytes, bytes, int]]) -> None:
        with closing(self._open()) as database, database:
            database.execute(SCHEMA)
            database.executemany("INSERT OR REPLACE INTO said VALUES (?, ?, ?, ?)", rows)
            database.execute("DELETE FROM said WHERE day < ?", (self.today.toordinal() - DAYS,))

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=BUSY_SECONDS)


def own_key(folder: Path) -> bytes:
    """The key of this user on this machine; made when there is none. Raises `OSError`."""
    path = folder / "secure-release" / "memory.key"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            os.write(made, secrets.token_bytes(KEY_BYTES))
            os.close(made)
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise OSError(f"{path} is no key")
    return key

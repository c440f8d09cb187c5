"""A PostgreSQL server as its own programs reach it: `psql` is asked and answers, one JSON array a row.

No password is ever named here: libpq reads it from a password file itself.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import IO, Any

from ..keeping import BackupError, ProgramFailed, Programs
from .dumps import Silent, conversation

END = "secure-release: that was all"
CLIENT = "Install it (Debian: apt-get install postgresql-client), or name it in `tools`."
# Whatever the server, the database or the role prefer: a value is told in the same text everywhere, and never silently
# filtered by row security.
SETTINGS = """
\\set ON_ERROR_STOP on
\\set QUIET on
\\pset tuples_only on
\\pset format unaligned
\\pset pager off
SET client_encoding = 'UTF8';
SET search_path = '';
SET DateStyle = 'ISO, YMD';
SET IntervalStyle = 'postgres';
SET TimeZone = 'UTC';
SET extra_float_digits = 3;
SET bytea_output = 'hex';
SET lc_monetary = 'C';
SET xmloption = 'content';
SET row_security = off;
SET standard_conforming_strings = on;
SET statement_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET lock_timeout = '60s';
"""


@dataclass(frozen=True)
class Server:
    """Where a database is, in libpq's words; what is "" libpq assumes itself."""

    name: str  # of the source
    dbname: str
    host: str
    port: int | None
    user: str
    passfile: Path | None
    sslmode: str

    def conninfo(self) -> str:
        words = {
            **{"dbname": self.dbname, "host": self.host, "port": str(self.port or ""), "user": self.user},
            **{"passfile": str(self.passfile or ""), "sslmode": self.sslmode},
            **{"connect_timeout": "15", "application_name": "secure-release"},
        }
        return " ".join(f"{name}={_quoted(value)}" for name, value in words.items() if value)

    def database(self, dbname: str) -> Server:
        return replace(self, dbname=dbname)

    @property
    def place(self) -> str:
        where = f" on {self.host}" if self.host else ""
        return f"database {self.dbname}{where}{f', port {self.port}' if self.port else ''}"


class Session:
    """One connection."""

    def __init__(self, into: IO[bytes], out: IO[bytes]) -> None:
        self._into = into
        self._out = out

    def ask(self, sql: str) -> list[list[Any]]:
        """The rows of all statements. Raises `Silent`."""
        self.say(sql)
        return self.hear()

    def say(self, sql: str) -> None:
        """Ask, and do not wait for the answer."""
        self._into.write(f"{sql}\n\\echo {END!r}\n".encode())
        self._into.flush()

    def hear(self) -> list[list[Any]]:
        rows: list[list[Any]] = []
        for line in self._out:
            text = line.decode(errors="surrogateescape").rstrip("\n")
            if text == END:
                return rows
            if text:
                rows.append(json.loads(text))
        raise Silent


@contextlib.contextmanager
def session(programs: Programs, server: Server, cwd: Path) -> Iterator[Session]:
    """A connection with our settings. Raises `BackupError` in the server's words when it can't be made or does not last."""
    argv = (client(programs, "psql"), "--no-psqlrc", "--no-password", "--quiet", f"--dbname={server.conninfo()}")

    def begin(into: IO[bytes], out: IO[bytes]) -> Session:
        asked = Session(into, out)
        asked.ask(SETTINGS)
        return asked

    with conversation(programs, argv, cwd, begin, partial(failed, server), f"`{server.name}` ({server.place})") as asked:
        yield asked


def failed(server: Server, problem: ProgramFailed) -> BackupError:
    return BackupError(
        f"The source `{server.name}` ({server.place}) could not be asked: {problem}.",
        "Look at `host`, `port`, `user` and the password file, and whether that role may read everything in the database.",
    )


def client(programs: Programs, name: str) -> str:
    path = programs.find(name)
    if path is None:
        raise BackupError(f"`{name}` is not on this machine.", CLIENT)
    return str(path)


def literal(text: str) -> str:
    """As an SQL string, whatever `standard_conforming_strings` says. For psql: no colon may begin a variable."""
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"E'{escaped}'"


def identifier(text: str) -> str:
    escaped = text.replace('"', '""')
    return f'"{escaped}"'


def _quoted(value: str) -> str:
    """https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-KEYWORD-VALUE"""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"

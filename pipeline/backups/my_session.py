"""A MySQL or MariaDB server as its own programs reach it. The password is in a private option file, and in no argument."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import IO

from ..keeping import BackupError, ProgramFailed, Programs
from .dumps import Silent, conversation

END = "secure-release: that was all"
CLIENTS = {"mariadb": ("mariadb", "mysql"), "mariadb-dump": ("mariadb-dump", "mysqldump")}  # either of the two families
# A value is told in the same text by every server; a writer that does not end holds us up for a while only.
SETTINGS = (
    "SET NAMES utf8mb4; SET SESSION time_zone = '+00:00'; SET SESSION lock_wait_timeout = 60; "
    "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'; SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ; "
    "/*!80000 SET SESSION information_schema_stats_expiry = 0 */;"
)
Row = tuple[str | None, ...]


@dataclass(frozen=True)
class Server:
    """Where a database is; what is "" the client assumes itself."""

    name: str  # of the source
    dbname: str
    host: str
    port: int | None
    socket: str
    user: str
    password_file: Path | None

    def options(self, folder: Path) -> tuple[str, ...]:
        """The first words of every command: an option file in the private `folder`, which holds the password."""
        path = folder / "client.cnf"
        lines = [f"{name}={_quoted(value)}" for name, value in self._values().items() if value]
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "w") as file:
            file.write("\n".join(("[client]", *lines, "")))
        return (f"--defaults-extra-file={path}",)

    def _values(self) -> dict[str, str]:
        return {
            **{"host": self.host, "port": str(self.port or ""), "socket": self.socket, "user": self.user},
            "password": self._password(),
        }

    def _password(self) -> str:
        if self.password_file is None:
            return ""
        if self.password_file.stat().st_mode & 0o077:
            raise BackupError(f"Others may read the password file {self.password_file}.", f"chmod 600 {self.password_file}")
        return self.password_file.read_text(encoding="utf-8").rstrip("\n")

    def database(self, dbname: str) -> Server:
        return replace(self, dbname=dbname)

    @property
    def place(self) -> str:
        return f"database {self.dbname} on {self.host or self.socket or 'the local server'}{f', port {self.port}' if self.port else ''}"


class Session:
    """One connection."""

    def __init__(self, into: IO[bytes], out: IO[bytes]) -> None:
        self._into = into
        self._out = out

    def ask(self, sql: str) -> list[Row]:
        """The rows of all statements. Raises `Silent`."""
        self.say(sql)
        return self.hear()

    def say(self, sql: str) -> None:
        """Ask, and do not wait for the answer."""
        self._into.write(f"{sql}\nSELECT '{END}';\n".encode())
        self._into.flush()

    def hear(self) -> list[Row]:
        rows: list[Row] = []
        for line in self._out:
            text = line.decode(errors="surrogateescape").rstrip("\n")
            if text == END:
                return rows
            rows.append(tuple(_told(cell) for cell in text.split("\t")))
        raise Silent


@contextlib.contextmanager
def session(programs: Programs, server: Server, scratch: Path, dbname: str | None = None) -> Iterator[Session]:
    """A connection. Raises `BackupError` in the server's words when it can't be made or does not last."""
    argv = (client(programs, "mariadb"), *server.options(scratch), "--batch", "--skip-column-names", "--unbuffered")
    name = server.dbname if dbname is None else dbname

    def begin(into: IO[bytes], out: IO[bytes]) -> Session:
        asked = Session(into, out)
        asked.ask(SETTINGS)
        return asked

    words = (*argv, *((name,) if name else ()))
    with conversation(programs, words, scratch, begin, partial(failed, server), f"`{server.name}` ({server.place})") as asked:
        yield asked


def failed(server: Server, problem: ProgramFailed) -> BackupError:
    return BackupError(
        f"The source `{server.name}` ({server.place}) could not be asked: {problem}.",
        "Look at `host`, `port`, `socket`, `user`, `password_file`, and what that user may do: SELECT, LOCK TABLES, SHOW VIEW, "
        "TRIGGER, EVENT on the database, and to see routines SELECT on mysql.proc (MySQL: SHOW_ROUTINE).",
    )


def client(programs: Programs, name: str) -> str:
    for each in CLIENTS[name]:
        path = programs.find(each)
        if path is not None:
            return str(path)
    raise BackupError(f"`{name}` is not on this machine.", "Install it (Debian: apt-get install mariadb-client), or name it in `tools`.")


def literal(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"


def identifier(text: str) -> str:
    escaped = text.replace("`", "``")
    return f"`{escaped}`"


def _told(cell: str) -> str | None:
    """`--batch` writes a backslash before what would end a cell or a line. NULL is what no name of ours is."""
    if cell == "NULL":
        return None
    return cell.replace("\\\\", "\0").replace("\\t", "\t").replace("\\n", "\n").replace("\\0", "").replace("\0", "\\")


def _quoted(value: str) -> str:
    """https://mariadb.com/kb/en/configuring-mariadb-with-option-files/"""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

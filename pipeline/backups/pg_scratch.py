"""A PostgreSQL server of our own for one drill: empty, private, reached by a socket file alone, gone afterwards."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ..keeping import BackupError, ProgramFailed, Programs
from .pg_session import Server, identifier, literal
from .servers import unprivileged

HOMES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin")  # Debian, the PostgreSQL packages, its own
US = "secure_release_drill"  # the first role: no name that the dumped roles could want
INIT_SECONDS = 120.0
START_SECONDS = 60.0
LIFE_SECONDS = 6 * 3600.0
# Nothing of it must outlive the machine, so nothing is flushed.
SERVE = {
    **{"listen_addresses": "", "unix_socket_permissions": "0700", "fsync": "off", "full_page_writes": "off"},
    **{"wal_level": "minimal", "max_wal_senders": "0", "synchronous_commit": "off", "autovacuum": "off"},
    **{"max_connections": "20", "max_wal_size": "4GB", "maintenance_work_mem": "128MB", "logging_collector": "off"},
}


@dataclass(frozen=True)
class Installed:
    """The server programs of one version on this machine."""

    folder: Path
    major: int


def installed(programs: Programs, wanted: int, cwd: Path) -> Installed:
    """The same version as the source's server, else the next newer. Raises `BackupError` when there is neither."""
    named = programs.find("initdb")
    folders = {named.parent} if named else set()
    for pattern in HOMES:
        folders |= set(Path("/").glob(pattern[1:]))
    known = [one for folder in sorted(folders) if (one := _installed(programs, folder, cwd)) is not None]
    able = sorted((one for one in known if one.major >= wanted), key=lambda one: one.major)
    if not able:
        there = ", ".join(str(one.major) for one in known) or "none"
        raise BackupError(
            f"The drill needs the PostgreSQL {wanted} server on this machine, or a newer one; there is: {there}.",
            f"Install it (Debian: apt-get install postgresql-{wanted}); no server of its need run.",
        )
    return able[0]


def _installed(programs: Programs, folder: Path, cwd: Path) -> Installed | None:
    tool = folder / "postgres"
    if not (os.access(tool, os.X_OK) and (folder / "initdb").exists()):
        return None
    major = version(programs.run((str(tool), "--version"), cwd=cwd, timeout=INIT_SECONDS).stdout)
    return Installed(folder, major) if major else None


def version(said: bytes) -> int:
    """The major version in `postgres (PostgreSQL) 15.18 (Debian ...)`, 0 when it is told otherwise."""
    words = said.decode(errors="replace").partition("(PostgreSQL)")[2].split()
    digits = words[0].partition(".")[0] if words else ""
    return int(digits) if digits.isdigit() else 0


@contextlib.contextmanager
def scratch_server(programs: Programs, wanted: int, place: Path) -> Iterator[Server]:
    """An empty server in the folder `place`, which it is given. Raises `BackupError` when there can be none."""
    found = installed(programs, wanted, place)
    first = unprivileged(programs, "postgres", place)
    data = place / "data"
    made = programs.run(
        (
            *(*first, str(found.folder / "initdb"), f"--pgdata={data}", f"--username={US}", "--auth=trust", "--no-sync"),
            *("--encoding=UTF8", "--locale=C", "--no-instructions"),
        ),
        cwd=place,
        timeout=INIT_SECONDS,
    )
    if made.code != 0 or made.timed_out:
        raise BackupError(f"No scratch server could be made: {_end(made.stderr)}.", "Mend what initdb names, then run again.")
    serve = (*first, str(found.folder / "postgres"), "-D", str(data), "-k", str(place))
    settings = tuple(word for name, value in SERVE.items() for word in ("-c", f"{name}={value}"))
    server = Server("drill", "postgres", str(place), None, US, None, "")
    alive = False
    try:
        with programs.reading((*serve, *settings), cwd=place, timeout=LIFE_SECONDS) as out:
            alive = _answers(data / "postmaster.pid", out)
            if alive:
                try:
                    yield server
                finally:
                    _stop(data)
    except ProgramFailed as problem:
        raise BackupError(f"The scratch server failed: {problem}.", "Mend what it names, then run again.") from problem
    if not alive:
        raise BackupError("The scratch server ended at once.", "Look whether this machine lets it run.")


def _answers(pid_file: Path, out: IO[bytes]) -> bool:
    """Wait until it says in its file that it is ready; false when it ended instead."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(FileNotFoundError):
            lines = pid_file.read_text(encoding="utf-8").splitlines()
            if len(lines) >= 8 and lines[7].strip() == "ready":  # https://www.postgresql.org/docs/current/storage-file-layout.html
                return True
        if select.select([out], [], [], 0.02)[0]:
            return False
    raise BackupError(f"The scratch server was not ready after {START_SECONDS:.0f} s.", "Run again when the machine is less busy.")


def _stop(data: Path) -> None:
    """At once: nothing in there is worth a flush."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError, ValueError, IndexError):
        pid = int((data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
        if Path(f"/proc/{pid}/cwd").readlink() == data:
            os.kill(pid, signal.SIGQUIT)


def create_statement(name: str, database: Mapping[str, Any]) -> str:
    """An empty database with the encoding and the sort order of the one that was dumped."""
    words = [
        f"CREATE DATABASE {identifier(name)} TEMPLATE template0 ENCODING {literal(database['encoding'])}",
        f"LC_COLLATE {literal(database['collate'])} LC_CTYPE {literal(database['ctype'])}",
    ]
    if database["provider"] == "i":
        words.append(f"LOCALE_PROVIDER icu ICU_LOCALE {literal(database['locale'])}")
    return " ".join(words) + ";"


def _end(said: bytes) -> str:
    return said.decode(errors="replace").strip()[-400:]

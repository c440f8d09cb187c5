"""Loads a restored dump into a scratch server and compares it with the manifest of the source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from secure_release.checks import Exit

from ..keeping import ProgramFailed, Programs
from .dumps import CHUNK, TIME_LIMIT, asserted, files_compared
from .my_contents import Contents, compared, counters, gathered, parsed, question, tables
from .my_scratch import scratch_server
from .my_session import Server, client, identifier, session
from .source import Ask, Trial

DUMP = "database.sql"  # tables and views
PROGRAMS = "programs.sql"  # triggers, routines, events: they must not run while tables are loaded
FILES = (DUMP, PROGRAMS)
COMPLETED = b"-- Dump completed"  # the last line of every whole dump


def differences(restored: Path, content: bytes, trial: Trial) -> tuple[str, ...]:
    """A `Compare`. What the server refuses to load is a difference, too."""
    expected = parsed(content)
    torn = tuple(_files(restored, expected))
    if torn or not trial.loaded:
        return torn
    with trial.place() as place, scratch_server(trial.programs, expected.lower_case, place) as server:
        return tuple(_tried(restored, expected, trial, server.database("drill"), place))


def _files(restored: Path, expected: Contents) -> Iterator[str]:
    yield from files_compared(restored, expected.files)
    for file in (restored / name for name in expected.files):
        if file.is_file() and not file.is_symlink() and not complete(file):
            yield f"{file.name}: is cut short: its last line is missing"


def complete(dump: Path) -> bool:
    with dump.open("rb") as opened:
        opened.seek(max(dump.stat().st_size - 200, 0))
        return b"\n" + COMPLETED in opened.read()


def _tried(restored: Path, expected: Contents, trial: Trial, server: Server, place: Path) -> Iterator[str]:
    with session(trial.programs, server, place, "") as asked:
        asked.ask(create_statement(server.dbname, expected))
    said = ""
    for name in FILES:
        said = said or load(trial.programs, server, restored / name, place)
    if said:
        yield f"it can't be loaded: {said}"
    yield from compared(expected, contents(trial.programs, server, place))
    if not said:
        yield from _asked(trial.programs, server, trial.asks, place)


def create_statement(dbname: str, like: Contents) -> str:
    return f"CREATE DATABASE {identifier(dbname)} CHARACTER SET {like.charset} COLLATE {like.collation};"


def load(programs: Programs, server: Server, dump: Path, scratch: Path) -> str:
    """Load a dump into an empty database; what went wrong, "" when nothing."""
    words = ("--binary-mode", "--default-character-set=utf8mb4", server.dbname)
    argv = (client(programs, "mariadb"), *server.options(scratch), *words)
    try:
        with programs.writing(argv, cwd=scratch, timeout=TIME_LIMIT) as pipe, dump.open("rb") as opened:
            while chunk := opened.read(CHUNK):
                pipe.write(chunk)
    except ProgramFailed as problem:
        return str(problem)
    return ""


def contents(programs: Programs, server: Server, scratch: Path) -> Contents:
    """What is in a database now, in one snapshot."""
    with session(programs, server, scratch) as asked:
        known = tables(asked, server.dbname)
        asked.ask("START TRANSACTION WITH CONSISTENT SNAPSHOT;")
        standing = counters(asked, known, server.dbname)
        return gathered(asked.ask(question(asked, known, server.dbname)), standing, standing, {})


def _asked(programs: Programs, server: Server, asks: tuple[Ask, ...], scratch: Path) -> Iterator[str]:
    argv = (client(programs, "mariadb"), *server.options(scratch), "--batch", "--raw", "--skip-column-names", server.dbname)

    def ask(sql: str) -> Exit:
        return programs.run(argv, cwd=scratch, timeout=TIME_LIMIT, stdin=f"START TRANSACTION READ ONLY;\n{sql}\n;".encode())

    return asserted(asks, ask)

"""Loads a restored dump into a scratch server and compares it with the manifest of the source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from secure_release.checks import Exit

from ..keeping import Programs
from .dumps import TIME_LIMIT, asserted, files_compared
from .pg_contents import DATABASE, QUESTION, SEQUENCES, Contents, compared, gathered, parsed
from .pg_scratch import US, create_statement, scratch_server
from .pg_session import Server, Session, client, session
from .source import Ask, Trial

DUMP = "database.dump"
ROLES = "roles.sql"
TABLESPACES = "tablespaces.sql"
FILES = (DUMP, ROLES, TABLESPACES)
NAME = "drill"


def differences(restored: Path, content: bytes, trial: Trial) -> tuple[str, ...]:
    """A `Compare`. What the server refuses to load is a difference, too."""
    expected = parsed(content)
    torn = tuple(files_compared(restored, expected.files))
    if torn or not trial.loaded:
        return torn
    with trial.place() as place, scratch_server(trial.programs, expected.major, place) as server:
        return tuple(_tried(restored, expected, trial, server))


def _tried(restored: Path, expected: Contents, trial: Trial, server: Server) -> Iterator[str]:
    programs = trial.programs
    with session(programs, server, restored) as asked:
        missing = sorted(expected.extensions.keys() - _available(asked))
        if missing:
            yield f"the extension {missing[0]} is not on this machine: install it, or drill where it is"
            return
    _make_roles(programs, server, restored)
    with session(programs, server, restored) as asked:
        asked.ask(create_statement(NAME, expected.database))
    said = load(programs, server.database(NAME), restored / DUMP, ("--no-tablespaces", "--jobs=2"))
    if said:
        yield f"it can't be loaded: {said}"
    found = contents(programs, server.database(NAME), restored)
    yield from compared(expected, found)
    for role in expected.roles:
        if role not in found.roles:
            yield f"role {role}: did not come back"
    if not said:
        yield from _asked(programs, server.database(NAME), trial.asks, restored)


def _available(asked: Session) -> set[str]:
    rows = asked.ask("SELECT pg_catalog.json_build_array(name) FROM pg_catalog.pg_available_extensions;")
    return {name for (name,) in rows}


def _make_roles(programs: Programs, server: Server, restored: Path) -> None:
    """Each line that can be done; what is missing then is found by the comparison."""
    argv = (client(programs, "psql"), "--no-psqlrc", "--no-password", "--quiet", f"--dbname={server.conninfo()}")
    programs.run((*argv, f"--file={restored / ROLES}"), cwd=restored, timeout=TIME_LIMIT)


def load(programs: Programs, server: Server, dump: Path, words: tuple[str, ...]) -> str:
    """Load a dump into an empty database; what went wrong, "" when nothing."""
    argv = (client(programs, "pg_restore"), "--exit-on-error", "--no-password", f"--dbname={server.conninfo()}")
    ended = programs.run((*argv, *words, str(dump)), cwd=dump.parent, timeout=TIME_LIMIT)
    if ended.code == 0 and not ended.timed_out:
        return ""
    return ended.stderr.decode(errors="replace").strip()[-600:] or f"pg_restore ended with {ended.code}"


def contents(programs: Programs, server: Server, cwd: Path) -> Contents:
    """What is in a database now, in one snapshot."""
    with session(programs, server, cwd) as asked:
        asked.ask("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;")
        sequences = asked.ask(SEQUENCES)
        found = gathered(asked.ask(DATABASE) + asked.ask(QUESTION), sequences, sequences, {})
        asked.ask("COMMIT;")
    return found


def _asked(programs: Programs, server: Server, asks: tuple[Ask, ...], cwd: Path) -> Iterator[str]:
    argv = (client(programs, "psql"), "--no-psqlrc", "--no-password", "--quiet", "--tuples-only", "--no-align")
    words = ("--set=ON_ERROR_STOP=1", f"--dbname={server.conninfo()}", "--file=-")

    def ask(sql: str) -> Exit:
        stdin = f"SET default_transaction_read_only = on;\n{sql}\n;".encode()
        return programs.run((*argv, *words), cwd=cwd, timeout=TIME_LIMIT, stdin=stdin)

    return asserted(asks, ask)


__all__ = ["DUMP", "FILES", "ROLES", "TABLESPACES", "US", "contents", "differences", "load"]

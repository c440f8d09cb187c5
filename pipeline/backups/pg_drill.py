"""Loads a restored dump into a scratch server and compares it with the manifest of the source."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from ..keeping import BackupError, Programs
from .pg_contents import DATABASE, QUESTION, SEQUENCES, Contents, compared, gathered, parsed
from .pg_scratch import US, create_statement, scratch_server
from .pg_session import Server, Session, client, session
from .source import Ask, Assertion, Trial

DUMP = "database.dump"
ROLES = "roles.sql"
TABLESPACES = "tablespaces.sql"
FILES = (DUMP, ROLES, TABLESPACES)
NAME = "drill"
TIME_LIMIT = 6 * 3600.0


def differences(restored: Path, content: bytes, trial: Trial) -> tuple[str, ...]:
    """A `Compare`. What the server refuses to load is a difference, too."""
    expected = parsed(content)
    torn = tuple(_files(restored, expected))
    if torn or not trial.loaded:
        return torn
    with trial.place() as place, scratch_server(trial.programs, expected.major, place) as server:
        return tuple(_tried(restored, expected, trial, server))


def _files(restored: Path, expected: Contents) -> Iterator[str]:
    for name, (_, sha256) in expected.files.items():
        path = restored / name
        if path.is_symlink() or not path.is_file():
            yield f"{name}: did not come back"
            continue
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                yield f"{name}: other content"
    for path in sorted(restored.iterdir()):
        if path.name not in expected.files:
            yield f"{path.name}: was not in the source"


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
    """The user's own assertions, each in a connection of its own that can't write."""
    argv = (client(programs, "psql"), "--no-psqlrc", "--no-password", "--quiet", "--tuples-only", "--no-align")
    for ask in asks:
        if not isinstance(ask, Assertion):
            raise BackupError("A database can't be checked by a command.", "Use `assertions`.")
        sql = f"SET default_transaction_read_only = on;\n{ask.sql}\n;"
        words = ("--set=ON_ERROR_STOP=1", f"--dbname={server.conninfo()}", "--file=-")
        ended = programs.run((*argv, *words), cwd=cwd, timeout=TIME_LIMIT, stdin=sql.encode())
        said = ended.stdout.decode(errors="replace").strip()
        if ended.code != 0 or ended.timed_out:
            yield f"the assertion `{ask.sql}` failed: {ended.stderr.decode(errors='replace').strip()[-300:]}"
        elif said != ask.expect.strip():
            yield f"the assertion `{ask.sql}` says {said!r}, not {ask.expect.strip()!r}"


__all__ = ["DUMP", "FILES", "ROLES", "TABLESPACES", "US", "contents", "differences", "load"]

"""The way back of a PostgreSQL database: loaded into a new one, compared, and then both renamed in one transaction.

The replaced database stays, under another name and closed to connections. Nothing that users saw is ever dropped.
"""

# ruff: noqa: S608 - every name in here is quoted by the server or by `identifier` and `literal`

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..keeping import BackupError, Programs
from .pg_contents import DATABASE, QUESTION, SEQUENCES, Contents, compared, gathered, parsed
from .pg_drill import DUMP, contents, load
from .pg_scratch import create_statement
from .pg_session import Server, Session, identifier, literal, session
from .source import Declined

NAME_BYTES = 63  # longer names PostgreSQL cuts
# Their values are lists whose members are quoted already: https://www.postgresql.org/docs/current/sql-set.html
LISTS = ("search_path", "temp_tablespaces", "session_preload_libraries", "local_preload_libraries")


@dataclass(frozen=True)
class PgSwap:
    """A `Swap`. `maintenance` is another database of the server: nobody can rename the one that they are in."""

    server: Server
    maintenance: Server
    programs: Programs

    def stage(self, id: str, fetched: Path, content: bytes, current: str, scratch: Path) -> Mapping[str, object]:
        expected = parsed(content)
        self.clear(id, scratch)
        staging = named(self.server.dbname, f"_staged_{id}")
        with self._alone(scratch) as asked:
            asked.ask("\n".join((create_statement(staging, expected.database), *properties(staging, expected.database))))
            aside = self._aside(asked, id)
        try:
            self._load(staging, fetched, expected, scratch)
        except BackupError:
            self.clear(id, scratch)
            raise
        return {"staging": staging, "aside": aside, "mark": current}

    def _load(self, staging: str, fetched: Path, expected: Contents, scratch: Path) -> None:
        there = self.server.database(staging)
        said = load(self.programs, there, fetched / DUMP, ())
        wrong = [said] if said else list(compared(expected, contents(self.programs, there, scratch)))
        if wrong:
            raise BackupError(f"What would be put back is not what was backed up: {wrong[0]}.", "Use another generation.")
        with session(self.programs, there, scratch) as asked:
            asked.ask("ANALYZE;")  # without, the first queries after the swap would be slow

    def finish(self, plan: Mapping[str, object], scratch: Path) -> str:
        target, staging, aside = self.server.dbname, str(plan["staging"]), str(plan["aside"])
        with self._alone(scratch) as asked:
            there = _there(asked, target, staging, aside)
            if staging in there and target in there:
                self._close_and_look(asked, str(plan["mark"]), scratch)
                self._rename(asked, ((target, aside), (staging, target)))
                there |= {aside}
            elif staging in there:
                self._rename(asked, ((staging, target),))
            elif target not in there:
                raise BackupError(
                    f"Neither the database {target} nor the staged {staging} is there.",
                    f"Look for {aside} on the server, and rename by hand.",
                )
        return f"the database {aside}, closed to connections" if aside in there else ""

    def clear(self, id: str, scratch: Path) -> None:
        with self._alone(scratch) as asked:
            asked.ask(f"DROP DATABASE IF EXISTS {identifier(named(self.server.dbname, f'_staged_{id}'))} WITH (FORCE);")

    @contextlib.contextmanager
    def _alone(self, scratch: Path) -> Iterator[Session]:
        """A connection to the maintenance database, after all that a killed run asked for there has ended.

        Its programs died with it, but the server works on until it notices.
        """
        with session(self.programs, self.maintenance, scratch) as asked:
            ours = literal(f"secure-release: {self.server.dbname}")
            asked.ask(f"SELECT FROM pg_catalog.pg_advisory_lock(pg_catalog.hashtextextended({ours}, 0));")
            yield asked

    def _close_and_look(self, asked: Session, mark: str, scratch: Path) -> None:
        """Nobody but us is in the database afterwards, and nobody wrote to it since `mark`."""
        if not mark:
            asked.ask(_closed(self.server.dbname, True) + _ended(self.server.dbname, 0))
            return
        asked.ask(_closed(self.server.dbname, False))  # an earlier call may have been cut off here
        try:
            with session(self.programs, self.server, scratch) as inside:
                ((pid,),) = inside.ask("SELECT pg_catalog.json_build_array(pg_catalog.pg_backend_pid());")
                asked.ask(_closed(self.server.dbname, True) + _ended(self.server.dbname, pid))
                inside.ask("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;")
                sequences = inside.ask(SEQUENCES)
                found = gathered(inside.ask(DATABASE) + inside.ask(QUESTION), sequences, sequences, {})
            if found.write_mark != mark:
                raise Declined("it was written to while the rollback was under way", "Stop who writes, or let it stay.")
        except BackupError:
            self._open(scratch)
            raise

    def _rename(self, asked: Session, names: tuple[tuple[str, str], ...]) -> None:
        renames = (f"ALTER DATABASE {identifier(old)} RENAME TO {identifier(new)};" for old, new in names)
        asked.ask("\n".join(("BEGIN;", *renames, "COMMIT;")))

    def _open(self, scratch: Path) -> None:
        with session(self.programs, self.maintenance, scratch) as asked:
            asked.ask(_closed(self.server.dbname, False))

    def _aside(self, asked: Session, id: str) -> str:
        names = (named(self.server.dbname, f"_failed_{id}{end}") for end in ("", *(f"_{n}" for n in range(2, 1000))))
        return next(name for name in names if not _there(asked, name))


def named(dbname: str, ending: str) -> str:
    """A name that ends so and is not cut by the server."""
    return dbname.encode()[: NAME_BYTES - len(ending)].decode(errors="ignore") + ending


def properties(name: str, database: Mapping[str, Any]) -> Iterator[str]:
    """What belongs to a database itself and no dump of its content brings back: owner, rights, limits, settings."""
    there = identifier(name)
    yield f"ALTER DATABASE {there} OWNER TO {identifier(database['owner'])};"
    yield f"ALTER DATABASE {there} CONNECTION LIMIT {int(database['limit'])};"
    if database["acl"] is not None:
        yield f"REVOKE ALL ON DATABASE {there} FROM PUBLIC;"
        for grantee, right, grantable in database["acl"]:
            who = "PUBLIC" if grantee == "-" else grantee  # quoted by the server
            yield f"GRANT {right} ON DATABASE {there} TO {who}{' WITH GRANT OPTION' if grantable else ''};"
    for role, settings in database["settings"]:
        whose = f"ALTER ROLE {identifier(role)} IN DATABASE {there}" if role else f"ALTER DATABASE {there}"
        for setting in settings:
            key, _, value = setting.partition("=")
            yield f"{whose} SET {key} TO {value if key in LISTS else literal(value)};"


def _there(asked: Session, *names: str) -> set[str]:
    wanted = ", ".join(literal(name) for name in names)
    rows = asked.ask(f"SELECT pg_catalog.json_build_array(datname) FROM pg_catalog.pg_database WHERE datname IN ({wanted});")
    return {name for (name,) in rows}


def _closed(dbname: str, closed: bool) -> str:
    return f"ALTER DATABASE {identifier(dbname)} ALLOW_CONNECTIONS {'false' if closed else 'true'};\n"


def _ended(dbname: str, ours: int) -> str:
    return (
        "SELECT pg_catalog.json_build_array(pg_catalog.pg_terminate_backend(pid)) FROM pg_catalog.pg_stat_activity "
        f"WHERE datname = {literal(dbname)} AND pid <> {ours} AND pid <> pg_catalog.pg_backend_pid();\n"
    )

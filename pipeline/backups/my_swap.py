"""The way back of a MySQL or MariaDB database: loaded into a new one, compared, and then all tables renamed in one statement.

The replaced tables stay in a database of their own, and with them, as text, the definitions that no table can carry along:
views, triggers, routines and events. What the staged database holds besides its tables is this module's memory of what is
still to be done, so that it can be cut off anywhere.
"""

# ruff: noqa: S608 - every name in here is quoted by `identifier` and `literal`

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..keeping import BackupError, Programs
from .dumps import TIME_LIMIT
from .my_contents import Contents, Table, compared, parsed, tables
from .my_drill import DUMP, PROGRAMS, contents, create_statement, load
from .my_session import Server, Session, client, identifier, literal, session
from .source import Declined

NAME_CHARS = 64  # longer names are refused
MEMORY = "secure_release_staged"  # in the staged database: views and programs to come
REPLACED = "secure_release_replaced"  # in the database aside: the definitions that were replaced
PROGRAM_KINDS = ("function ", "procedure ", "trigger ", "event ")
DEFINITIONS = ("--no-data", "--routines", "--events", "--triggers", "--default-character-set=utf8mb4", "--no-tablespaces")


@dataclass(frozen=True)
class MySwap:
    """A `Swap`."""

    server: Server
    programs: Programs

    def stage(self, id: str, fetched: Path, content: bytes, current: str, scratch: Path) -> Mapping[str, object]:
        expected = parsed(content)
        self.clear(id, scratch)
        there = self.server.database(named(self.server.dbname, f"_staged_{id}"))
        with self._alone(scratch) as asked:
            asked.ask(create_statement(there.dbname, expected))
            aside = self._aside(asked, id)
        try:
            self._load(there, fetched, expected, scratch)
        except BackupError:
            self.clear(id, scratch)
            raise
        return {"staging": there.dbname, "aside": aside, "mark": current}

    def _load(self, there: Server, fetched: Path, expected: Contents, scratch: Path) -> None:
        said = load(self.programs, there, fetched / DUMP, scratch)
        wrong = [said] if said else list(compared(_tables_alone(expected), contents(self.programs, there, scratch)))
        if wrong:
            raise BackupError(f"What would be put back is not what was backed up: {wrong[0]}.", "Use another generation.")
        with session(self.programs, there, scratch) as asked:
            views = [table.name for table in tables(asked, there.dbname) if table.kind == "VIEW"]
            made = [str(asked.ask(f"SHOW CREATE VIEW {identifier(name)};")[0][1]) for name in views]
            text = (fetched / PROGRAMS).read_bytes()
            asked.ask(
                f"CREATE TABLE {identifier(MEMORY)} (at int PRIMARY KEY, name text, body longblob) ENGINE=InnoDB;\n"
                + "".join(
                    f"INSERT INTO {identifier(MEMORY)} VALUES ({at}, {literal(name)}, {_hex(sql.encode())});\n"
                    for at, (name, sql) in enumerate(zip(views, made, strict=True), start=1)
                )
                + f"INSERT INTO {identifier(MEMORY)} VALUES (0, '', {_hex(text)});"
            )

    def finish(self, plan: Mapping[str, object], scratch: Path) -> str:
        staging, aside = str(plan["staging"]), str(plan["aside"])
        with self._alone(scratch) as asked:
            if self._exists(asked, staging):
                staged = [table for table in tables(asked, staging) if table.kind != "VIEW" and table.name != MEMORY]
                if staged:
                    self._swap(asked, staged, staging, aside, str(plan["mark"]), scratch)
                self._programs(asked, staging, scratch)
                asked.ask(f"DROP DATABASE {identifier(staging)};")
            return f"the database {aside}" if self._exists(asked, aside) else ""

    def clear(self, id: str, scratch: Path) -> None:
        with self._alone(scratch) as asked:
            asked.ask(f"DROP DATABASE IF EXISTS {identifier(named(self.server.dbname, f'_staged_{id}'))};")

    def _swap(self, asked: Session, staged: list[Table], staging: str, aside: str, mark: str, scratch: Path) -> None:
        live = [table for table in tables(asked, self.server.dbname) if table.kind != "VIEW"]
        if mark:
            self._look(asked, live, mark, scratch)
        target = identifier(self.server.dbname)
        if not self._exists(asked, self.server.dbname):
            asked.ask(f"CREATE DATABASE {target};")
        elif not self._exists(asked, aside):
            self._remember(asked, aside, scratch)
        drops = [f"DROP TRIGGER {target}.{identifier(name)};" for name in self._triggers(asked)]
        renames = [f"{target}.{identifier(one.name)} TO {identifier(aside)}.{identifier(one.name)}" for one in live]
        renames += [f"{identifier(staging)}.{identifier(one.name)} TO {target}.{identifier(one.name)}" for one in staged]
        asked.ask("\n".join(("SET SESSION foreign_key_checks = 0;", *drops, f"RENAME TABLE {', '.join(renames)};")))

    def _look(self, asked: Session, live: list[Table], mark: str, scratch: Path) -> None:
        """Raises `Declined` when users wrote. The tables are locked while we look, and let go only to be renamed."""
        locks = ", ".join(f"{identifier(self.server.dbname)}.{identifier(one.name)} READ" for one in live if one.stored)
        asked.ask(f"LOCK TABLES {locks};" if locks else "")
        found = contents(self.programs, self.server, scratch).write_mark
        asked.ask("UNLOCK TABLES;")
        if found != mark:
            raise Declined("it was written to while the rollback was under way", "Stop who writes, or let it stay.")

    def _remember(self, asked: Session, aside: str, scratch: Path) -> None:
        """Keep what is replaced and is no table. The database aside is there only when this is whole."""
        argv = (client(self.programs, "mariadb-dump"), *self.server.options(scratch), *DEFINITIONS, self.server.dbname)
        ended = self.programs.run(argv, cwd=scratch, timeout=TIME_LIMIT)
        if ended.code != 0 or ended.timed_out or ended.flooded:
            said = ended.stderr.decode(errors="replace").strip()
            raise BackupError(f"What would be replaced could not be kept: {said}.", "Let `user` read all definitions.")
        asked.ask(
            f"CREATE DATABASE {identifier(aside)};\n"
            f"CREATE TABLE {identifier(aside)}.{identifier(REPLACED)} AS SELECT {_hex(ended.stdout)} AS definitions;"
        )

    def _programs(self, asked: Session, staging: str, scratch: Path) -> None:
        """Views, triggers, routines and events as they were; those that came since go, and stay as text aside."""
        target = identifier(self.server.dbname)
        kept = asked.ask(f"SELECT name, HEX(body) FROM {identifier(staging)}.{identifier(MEMORY)} ORDER BY at;")
        now = [table.name for table in tables(asked, self.server.dbname) if table.kind == "VIEW"]
        drops = [f"DROP VIEW {target}.{identifier(name)};" for name in now]
        drops += [f"DROP TRIGGER {target}.{identifier(name)};" for name in self._triggers(asked)]
        drops += [f"DROP {kind} {target}.{identifier(name)};" for kind, name in self._routines(asked)]
        asked.ask("\n".join(drops))
        views = b"".join(bytes.fromhex(str(body)) + b";\n" for name, body in kept if name)
        programs = b"".join(bytes.fromhex(str(body or "")) for name, body in kept if not name)
        file = scratch / "programs.sql"
        file.write_bytes(b"SET FOREIGN_KEY_CHECKS=0;\n" + programs)
        self._loaded(file, scratch)
        with session(self.programs, self.server, scratch) as inside:
            inside.ask(views.decode())

    def _loaded(self, file: Path, scratch: Path) -> None:
        said = load(self.programs, self.server, file, scratch)
        if said:
            raise BackupError(f"The tables are back, but not all definitions: {said}.", "Mend what it names, then roll back again.")

    def _triggers(self, asked: Session) -> list[str]:
        name = literal(self.server.dbname)
        rows = asked.ask(f"SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = {name};")
        return [str(row[0]) for row in rows]

    def _routines(self, asked: Session) -> list[tuple[str, str]]:
        name = literal(self.server.dbname)
        rows = asked.ask(
            f"SELECT ROUTINE_TYPE, ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = {name} "
            f"UNION ALL SELECT 'EVENT', EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = {name};"
        )
        return [(str(kind), str(each)) for kind, each in rows]

    @contextlib.contextmanager
    def _alone(self, scratch: Path) -> Iterator[Session]:
        """A connection, after all that a killed run asked for has ended: its programs died with it, the server works on."""
        with session(self.programs, self.server, scratch, "") as asked:
            lock = literal(f"secure-release: {self.server.dbname}"[:NAME_CHARS])
            if asked.ask(f"SELECT GET_LOCK({lock}, 60);") != [("1",)]:
                raise BackupError(f"Another run puts {self.server.dbname} back.", "Wait for it, or end it, and run again.")
            yield asked

    def _exists(self, asked: Session, dbname: str) -> bool:
        return bool(asked.ask(f"SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = {literal(dbname)};"))

    def _aside(self, asked: Session, id: str) -> str:
        names = (named(self.server.dbname, f"_failed_{id}{end}") for end in ("", *(f"_{n}" for n in range(2, 1000))))
        return next(name for name in names if not self._exists(asked, name))


def named(dbname: str, ending: str) -> str:
    """A name that ends so and is not too long for the server."""
    return dbname[: NAME_CHARS - len(ending)] + ending


def _tables_alone(expected: Contents) -> Contents:
    objects = {name: told for name, told in expected.objects.items() if not name.startswith(PROGRAM_KINDS)}
    return replace(expected, objects=objects)


def _hex(content: bytes) -> str:
    return f"x'{content.hex()}'"

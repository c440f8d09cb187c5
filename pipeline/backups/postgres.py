"""A PostgreSQL database as a source: the dump and its manifest are of one exported snapshot, while others write."""

# ruff: noqa: S608 - every name in here is quoted by the server or by `identifier` and `literal`

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..keeping import BackupError, ProgramFailed, Programs
from ..source_config import PostgresSection
from .dumps import TIME_LIMIT, private, saved
from .engine import Tree
from .pg_contents import DATABASE, QUESTION, SEQUENCES, Contents, gathered
from .pg_drill import DUMP, FILES, ROLES, TABLESPACES, contents
from .pg_scratch import version
from .pg_session import Server, Session, client, failed, literal, session
from .pg_swap import PgSwap
from .source import Ask, Assertion, Staged

OLDEST = 11  # the first with hashtextextended
CLUSTER_BYTES = 80_000_000  # what an empty scratch server takes on the disk


@dataclass(frozen=True)
class PostgresSource:
    name: str
    server: Server
    maintenance: str  # another database of the server, to rename from
    programs: Programs
    asks: tuple[Ask, ...]

    @property
    def type(self) -> str:
        return "postgres"

    @property
    def place(self) -> str:
        return self.server.place

    @property
    def home(self) -> PgSwap:
        return PgSwap(self.server, self.server.database(self.maintenance), self.programs)

    def stage(self, scratch: Path) -> Staged:
        with session(self.programs, self.server, scratch) as asked:
            asked.ask("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;")
            ((snapshot,),) = asked.ask("SELECT pg_catalog.json_build_array(pg_catalog.pg_export_snapshot());")
            about = asked.ask(DATABASE)
            self._look(about[0][1], scratch)
            before = asked.ask(SEQUENCES)
            asked.say(QUESTION)  # answered while the dump reads the same snapshot
            try:
                dump = self._dump(snapshot, scratch / DUMP)
            finally:
                rows = asked.hear()  # when the session is gone, so is its snapshot: then its words are the cause
            after = asked.ask(SEQUENCES)
            asked.ask("COMMIT;")
        without = self._globals(scratch)
        files = {name: _measured(scratch / name) for name in (ROLES, TABLESPACES)}
        found = gathered(about + rows, before, after, {DUMP: dump, **files})
        if not found.tables:
            raise self._incomplete("holds no table", "Look whether `dbname` names the database that the application uses.")
        return Staged(
            tree=Tree(scratch, tuple(os.fsencode(name) for name in FILES)),
            manifest=found.written(),
            consistency=f"one snapshot{without}",
            items=found.rows,
            size=sum(size for size, _ in found.files.values()),
            room=dump[0] + int(found.database["size"]) + CLUSTER_BYTES,
            write_mark=found.write_mark,
            changed=lambda: "",  # a snapshot stays what it is
        )

    @contextlib.contextmanager
    def held(self, scratch: Path) -> Iterator[str]:
        """Nobody is kept off yet: the swap itself closes the database and looks again."""
        yield self.current_mark(scratch)

    def current_mark(self, scratch: Path) -> str:
        """The contents themselves: counters of writes are late, are reset, and move without a write."""
        if not self._there(scratch):
            return ""
        return contents(self.programs, self.server, scratch).write_mark

    def _there(self, scratch: Path) -> bool:
        with session(self.programs, self.server.database(self.maintenance), scratch) as asked:
            sql = f"SELECT pg_catalog.json_build_array(datname) FROM pg_catalog.pg_database WHERE datname = {literal(self.server.dbname)};"
            return bool(asked.ask(sql))

    def _look(self, about: Mapping[str, Any], scratch: Path) -> None:
        """What can be said before anything is dumped."""
        major = int(about["version"]) // 10000
        if major < OLDEST:
            raise self._incomplete(f"is on PostgreSQL {major}; at least {OLDEST} is needed", "Upgrade the server.")
        ours = version(self.programs.run((client(self.programs, "pg_dump"), "--version"), cwd=scratch, timeout=60.0).stdout)
        if ours < major:
            raise self._incomplete(
                f"is on PostgreSQL {major}, and pg_dump here is of version {ours}: an older one can't dump it",
                f"Install postgresql-client-{major}, or name a newer pg_dump in `tools`.",
            )
        free = shutil.disk_usage(scratch).free
        if free < int(about["size"]):
            raise BackupError(f"{scratch} has {free} bytes left, and `{self.name}` has {about['size']}.", "Make room.")

    def _dump(self, snapshot: str, into: Path) -> tuple[int, str]:
        words = ("--format=custom", "--compress=0", f"--snapshot={snapshot}", "--lock-wait-timeout=60000", "--no-password")
        argv = (client(self.programs, "pg_dump"), *words, f"--dbname={self.server.conninfo()}")
        try:
            with self.programs.reading(argv, cwd=into.parent, timeout=TIME_LIMIT) as out:
                return saved(out, into)
        except ProgramFailed as problem:
            raise failed(self.server, problem) from problem

    def _globals(self, scratch: Path) -> str:
        """Roles and tablespaces belong to the server; what of them could not be read."""
        argv = (client(self.programs, "pg_dumpall"), "--no-password", f"--dbname={self.server.conninfo()}")
        without = ""
        try:
            self._saved((*argv, "--roles-only"), scratch / ROLES)
        except BackupError:  # only a superuser may read them
            self._saved((*argv, "--roles-only", "--no-role-passwords"), scratch / ROLES)
            without = "; roles without their passwords"
        self._saved((*argv, "--tablespaces-only"), scratch / TABLESPACES)
        return without

    def _saved(self, argv: tuple[str, ...], into: Path) -> None:
        ended = self.programs.run(argv, cwd=into.parent, timeout=TIME_LIMIT)
        if ended.code != 0 or ended.timed_out or ended.flooded:
            said = ended.stderr.decode(errors="replace").strip()[-400:]
            raise self._incomplete(f"does not tell its roles: {said}", "Let `user` read them.")
        with private(into) as file:
            file.write(ended.stdout)

    def _incomplete(self, why: str, hint: str) -> BackupError:
        return BackupError(f"The source `{self.name}` ({self.place}) {why}.", hint)


def postgres_source(section: PostgresSection, project: Path, programs: Programs, passfile: Path | None) -> PostgresSource:
    """`passfile` is for a section that names none."""
    server = Server(
        name=section.name,
        dbname=section.dbname,
        host=section.host or "",
        port=section.port,
        user=section.user or "",
        passfile=project / section.passfile if section.passfile else passfile,
        sslmode=section.sslmode or "",
    )
    asks = tuple(Assertion(one.sql, one.expect) for one in section.assertions)
    return PostgresSource(section.name, server, section.maintenance, programs, asks)


def _measured(path: Path) -> tuple[int, str]:
    content = path.read_bytes()
    return len(content), hashlib.sha256(content).hexdigest()


__all__ = ["Contents", "PostgresSource", "Session", "postgres_source"]

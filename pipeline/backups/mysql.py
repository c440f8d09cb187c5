"""A MySQL or MariaDB database as a source: the dump and its manifest are of one moment, while others write.

The tables are locked for the moment in which two transactions begin, ours and the dump's; then they are let go. Tables that
know no transactions would be torn: they are refused, or stay locked until the dump is whole (`lock: true`).
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..keeping import BackupError, ProgramFailed, Programs
from ..source_config import MysqlSection
from .dumps import TIME_LIMIT, saved
from .engine import Tree
from .my_contents import Table, counters, gathered, question, tables
from .my_drill import DUMP, FILES, PROGRAMS, complete, contents
from .my_session import Row, Server, Session, client, failed, identifier, literal, session
from .my_swap import MySwap
from .source import Ask, Assertion, Staged

SERVER_BYTES = 300_000_000  # what an empty scratch server takes on the disk
PLAIN = ("--hex-blob", "--default-character-set=utf8mb4", "--tz-utc", "--no-tablespaces")
PROGRAMS_ALONE = ("--no-create-info", "--no-data", "--routines", "--events", "--triggers", "--skip-lock-tables")
FOREIGN = ("--set-gtid-purged=OFF", "--loose-column-statistics=0")  # options that only MySQL's own dump has
BEGUN = (b"-- Table structure", b"-- Temporary", b"-- Sequence", b"DROP TABLE", b"CREATE ")


@dataclass(frozen=True)
class MysqlSource:
    name: str
    server: Server
    lock: bool
    programs: Programs
    asks: tuple[Ask, ...]

    @property
    def type(self) -> str:
        return "mysql"

    @property
    def place(self) -> str:
        return self.server.place

    @property
    def home(self) -> MySwap:
        return MySwap(self.server, self.programs)

    def stage(self, scratch: Path) -> Staged:
        place, private = scratch / "dump", scratch / "private"
        for folder in (place, private):
            folder.mkdir(mode=0o700)
        with session(self.programs, self.server, private) as locking, session(self.programs, self.server, private) as asked:
            known = self._looked(tables(locking, self.server.dbname), scratch)
            words = ", ".join(f"{identifier(table.name)} READ" for table in known if table.stored)
            locking.ask(f"LOCK TABLES {words};")
            before = counters(asked, known, self.server.dbname)
            sql = question(asked, known, self.server.dbname)
            asked.ask("START TRANSACTION WITH CONSISTENT SNAPSHOT;")
            dump, rows = self._dump(place / DUMP, private, sql, locking, asked)
            after = counters(asked, known, self.server.dbname)
        programs = self._written(PROGRAMS_ALONE, place / PROGRAMS, private)
        found = gathered(rows, before, after, {DUMP: dump, PROGRAMS: programs})
        if not all(complete(place / name) for name in FILES):
            raise self._incomplete("was not dumped to its end", "Look into the server's log, then run again.")
        return Staged(
            tree=Tree(place, tuple(name.encode() for name in FILES)),
            manifest=found.written(),
            consistency=f"{'all tables locked' if self.lock else 'one snapshot'}; without the server's users",
            items=found.rows,
            size=dump[0] + programs[0],
            room=dump[0] + sum(table.size for table in known) + SERVER_BYTES,
            write_mark=found.write_mark,
            changed=lambda: "",  # a snapshot stays what it is
        )

    @contextlib.contextmanager
    def held(self, scratch: Path) -> Iterator[str]:
        """Nobody is kept off yet: the swap itself locks the tables and looks again."""
        yield self.current_mark(scratch)

    def current_mark(self, scratch: Path) -> str:
        with session(self.programs, self.server, scratch, "") as asked:
            name = literal(self.server.dbname)
            if not asked.ask(f"SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = {name};"):  # noqa: S608 - quoted
                return ""
        return contents(self.programs, self.server, scratch).write_mark

    def _looked(self, known: tuple[Table, ...], scratch: Path) -> tuple[Table, ...]:
        """What can be said before anything is dumped."""
        stored = [table for table in known if table.stored]
        if not stored:
            raise self._incomplete("holds no table", "Look whether `dbname` names the database that the application uses.")
        torn = [f"{table.name} ({table.engine})" for table in stored if not table.transactional]
        if torn and not self.lock:
            raise self._incomplete(
                f"holds tables that know no transactions, and would be torn: {', '.join(torn[:5])}",
                "Convert them (ALTER TABLE ... ENGINE=InnoDB), or set `lock: true`: all tables are locked while they are dumped.",
            )
        size, free = sum(table.size for table in stored), shutil.disk_usage(scratch).free
        if free < size:
            raise BackupError(f"{scratch} has {free} bytes left, and `{self.name}` has {size}.", "Make room.")
        return known

    def _dump(self, into: Path, private: Path, sql: str, locking: Session, asked: Session) -> tuple[tuple[int, str], list[Row]]:
        held = ("--skip-triggers", "--skip-lock-tables", *(() if self.lock else ("--single-transaction",)))

        def begun() -> None:
            if not self.lock:
                locking.ask("UNLOCK TABLES;")
            asked.say(sql)  # answered while the dump reads the same snapshot

        return self._written(held, into, private, begun), asked.hear()

    def _written(
        self, words: tuple[str, ...], into: Path, private: Path, begun: Callable[[], None] = lambda: None
    ) -> tuple[int, str]:
        """A dump's size and digest. `begun` is called when its transaction has begun, before most of it is read."""
        argv = (*self._program(private), *words, *PLAIN, self.server.dbname)

        def first(out: IO[bytes]) -> bytes:
            read = _begun(out)
            begun()
            return read

        try:
            with self.programs.reading(argv, cwd=private, timeout=TIME_LIMIT) as out:
                return saved(out, into, first)
        except ProgramFailed as problem:
            raise failed(self.server, problem) from problem

    def _program(self, private: Path) -> tuple[str, ...]:
        program = client(self.programs, "mariadb-dump")
        said = self.programs.run((program, "--version"), cwd=private, timeout=60.0).stdout
        return (program, *self.server.options(private), *(() if b"MariaDB" in said else FOREIGN))

    def _incomplete(self, why: str, hint: str) -> BackupError:
        return BackupError(f"The source `{self.name}` ({self.place}) {why}.", hint)


def _begun(out: IO[bytes]) -> bytes:
    """What the dump wrote until it can't but have begun its transaction: the first definition, or all there is."""
    read = bytearray()
    while line := out.readline():
        read += line
        if line.startswith(BEGUN):
            break
    return bytes(read)


def mysql_source(section: MysqlSection, project: Path, programs: Programs) -> MysqlSource:
    server = Server(
        name=section.name,
        dbname=section.dbname,
        host=section.host or "",
        port=section.port,
        socket=section.socket or "",
        user=section.user or "",
        password_file=project / section.password_file if section.password_file else None,
    )
    asks = tuple(Assertion(one.sql, one.expect) for one in section.assertions)
    return MysqlSource(section.name, server, section.lock, programs, asks)

"""What a MySQL or MariaDB database holds: rows and a checksum a table, counters, definitions; and how two such lists differ.

The checksum is ours and not `CHECKSUM TABLE`, which is of how a server stores rows: a dump writes a FLOAT with the digits that
are told, and the same text must count as the same. Counters know no transactions: they are read before and after the dump.
"""

# ruff: noqa: S608 - every name in here is quoted by `identifier` and `literal`

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass

from . import manifest
from .dumps import tables_compared
from .my_session import Row, Session, identifier, literal

TRANSACTIONAL = ("innodb", "rocksdb", "tokudb")
COUNTER = re.compile(r" AUTO_INCREMENT=\d+")


@dataclass(frozen=True)
class Table:
    """One entry of the list of tables. `kind`: BASE TABLE, SYSTEM VERSIONED, SEQUENCE, VIEW."""

    name: str
    kind: str
    engine: str
    counter: int  # the next automatic number; 0 when there is none
    size: int  # bytes, about

    @property
    def stored(self) -> bool:
        return self.kind in ("BASE TABLE", "SYSTEM VERSIONED")

    @property
    def transactional(self) -> bool:
        return self.engine.lower() in TRANSACTIONAL


@dataclass(frozen=True)
class Contents:
    """The manifest of one dump."""

    version: str
    charset: str
    collation: str
    lower_case: int  # lower_case_table_names
    tables: Mapping[str, tuple[int, str]]  # rows, checksum
    counters: Mapping[str, tuple[int, int]]  # before and after the dump
    objects: Mapping[str, str]  # definitions, as digests
    files: Mapping[str, tuple[int, str]]  # what was stored: size, SHA-256

    @property
    def rows(self) -> int:
        return sum(rows for rows, _ in self.tables.values())

    @property
    def family(self) -> str:
        """Servers of one family tell definitions in the same words: `MariaDB 10.11`."""
        return f"{'MariaDB' if 'MariaDB' in self.version else 'MySQL'} {'.'.join(self.version.split('.')[:2])}"

    @property
    def write_mark(self) -> str:
        after = {name: counter for name, (_, counter) in self.counters.items()}
        return manifest.digest(json.dumps([self.tables, after, self.objects], sort_keys=True).encode())

    def written(self) -> bytes:
        return json.dumps(asdict(self), sort_keys=True).encode()


def tables(asked: Session, dbname: str) -> tuple[Table, ...]:
    rows = asked.ask(
        "SELECT TABLE_NAME, TABLE_TYPE, COALESCE(ENGINE, ''), COALESCE(AUTO_INCREMENT, 0), COALESCE(DATA_LENGTH + INDEX_LENGTH, 0) "
        f"FROM information_schema.TABLES WHERE TABLE_SCHEMA = {literal(dbname)} ORDER BY TABLE_NAME;"
    )
    return tuple(Table(_text(row[0]), _text(row[1]), _text(row[2]), int(_text(row[3])), int(_text(row[4]))) for row in rows)


def counters(asked: Session, known: Iterable[Table], dbname: str) -> dict[str, int]:
    """Automatic numbers and sequences, as they stand at this moment."""
    found = {table.name: table.counter for table in tables(asked, dbname) if table.counter}
    for table in known:
        if table.kind == "SEQUENCE":
            ((value,),) = asked.ask(f"SELECT next_not_cached_value FROM {identifier(table.name)};")
            found[table.name] = int(_text(value))
    return found


def question(asked: Session, known: Iterable[Table], dbname: str) -> str:
    """All that is asked in the snapshot, but for counters. The list of columns is read now."""
    columns: dict[str, list[str]] = {}
    for row in asked.ask(
        f"SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = {literal(dbname)} "
        "ORDER BY TABLE_NAME, ORDINAL_POSITION;"
    ):
        columns.setdefault(_text(row[0]), []).append(_text(row[1]))
    return "\n".join(_asked(table, columns.get(table.name, [])) for table in known) + _definitions(dbname)


def _asked(table: Table, columns: list[str]) -> str:
    show = f"SHOW CREATE {'VIEW' if table.kind == 'VIEW' else 'TABLE'} {identifier(table.name)};"
    if not table.stored:
        return show
    digests = ", ".join(f"COALESCE(MD5(CAST({identifier(name)} AS BINARY)), '-')" for name in columns)
    row = f"CAST(CONV(SUBSTRING(MD5(CONCAT({digests})), 1, 15), 16, 10) AS UNSIGNED)"
    return f"SELECT 'table', {literal(table.name)}, COUNT(*), COALESCE(SUM({row}), 0) FROM {identifier(table.name)};\n{show}"


def _definitions(dbname: str) -> str:
    name = literal(dbname)
    return f"""
SELECT 'object', CONCAT(LOWER(ROUTINE_TYPE), ' ', ROUTINE_NAME), MD5(CONCAT_WS('|', ROUTINE_DEFINITION, DTD_IDENTIFIER, DEFINER,
    SECURITY_TYPE, SQL_MODE)) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = {name};
SELECT 'object', CONCAT('trigger ', TRIGGER_NAME), MD5(CONCAT_WS('|', EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION,
    ACTION_STATEMENT, DEFINER)) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = {name};
SELECT 'object', CONCAT('event ', EVENT_NAME), MD5(CONCAT_WS('|', EVENT_DEFINITION, EVENT_TYPE, EXECUTE_AT, INTERVAL_VALUE,
    INTERVAL_FIELD, DEFINER)) FROM information_schema.EVENTS WHERE EVENT_SCHEMA = {name};
SELECT 'about', VERSION(), DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME, @@lower_case_table_names
    FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = {name};
"""


def gathered(
    rows: Iterable[Row], before: Mapping[str, int], after: Mapping[str, int], files: Mapping[str, tuple[int, str]]
) -> Contents:
    """Of the answers to `question`, and what the counters said."""
    counted: dict[str, tuple[int, str]] = {}
    objects: dict[str, str] = {}
    about: tuple[str, ...] = ("", "", "", "0")
    for kind, *values in rows:
        match kind:
            case "table":
                counted[_text(values[0])] = (int(_text(values[1])), _text(values[2]))
            case "object":
                objects[_text(values[0])] = _text(values[1])
            case "about":
                about = tuple(_text(value) for value in values)
            case _:  # the name and the definition of a table or a view
                told = COUNTER.sub("", _text(values[0]))
                objects[f"definition of {kind}"] = hashlib.sha256(told.encode(errors="surrogateescape")).hexdigest()
    return Contents(
        version=about[0],
        charset=about[1],
        collation=about[2],
        lower_case=int(about[3]),
        tables=counted,
        counters={name: (before[name], after[name]) for name in before.keys() & after.keys()},
        objects=objects,
        files=files,
    )


def parsed(content: bytes) -> Contents:
    """Raises `BackupError` when it is no manifest."""
    with manifest.parsing():
        raw = json.loads(content)
        raw["tables"] = {name: (rows, checksum) for name, (rows, checksum) in raw["tables"].items()}
        raw["counters"] = {name: (before, after) for name, (before, after) in raw["counters"].items()}
        raw["files"] = {name: (size, sha256) for name, (size, sha256) in raw["files"].items()}
        return Contents(**raw)


def compared(expected: Contents, found: Contents) -> Iterator[str]:
    """What differs, in plain words: content first. Definitions only between servers of one family."""
    yield from tables_compared(expected.tables, found.tables)
    for name, bounds in sorted(expected.counters.items()):
        counter = found.counters.get(name, (0, 0))[0]
        if not min(bounds) <= counter <= max(bounds):
            yield f"counter of {name}: stands at {counter}, was {bounds[0]}"
    for name in sorted(expected.objects.keys() | found.objects.keys()):
        if name not in found.objects or name not in expected.objects:
            yield f"{name}: {'did not come back' if name not in found.objects else 'was not in the source'}"
        elif expected.objects[name] != found.objects[name] and expected.family == found.family:
            yield f"{name}: is another"


def _text(cell: str | None) -> str:
    return cell or ""

"""What a PostgreSQL database holds: rows and a checksum a table, sequences, definitions; and how two such lists differ.

Everything but sequences is read in the transaction's snapshot. A sequence knows no transactions: it is read before and after
the dump, and must come back as something between.
"""

# ruff: noqa: S608 - every name in here is quoted by the server or by `identifier` and `literal`

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from . import manifest
from .dumps import tables_compared

OURS = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
MEMBER = "SELECT FROM pg_catalog.pg_depend e WHERE e.classid = '{0}'::pg_catalog.regclass AND e.objid = {1}.oid AND e.deptype = 'e'"
# The dump writes an expression as the server tells it, and the server then tells it with other casts and brackets.
PLAIN = r"pg_catalog.regexp_replace({0}, '::[a-z_ ]+(\([0-9,]+\))?(\[\])?|[][()[:space:]]|ARRAY', '', 'g')"

# `(t.*)` and not `t`: a column may have that name.
TABLES = f"""
SELECT pg_catalog.format($q$SELECT pg_catalog.json_build_array('table', %L, pg_catalog.count(*),
    COALESCE(pg_catalog.sum(pg_catalog.hashtextextended((t.*)::pg_catalog.text, 0)), 0)::pg_catalog.text) FROM ONLY %I.%I AS t$q$,
    pg_catalog.format('%I.%I', n.nspname, c.relname), n.nspname, c.relname)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND {OURS} AND NOT EXISTS ({MEMBER.format("pg_class", "c")})
ORDER BY c.oid \\gexec
"""
SEQUENCES = f"""
SELECT pg_catalog.format($q$SELECT pg_catalog.json_build_array('sequence', %L, last_value, is_called) FROM %I.%I$q$,
    pg_catalog.format('%I.%I', n.nspname, c.relname), n.nspname, c.relname)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND {OURS} AND NOT EXISTS ({MEMBER.format("pg_class", "c")})
ORDER BY c.oid \\gexec
"""
LARGE = """
SELECT pg_catalog.json_build_array('large', pg_catalog.count(*), COALESCE(pg_catalog.sum(pg_catalog.hashtextextended(
    m.oid::pg_catalog.text || ':' || pg_catalog.md5(pg_catalog.lo_get(m.oid)), 0)), 0)::pg_catalog.text)
FROM pg_catalog.pg_largeobject_metadata m;
"""
EXTENSIONS = "SELECT pg_catalog.json_build_array('extension', extname, extversion) FROM pg_catalog.pg_extension;"
ROLES = r"""SELECT pg_catalog.json_build_array('role', rolname) FROM pg_catalog.pg_roles WHERE rolname !~ '^pg_';"""
DATABASE = """
SELECT pg_catalog.json_build_array('database', pg_catalog.json_build_object(
    'version', pg_catalog.current_setting('server_version_num')::pg_catalog.int4,
    'size', pg_catalog.pg_database_size(d.oid),
    'encoding', pg_catalog.pg_encoding_to_char(d.encoding),
    'collate', d.datcollate, 'ctype', d.datctype,
    'provider', COALESCE(pg_catalog.to_jsonb(d)->>'datlocprovider', 'c'),
    'locale', COALESCE(pg_catalog.to_jsonb(d)->>'daticulocale', pg_catalog.to_jsonb(d)->>'datlocale', ''),
    'owner', pg_catalog.pg_get_userbyid(d.datdba), 'limit', d.datconnlimit,
    'acl', COALESCE((SELECT pg_catalog.json_agg(pg_catalog.json_build_array(a.grantee::pg_catalog.regrole::pg_catalog.text,
        a.privilege_type, a.is_grantable)) FROM pg_catalog.aclexplode(d.datacl) a), 'null'),
    'settings', COALESCE((SELECT pg_catalog.json_agg(pg_catalog.json_build_array(
        CASE WHEN s.setrole = 0 THEN '' ELSE pg_catalog.pg_get_userbyid(s.setrole) END, s.setconfig))
        FROM pg_catalog.pg_db_role_setting s WHERE s.setdatabase = d.oid), '[]')))
FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database();
"""


def _object(kind: str, name: str, told: str, rest: str) -> str:
    return (
        f"SELECT pg_catalog.json_build_array('object', '{kind} ' || {name}, pg_catalog.md5(COALESCE({told}, ''))) FROM {rest};"
    )


ACL = (
    "(SELECT pg_catalog.string_agg(g, ',' ORDER BY g) FROM (SELECT a.grantee::pg_catalog.regrole::pg_catalog.text || '=' ||"
    " a.privilege_type || a.is_grantable::pg_catalog.text AS g"
    " FROM pg_catalog.aclexplode(COALESCE({0}, pg_catalog.acldefault({1}, {2}))) a) x)"
)
RELATION = "pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
MINE = f"{OURS} AND NOT EXISTS ({MEMBER.format('pg_class', 'c')})"
OF = "pg_catalog.format('%I.%I', n.nspname, c.relname)"
KIND = "CASE c.relkind WHEN 'S' THEN 's'::\"char\" ELSE 'r'::\"char\" END"
OBJECTS = "\n".join(
    (
        _object(
            "schema",
            "pg_catalog.quote_ident(n.nspname)",
            "pg_catalog.pg_get_userbyid(n.nspowner)",
            f"pg_catalog.pg_namespace n WHERE {OURS} AND n.nspname <> 'public' AND NOT EXISTS ({MEMBER.format('pg_namespace', 'n')})",
        ),
        _object(
            "relation",
            OF,
            "pg_catalog.concat_ws('|', c.relkind, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity,"
            f" pg_catalog.pg_get_userbyid(c.relowner), {ACL.format('c.relacl', KIND, 'c.relowner')})",
            f"{RELATION} WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND c.relpersistence <> 't' AND {MINE}",
        ),
        _object(
            "column",
            f"{OF} || '.' || pg_catalog.quote_ident(a.attname)",
            "pg_catalog.concat_ws('|', pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,"
            f" {PLAIN.format('pg_catalog.pg_get_expr(d.adbin, d.adrelid)')})",
            f"{RELATION} JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
            " LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum"
            f" WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't' AND {MINE}",
        ),
        _object(
            "constraint",
            f"{OF} || '.' || pg_catalog.quote_ident(k.conname)",
            PLAIN.format("pg_catalog.pg_get_constraintdef(k.oid)"),
            f"{RELATION} JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid WHERE k.contype <> 'n' AND k.contype <> 't' AND {MINE}",
        ),
        _object(
            "index",
            f"{OF} || '.' || pg_catalog.quote_ident(x.relname)",
            PLAIN.format("pg_catalog.pg_get_indexdef(i.indexrelid)") + " || i.indisvalid::pg_catalog.text",
            f"{RELATION} JOIN pg_catalog.pg_index i ON i.indrelid = c.oid JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid"
            f" WHERE {MINE}",
        ),
        _object(
            "view", OF, PLAIN.format("pg_catalog.pg_get_viewdef(c.oid)"), f"{RELATION} WHERE c.relkind IN ('v', 'm') AND {MINE}"
        ),
        _object(
            "trigger",
            f"{OF} || '.' || pg_catalog.quote_ident(t.tgname)",
            PLAIN.format("pg_catalog.pg_get_triggerdef(t.oid)") + " || t.tgenabled::pg_catalog.text",
            f"{RELATION} JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid WHERE NOT t.tgisinternal AND {MINE}",
        ),
        _object(
            "policy",
            f"{OF} || '.' || pg_catalog.quote_ident(p.polname)",
            "pg_catalog.concat_ws('|', p.polcmd, p.polpermissive, "
            + PLAIN.format("pg_catalog.pg_get_expr(p.polqual, p.polrelid)")
            + ", "
            + PLAIN.format("pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)")
            + ")",
            f"{RELATION} JOIN pg_catalog.pg_policy p ON p.polrelid = c.oid WHERE {MINE}",
        ),
        _object(
            "function",
            "f.oid::pg_catalog.regprocedure::pg_catalog.text",
            "pg_catalog.concat_ws('|', f.prokind, f.prosrc, f.prosecdef, f.provolatile, pg_catalog.pg_get_userbyid(f.proowner), "
            + ACL.format("f.proacl", "'f'", "f.proowner")
            + ")",
            f"pg_catalog.pg_proc f JOIN pg_catalog.pg_namespace n ON n.oid = f.pronamespace WHERE {OURS}"
            f" AND NOT EXISTS ({MEMBER.format('pg_proc', 'f')})",
        ),
        _object(
            "type",
            "y.oid::pg_catalog.regtype::pg_catalog.text",
            "pg_catalog.concat_ws('|', y.typtype, pg_catalog.format_type(y.typbasetype, y.typtypmod), y.typnotnull,"
            " (SELECT pg_catalog.string_agg(l.enumlabel, ',' ORDER BY l.enumsortorder) FROM pg_catalog.pg_enum l"
            " WHERE l.enumtypid = y.oid))",
            f"pg_catalog.pg_type y JOIN pg_catalog.pg_namespace n ON n.oid = y.typnamespace WHERE {OURS}"
            f" AND y.typtype IN ('d', 'e', 'r') AND NOT EXISTS ({MEMBER.format('pg_type', 'y')})",
        ),
    )
)
QUESTION = TABLES + LARGE + EXTENSIONS + ROLES + OBJECTS


@dataclass(frozen=True)
class Contents:
    """The manifest of one dump."""

    database: Mapping[str, Any]
    tables: Mapping[str, tuple[int, str]]  # rows, checksum
    sequences: Mapping[str, tuple[tuple[int, bool], tuple[int, bool]]]  # before and after the dump: last value, was it used
    objects: Mapping[str, str]  # definitions, as digests
    extensions: Mapping[str, str]
    roles: tuple[str, ...]
    large: tuple[int, str]
    files: Mapping[str, tuple[int, str]]  # what was stored: size, SHA-256

    @property
    def rows(self) -> int:
        return sum(rows for rows, _ in self.tables.values()) + self.large[0]

    @property
    def major(self) -> int:
        return int(self.database["version"]) // 10000

    @property
    def write_mark(self) -> str:
        """Of what users and migrations write; not of roles, which belong to the whole server."""
        used = {name: after for name, (_, after) in self.sequences.items()}
        what = [self.tables, used, self.objects, self.extensions, self.large]
        return manifest.digest(json.dumps(what, sort_keys=True).encode())

    def written(self) -> bytes:
        return json.dumps(asdict(self), sort_keys=True).encode()


def gathered(
    rows: list[list[Any]], before: list[list[Any]], after: list[list[Any]], files: Mapping[str, tuple[int, str]]
) -> Contents:
    """Of the answers to `DATABASE`, `QUESTION`, and twice `SEQUENCES`."""
    told: dict[str, list[list[Any]]] = {}
    for kind, *values in rows:
        told.setdefault(kind, []).append(values)
    earlier = {name: (value, used) for _, name, value, used in before}
    later = {name: (value, used) for _, name, value, used in after}
    return Contents(
        database=told["database"][0][0],
        tables={name: (count, checksum) for name, count, checksum in told.get("table", [])},
        sequences={name: (earlier[name], later[name]) for name in earlier.keys() & later.keys()},
        objects=dict(told.get("object", [])),
        extensions=dict(told.get("extension", [])),
        roles=tuple(sorted(name for (name,) in told.get("role", []))),
        large=(told["large"][0][0], told["large"][0][1]),
        files=files,
    )


def parsed(content: bytes) -> Contents:
    """Raises `BackupError` when it is no manifest."""
    with manifest.parsing():
        raw = json.loads(content)
        return Contents(
            database=raw["database"],
            tables={name: (rows, checksum) for name, (rows, checksum) in raw["tables"].items()},
            sequences={name: ((b[0], b[1]), (a[0], a[1])) for name, (b, a) in raw["sequences"].items()},
            objects=raw["objects"],
            extensions=raw["extensions"],
            roles=tuple(raw["roles"]),
            large=(raw["large"][0], raw["large"][1]),
            files={name: (size, sha256) for name, (size, sha256) in raw["files"].items()},
        )


def compared(expected: Contents, found: Contents) -> Iterator[str]:
    """What differs, in plain words: content first. Definitions only between servers of one major version."""
    yield from tables_compared(expected.tables, found.tables)
    yield from _sequences(expected, found)
    if expected.large != found.large:
        yield f"large objects: {found.large[0]}, was {expected.large[0]}, or other content"
    for name in sorted(expected.objects.keys() | found.objects.keys()):
        wanted, there = expected.objects.get(name), found.objects.get(name)
        if there is None or wanted is None:
            yield f"{name}: {'did not come back' if there is None else 'was not in the source'}"
        elif wanted != there and expected.major == found.major:
            yield f"{name}: another definition, owner or right"
    for name in sorted(expected.extensions.keys() - found.extensions.keys()):
        yield f"extension {name}: did not come back"


def _sequences(expected: Contents, found: Contents) -> Iterator[str]:
    for name, bounds in sorted(expected.sequences.items()):
        if name not in found.sequences:
            yield f"sequence {name}: did not come back"
            continue
        there = found.sequences[name][0]
        if not min(bounds) <= there <= max(bounds):
            yield f"sequence {name}: stands at {there[0]}, was {bounds[0][0]}"

"""A real PostgreSQL that is written to comes back whole; what is not as it was is found; a way back ends."""

from __future__ import annotations

import contextlib
import itertools
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.backups import pg_drill
from secure_release.pipeline.backups.engine_vault import EngineVault
from secure_release.pipeline.backups.pg_contents import parsed
from secure_release.pipeline.backups.pg_swap import named
from secure_release.pipeline.backups.postgres import PostgresSource, postgres_source
from secure_release.pipeline.keeping import BackupError
from secure_release.pipeline.source_config import Assertion, PostgresSection

from ..soak import times
from .databases import (
    Seen,
    backups_under_load,
    forged,
    kill_put_backs,
    killed,
    no_assertion_holds,
    pg_section,
    pg_transfers,
    put_back,
    scratch_folder,
    trial,
    working_in,
)
from .servers import SHOP, Postgres, postgres, private_folder
from .vaults import COMMIT, House

NUMBERS = itertools.count(1)
SUM = Assertion(sql="SELECT sum(balance) FROM accounts", expect="10000")

@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as server:
        server.psql(SHOP)
        yield server


@pytest.fixture
def shop(server: Postgres) -> Iterator[str]:
    """A database of this test's own, with the shop in it."""
    name = f"shop{next(NUMBERS)}"
    server.psql(f"CREATE DATABASE {name} TEMPLATE shop", "postgres")
    yield name
    for each in server.databases():
        if each.startswith(name):
            server.psql(f'DROP DATABASE "{each}" WITH (FORCE)', "postgres")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with scratch_folder() as scratch:
        yield House(tmp_path / "house", scratch=scratch)


def section(server: Postgres, dbname: str, **more: object) -> PostgresSection:
    return pg_section(server, dbname, **{"on_rollback": "if-unchanged", **more})


def source(server: Postgres, dbname: str, root: Path) -> PostgresSource:
    return postgres_source(section(server, dbname), root, Processes(root), None)


def left_behind(house: House) -> list[Path]:
    assert house.scratch is not None
    return list(house.scratch.iterdir())


# --- taking ---


def test_backups_of_a_database_that_is_written_to_all_drill_clean(server: Postgres, shop: str, house: House) -> None:
    backups_under_load(house, section(server, shop), SUM, pg_transfers(server, shop, house.root), 2)


@pytest.mark.slow
@pytest.mark.soak
def test_many_backups_of_a_database_that_is_written_to_all_drill_clean(server: Postgres, shop: str, house: House) -> None:
    backups_under_load(house, section(server, shop), SUM, pg_transfers(server, shop, house.root), times(5, 60))


def test_what_a_manifest_says_is_of_the_dumps_own_moment(server: Postgres, shop: str, tmp_path: Path) -> None:
    """A transaction that is open while the backup is taken is in neither."""
    (tmp_path / "scratch").mkdir()
    before = int(server.psql("SELECT count(*) FROM accounts", shop))
    words = ("-X", "-q", "-h", str(server.folder), "-U", "postgres", "-d", shop)
    with subprocess.Popen(["psql", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        other.stdin.write(b"BEGIN; INSERT INTO accounts (owner, balance) VALUES ('latecomer', 1);\n\\echo there\n")
        other.stdin.flush()
        other.stdout.readline()
        staged = source(server, shop, tmp_path).stage(tmp_path / "scratch")
        other.stdin.write(b"COMMIT;\n")

    assert parsed(staged.manifest).tables["public.accounts"][0] == before
    assert b"latecomer" not in (tmp_path / "scratch/database.dump").read_bytes()


def test_a_restore_needs_no_server_here(server: Postgres, shop: str, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = house.vault([section(server, shop)])
    id = vault.take("run", COMMIT).id
    monkeypatch.setattr("secure_release.pipeline.backups.pg_scratch.HOMES", ())

    house.vault([section(server, shop)]).restore(id, house.root / "back")

    assert sorted(path.name for path in (house.root / "back/db").iterdir()) == ["database.dump", "roles.sql", "tablespaces.sql"]


@contextlib.contextmanager
def with_password(server: Postgres, root: Path) -> Iterator[Path]:
    """A role that must say a password, and the file that holds it."""
    hba = server.folder / "data/pg_hba.conf"
    before = hba.read_text()
    server.psql("SET password_encryption = 'scram-sha-256'; CREATE ROLE clerk LOGIN SUPERUSER PASSWORD 'hunter-zwei'", "postgres")
    hba.write_text("local all clerk scram-sha-256\n" + before)
    server.psql("SELECT pg_reload_conf()", "postgres")
    passfile = root / "pgpass"
    passfile.write_text("*:*:*:clerk:hunter-zwei\n")
    passfile.chmod(0o600)
    try:
        yield passfile
    finally:
        hba.write_text(before)
        server.psql("SELECT pg_reload_conf(); DROP ROLE clerk", "postgres")


def test_a_password_is_in_no_command_line_no_file_and_no_message(server: Postgres, shop: str, house: House) -> None:
    with with_password(server, house.root):
        vault = house.vault([section(server, shop, user="clerk", passfile="pgpass")])
        with Seen() as seen:
            vault.take("run", COMMIT)
        (house.root / "pgpass").write_text("*:*:*:clerk:another\n")
        with pytest.raises(BackupError, match="password authentication failed") as refused:
            vault.take("run2", COMMIT)

    assert any("pg_dump" in line and "user='clerk'" in line for line in seen.lines), "nobody was seen: the test shows nothing"
    assert not [line for line in seen.lines if "hunter-zwei" in line]
    assert "another" not in str(refused.value)
    everything = [path for path in house.root.rglob("*") if path.is_file() and path.name != "pgpass"]
    assert not [path for path in everything if b"hunter-zwei" in path.read_bytes()]


def test_there_is_no_key_for_a_password() -> None:
    with pytest.raises(ValueError, match="password"):
        PostgresSection.model_validate({"name": "db", "type": "postgres", "dbname": "shop", "password": "x"})


def too_old(root: Path) -> Processes:
    program = root / "old_pg_dump"
    program.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    program.chmod(0o755)
    return Processes(root, pinned={"pg_dump": "old_pg_dump"})


def without(root: Path) -> Processes:
    return Processes(root, pinned={"pg_dump": "nowhere"})


BAD: dict[str, tuple[str, dict[str, object], Callable[[Path], Processes], str]] = {
    "an older pg_dump": ("", {}, too_old, "is on PostgreSQL 1., and pg_dump here is of version 9"),
    "no pg_dump": ("", {}, without, "`pg_dump` is not on this machine"),
    "no database": ("", {"dbname": "nothing"}, Processes, 'database "nothing" does not exist'),
    "no server": ("", {"host": "/nowhere"}, Processes, "could not be asked"),
    "an empty database": ("DROP SCHEMA public CASCADE; DROP SCHEMA \"odd \"\"Name'\" CASCADE", {}, Processes, "holds no table"),
    "a role that may not read all": ("CREATE ROLE guest LOGIN", {"user": "guest"}, Processes, "permission denied"),
    "rows hidden by a policy": (
        "CREATE ROLE half LOGIN; GRANT USAGE ON SCHEMA \"odd \"\"Name'\" TO half; GRANT SELECT ON ALL TABLES IN SCHEMA public, \"odd \"\"Name'\" TO half;"
        "ALTER TABLE accounts ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON accounts USING (id = 1)",
        {"user": "half"},
        Processes,
        "row-level security|permission denied",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("sql", "more", "programs", "said"), BAD.values(), ids=BAD.keys())
def test_what_can_not_be_dumped_whole_is_no_backup(
    server: Postgres, shop: str, tmp_path: Path, sql: str, more: dict[str, object], programs: Callable[[Path], Processes], said: str
) -> None:
    (tmp_path / "scratch").mkdir()
    if sql:
        server.psql(sql, shop)
    try:
        with pytest.raises(BackupError, match=said):
            asked = section(server, str(more.get("dbname", shop)), **{key: value for key, value in more.items() if key != "dbname"})
            postgres_source(asked, tmp_path, programs(tmp_path), None).stage(tmp_path / "scratch")
    finally:
        for role in ("guest", "half"):
            server.psql(f"DROP OWNED BY {role}" if server.psql(f"SELECT 1 FROM pg_roles WHERE rolname = '{role}'") else "", shop)
            server.psql(f"DROP ROLE IF EXISTS {role}", shop)


# --- drills ---


FAULTS = {
    "a row changed": ("UPDATE accounts SET owner = 'Owner 7' WHERE id = 7", "table public.accounts: other content"),
    "two rows swapped a value": ("UPDATE accounts SET owner = CASE id WHEN 1 THEN 'owner 2' ELSE 'owner 1' END WHERE id < 3", "other content"),
    "a row lost": ("DELETE FROM accounts WHERE id = 7", "99 rows, was 100"),
    "a table lost": ("DROP TABLE parts_old", "table public.parts_old: did not come back"),
    "a table added": ("CREATE TABLE more (a int)", "table public.more: was not in the source"),
    "a sequence reset": ("SELECT setval('accounts_id_seq', 1, false)", "sequence public.accounts_id_seq: stands at 1"),
    "an older schema": ("ALTER TABLE moves DROP COLUMN status CASCADE", "column public.moves.status: did not come back"),
    "a wider type": ("ALTER TABLE moves ALTER status TYPE varchar(20)", "column public.moves.status: another definition"),
    "an index lost": ("DROP INDEX moves_lower_idx", "index public.moves.moves_lower_idx: did not come back"),
    "a constraint lost": ("ALTER TABLE accounts DROP CONSTRAINT accounts_balance_check", "constraint public.accounts"),
    "a function changed": (
        "CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$",
        "function public.touch(): another definition",
    ),
    "a trigger off": ("ALTER TABLE moves DISABLE TRIGGER touch", "trigger public.moves.touch: another definition"),
    "a right given": ("GRANT SELECT ON accounts TO PUBLIC", "relation public.accounts: another definition, owner or right"),
    "a value of an enum added": ("ALTER TYPE mood ADD VALUE 'so so'", "type public.mood: another definition"),
    "a large object changed": ("SELECT lo_put(oid, 0, 'x') FROM pg_largeobject_metadata", "large objects"),
    "a NaN lost": ("UPDATE \"odd \"\"Name'\".\"ta|ble\ntwo\" SET f = 0 WHERE f = 'NaN'", "other content"),
    "a word that is only spaced otherwise": ("UPDATE accounts SET owner = owner || ' ' WHERE id = 5", "other content"),
}  # fmt: skip
FEW = ("a row changed", "a table lost", "a sequence reset")


def staged(server: Postgres, shop: str, root: Path, name: str) -> tuple[Path, bytes]:
    (root / name).mkdir()
    return root / name, source(server, shop, root).stage(root / name).manifest


@pytest.mark.parametrize(
    ("sql", "said"),
    [pytest.param(*fault, id=name, marks=() if name in FEW else pytest.mark.slow) for name, fault in FAULTS.items()],
)
def test_every_fault_in_what_came_back_is_found(server: Postgres, shop: str, tmp_path: Path, house: House, sql: str, said: str) -> None:
    """The fault is in the dump itself, and nothing else differs: its own digest is right."""
    _, manifest = staged(server, shop, tmp_path, "before")
    server.psql(sql, shop)
    restored, other = staged(server, shop, tmp_path, "after")
    told = replace(parsed(manifest), files=parsed(other).files).written()

    found = pg_drill.differences(restored, told, trial(house))

    assert said in " ".join(found)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size * 2 // 3)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    at = content.rindex(b"owner 50")
    content[at] ^= 1
    path.write_bytes(content)


TORN: dict[str, tuple[Callable[[Path], None], bool, str]] = {
    "a dump cut short": (cut, False, "database.dump: other content"),
    "a dump cut short, and its digest too": (cut, True, "can't be loaded"),
    "a bit of a value": (flip, False, "database.dump: other content"),
    "a bit of a value, and the digest too": (flip, True, "table public.accounts: other content"),
    "the dump lost": (Path.unlink, False, "database.dump: did not come back"),
    "the roles lost": (lambda path: (path.parent / "roles.sql").unlink(), False, "roles.sql: did not come back"),
    "a file added": (lambda path: (path.parent / "extra").touch(), False, "extra: was not in the source"),
}


@pytest.mark.parametrize(("damage", "forge", "said"), TORN.values(), ids=TORN.keys())
def test_a_damaged_dump_is_found(
    server: Postgres, shop: str, tmp_path: Path, house: House, damage: Callable[[Path], None], forge: bool, said: str
) -> None:
    restored, manifest = staged(server, shop, tmp_path, "one")
    damage(restored / "database.dump")
    if forge:
        manifest = forged(parsed(manifest), restored / "database.dump")

    assert said in " ".join(pg_drill.differences(restored, manifest, trial(house)))


def test_an_assertion_that_does_not_hold_is_no_generation(server: Postgres, shop: str, house: House) -> None:
    wrong = [Assertion(sql="SELECT sum(balance) FROM accounts", expect="9"), Assertion(sql="DELETE FROM accounts", expect="")]

    said = no_assertion_holds(house, section(server, shop), wrong)

    assert "says '10000', not '9'" in said
    assert "read-only transaction" in said


def test_a_missing_extension_is_said_to_be(server: Postgres, shop: str, tmp_path: Path, house: House) -> None:
    restored, manifest = staged(server, shop, tmp_path, "one")
    wants = replace(parsed(manifest), extensions={"plpgsql": "1.0", "postgis": "3"}).written()

    assert pg_drill.differences(restored, wants, trial(house)) == (
        "the extension postgis is not on this machine: install it, or drill where it is",
    )


def test_a_missing_server_is_said_to_be(server: Postgres, shop: str, tmp_path: Path, house: House) -> None:
    restored, manifest = staged(server, shop, tmp_path, "one")
    expected = parsed(manifest)
    newer = replace(expected, database={**expected.database, "version": 990000}).written()

    with pytest.raises(BackupError, match="needs the PostgreSQL 99 server on this machine") as refused:
        pg_drill.differences(restored, newer, trial(house))
    assert "postgresql-99" in refused.value.hint


# --- the way back ---


def released(server: Postgres, shop: str, house: House) -> tuple[EngineVault, str]:
    """A backup, a bad migration, and what it wrote noted."""
    vault = house.vault([section(server, shop)], identity=False)
    id = vault.take("run", COMMIT).id
    server.psql("UPDATE accounts SET balance = 0; DROP TABLE moves; SELECT setval('accounts_id_seq', 1)", shop)
    vault.mark(id)
    return vault, id


def test_the_old_data_comes_back_and_the_new_stays_aside(server: Postgres, shop: str, house: House) -> None:
    server.psql(
        f"ALTER DATABASE {shop} SET work_mem = '5MB'; ALTER DATABASE {shop} SET search_path = \"$user\", public;"
        f"CREATE ROLE keeper; ALTER DATABASE {shop} OWNER TO keeper; GRANT CONNECT ON DATABASE {shop} TO keeper",
        "postgres",
    )
    try:
        before = source(server, shop, house.root).current_mark(house.root)
        vault, id = released(server, shop, house)
        listing = f"SELECT datdba::regrole, (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(datacl) a), datconnlimit, datallowconn FROM pg_database WHERE datname = '{shop}'"
        rights = server.psql(listing, "postgres")

        done, said, aside = put_back(vault, id)

        assert (done, said) == (True, f"data went back to generation {id}")
        assert aside == f"the database {shop}_failed_{id}, closed to connections"
        assert source(server, shop, house.root).current_mark(house.root) == before
        assert server.psql(listing, "postgres") == rights
        assert server.psql("SHOW work_mem; SHOW search_path", shop) == '5MB\n"$user", public'
        assert [name for name in server.databases() if name.startswith(shop)] == [shop, f"{shop}_failed_{id}"]
        assert put_back(vault, id)[1].endswith("nothing to do")
        server.psql(f'ALTER DATABASE "{shop}_failed_{id}" ALLOW_CONNECTIONS true', "postgres")
        assert server.psql("SELECT sum(balance) FROM accounts", f"{shop}_failed_{id}") == "0"
    finally:
        server.psql(f"DROP DATABASE {shop} WITH (FORCE)", "postgres")
        for name in server.databases():
            if name.startswith(shop):
                server.psql(f'DROP DATABASE "{name}" WITH (FORCE)', "postgres")
        server.psql("DROP ROLE keeper", "postgres")


def test_what_users_wrote_since_stays(server: Postgres, shop: str, house: House) -> None:
    vault, id = released(server, shop, house)
    server.psql("INSERT INTO accounts (id, owner, balance) VALUES (5000, 'a user', 5)", shop)

    done, said, _ = put_back(vault, id)

    assert not done
    assert "written to since the backup" in said
    assert server.psql("SELECT sum(balance) FROM accounts", shop) == "5"
    assert put_back(vault, id, "always")[0]
    assert server.psql("SELECT sum(balance) FROM accounts", shop) == "10000"


def test_what_users_write_while_it_is_staged_stays(
    server: Postgres, shop: str, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault, id = released(server, shop, house)
    load = pg_drill.load

    def while_a_user_writes(*words: object) -> str:
        server.psql("INSERT INTO accounts (id, owner, balance) VALUES (5000, 'a user', 5)", shop)
        return load(*words)  # type: ignore[arg-type]

    monkeypatch.setattr("secure_release.pipeline.backups.pg_swap.load", while_a_user_writes)
    done, said, _ = put_back(vault, id)
    monkeypatch.undo()

    assert not done
    assert "written to while the rollback was under way" in said
    assert server.psql("SELECT sum(balance) FROM accounts", shop) == "5"
    assert [name for name in server.databases() if name.startswith(shop)] == [shop]
    assert put_back(vault, id, "always")[0]


def test_users_who_are_in_it_are_sent_out(server: Postgres, shop: str, house: House) -> None:
    vault, id = released(server, shop, house)
    words = ("-X", "-q", "-h", str(server.folder), "-U", "postgres", "-d", shop)
    with subprocess.Popen(["psql", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as user:
        assert user.stdin is not None
        assert user.stdout is not None
        user.stdin.write(b"BEGIN; SELECT 1;\n\\echo there\n")
        user.stdin.flush()
        while b"there" not in user.stdout.readline():
            pass
        assert put_back(vault, id)[0]
        _, said = user.communicate(b"SELECT 1;\n", timeout=20)

    assert b"terminating connection" in said
    assert server.psql("SELECT sum(balance) FROM accounts", shop) == "10000"


def test_a_database_that_the_release_dropped_comes_back(server: Postgres, shop: str, house: House) -> None:
    vault, id = released(server, shop, house)
    server.psql(f"DROP DATABASE {shop}", "postgres")

    assert put_back(vault, id, "if-unchanged")[0] is False
    assert put_back(vault, id, "always") == (True, f"data went back to generation {id}", "")
    assert server.psql("SELECT sum(balance) FROM accounts", shop) == "10000"


def test_a_put_back_that_was_cut_off_while_the_database_was_closed_is_finished(
    server: Postgres, shop: str, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault, id = released(server, shop, house)

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("secure_release.pipeline.backups.pg_swap.PgSwap._rename", cut_off)
    with pytest.raises(KeyboardInterrupt):
        put_back(vault, id)
    monkeypatch.undo()
    assert server.psql(f"SELECT datallowconn FROM pg_database WHERE datname = '{shop}'", "postgres") == "f"

    assert put_back(vault, id)[0]
    assert server.psql("SELECT sum(balance) FROM accounts", shop) == "10000"


def kills(server: Postgres, shop: str, house: House, count: int) -> None:
    kill_put_backs(
        house,
        section(server, shop),
        count,
        released=lambda: released(server, shop, house),
        stands=lambda: shop in server.databases(),
        databases=server.databases,
        drop=lambda name: server.psql(f'DROP DATABASE "{name}"', "postgres"),
    )


def test_a_put_back_that_is_killed_is_finished_by_the_next(server: Postgres, shop: str, house: House) -> None:
    kills(server, shop, house, 2)


@pytest.mark.slow
@pytest.mark.soak
def test_many_put_backs_that_are_killed_are_finished_by_the_next(server: Postgres, shop: str, house: House) -> None:
    kills(server, shop, house, times(6, 100))


def test_a_drill_that_is_killed_leaves_no_server_and_the_next_run_sweeps(server: Postgres, shop: str, house: House) -> None:
    left_over: list[Path] = []
    cuts, started = 0, time.monotonic()
    house.vault([section(server, shop)]).take("whole", COMMIT)
    whole = time.monotonic() - started
    for part in (0.3, 0.5, 0.7, 0.9):
        cuts += killed(house, section(server, shop), "", whole * part)
        left_over += left_behind(house)
        until = time.monotonic() + 5
        while running := [each for place in left_behind(house) for each in working_in(place)]:  # the kernel ends the server; its own processes notice and end
            assert time.monotonic() < until, f"a scratch server runs on: {running}"
            time.sleep(0.05)
        house.vault([section(server, shop)]).sweep()
        assert left_behind(house) == []
        assert [left for left in house.left_over() if "/pending/" not in left] == []

    assert cuts
    assert left_over, "no kill came while a drill ran: the test shows nothing"


@pytest.mark.parametrize("name", ["shop", "s" * 63, "ü" * 31])
def test_a_name_for_a_staged_database_is_never_cut_by_the_server(name: str) -> None:
    whole = named(name, "_staged_12-abcdef")

    assert len(whole.encode()) <= 63
    assert whole.endswith("_staged_12-abcdef")


def test_private_folders_of_tests_are_gone() -> None:
    with private_folder("postgres") as (folder, _):
        assert folder.exists()
    assert not folder.exists()

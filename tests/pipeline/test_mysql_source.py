"""A real MariaDB that is written to comes back whole; what is not as it was is found; torn tables are refused."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.backups import my_drill
from secure_release.pipeline.backups.engine_vault import EngineVault
from secure_release.pipeline.backups.my_contents import parsed
from secure_release.pipeline.backups.mysql import MysqlSource, mysql_source
from secure_release.pipeline.keeping import BackupError
from secure_release.pipeline.source_config import Assertion

from ..soak import times
from .databases import (
    Seen,
    backups_under_load,
    forged,
    kill_put_backs,
    killed,
    my_transfers,
    no_assertion_holds,
    put_back,
    scratch_folder,
    trial,
    working_in,
)
from .databases import my_section as section
from .servers import BANK, Mariadb, mariadb
from .vaults import COMMIT, House

NUMBERS = itertools.count(1)
SUM = Assertion(sql="SELECT sum(balance), count(*) FROM accounts", expect="10000.00|100")


@pytest.fixture(scope="module")
def server() -> Iterator[Mariadb]:
    with mariadb() as server:
        yield server


@pytest.fixture
def bank(server: Mariadb) -> Iterator[str]:
    """A database of this test's own."""
    name = f"bank{next(NUMBERS)}"
    server.sql(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    server.sql(BANK, name)
    yield name
    for each in server.databases():
        if each.startswith(name):
            server.sql(f"DROP DATABASE `{each}`")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with scratch_folder() as scratch:
        yield House(tmp_path / "house", scratch=scratch)


def source(server: Mariadb, dbname: str, root: Path, **more: object) -> MysqlSource:
    return mysql_source(section(server, dbname, **more), root, Processes(root))


def staged(server: Mariadb, bank: str, root: Path, name: str) -> tuple[Path, bytes]:
    (root / name).mkdir()
    return root / name / "dump", source(server, bank, root).stage(root / name).manifest


def test_a_backup_of_a_database_that_is_written_to_drills_clean(server: Mariadb, bank: str, house: House) -> None:
    backups_under_load(house, section(server, bank), SUM, my_transfers(server, bank), 1)


@pytest.mark.slow
@pytest.mark.soak
def test_many_backups_of_a_database_that_is_written_to_all_drill_clean(server: Mariadb, bank: str, house: House) -> None:
    backups_under_load(house, section(server, bank), SUM, my_transfers(server, bank), times(4, 40))


FAULTS = {
    "a row changed": ("UPDATE accounts SET owner = 'another' WHERE id = 7", "table accounts: other content"),
    "a row lost": ("DELETE FROM accounts WHERE id = 7", "99 rows, was 100"),
    "a table lost": ("DROP TABLE `odd ``name'\"\\t`", "did not come back"),
    "a table added": ("CREATE TABLE more (a int)", "table more: was not in the source"),
    "a counter reset": ("DELETE FROM accounts; ALTER TABLE accounts AUTO_INCREMENT = 1", "counter of accounts: stands at 1, was"),
    "an older schema": ("ALTER TABLE accounts DROP COLUMN y", "definition of accounts: is another"),
    "a wider type": ("ALTER TABLE accounts MODIFY owner varchar(60) NOT NULL", "definition of accounts: is another"),
    "an index lost": ("ALTER TABLE moves DROP KEY amount", "definition of moves: is another"),
    "a view lost": ("DROP VIEW rich", "definition of rich: did not come back"),
    "a trigger lost": ("DROP TRIGGER trimmed", "trigger trimmed: did not come back"),
    "a function lost": ("DROP FUNCTION doubled", "function doubled: did not come back"),
    "an event lost": ("DROP EVENT tidy", "event tidy: did not come back"),
    "an empty text for none": ("UPDATE `odd ``name'\"\\t` SET `null` = '' WHERE `null` IS NULL", "other content"),
    "a byte of a blob": ("UPDATE accounts SET b = UNHEX('00fe0001') WHERE id = 1", "table accounts: other content"),
    "a moment an hour off": ("UPDATE accounts SET at = at + INTERVAL 1 HOUR WHERE id = 3", "table accounts: other content"),
}  # fmt: skip
FEW = ("a row changed", "a counter reset")


@pytest.mark.parametrize(
    ("sql", "said"),
    [pytest.param(*fault, id=name, marks=() if name in FEW else pytest.mark.slow) for name, fault in FAULTS.items()],
)
def test_every_fault_in_what_came_back_is_found(
    server: Mariadb, bank: str, tmp_path: Path, house: House, sql: str, said: str
) -> None:
    """The fault is in the dump itself, and nothing else differs: its own digest is right."""
    _, manifest = staged(server, bank, tmp_path, "before")
    server.sql(f"SET foreign_key_checks = 0; {sql}", bank)
    restored, other = staged(server, bank, tmp_path, "after")
    told = replace(parsed(manifest), files=parsed(other).files).written()

    assert said in " ".join(my_drill.differences(restored, told, trial(house)))


def cut_at_a_statement(path: Path) -> None:
    """Behind the end of the last table: what is left is a good script, one table short."""
    content = path.read_bytes()
    path.write_bytes(content[: content.rindex(b"-- Table structure")])


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def flip(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content.replace(b"wner 50'", b"wner 51'", 1))


TORN: dict[str, tuple[Callable[[Path], object], bool, str]] = {
    "cut at a statement": (cut_at_a_statement, False, "other content"),
    "cut at a statement, and its digest too": (cut_at_a_statement, True, "is cut short"),
    "cut anywhere, and its digest too": (cut, True, "is cut short"),
    "a value changed, and the digest too": (flip, True, "table accounts: other content"),
    "the dump lost": (Path.unlink, False, "did not come back"),
    "a file added": (lambda path: (path.parent / "extra").touch(), False, "was not in the source"),
}


@pytest.mark.parametrize(("damage", "forge", "said"), TORN.values(), ids=TORN.keys())
def test_a_damaged_dump_is_found(
    server: Mariadb, bank: str, tmp_path: Path, house: House, damage: Callable[[Path], object], forge: bool, said: str
) -> None:
    restored, manifest = staged(server, bank, tmp_path, "one")
    damage(restored / "database.sql")
    if forge:
        manifest = forged(parsed(manifest), restored / "database.sql")

    assert said in " ".join(my_drill.differences(restored, manifest, trial(house)))


def test_a_table_without_transactions_is_refused_or_locked(server: Mariadb, bank: str, house: House) -> None:
    server.sql("CREATE TABLE old (a int) ENGINE=MyISAM; INSERT INTO old VALUES (1)", bank)

    with pytest.raises(BackupError, match=r"know no transactions, and would be torn: old \(MyISAM\)") as refused:
        house.vault([section(server, bank)]).take("run", COMMIT)
    assert "lock: true" in refused.value.hint
    taken = house.vault([section(server, bank, lock=True)]).take("run", COMMIT)
    assert taken.taken[0].consistency.startswith("all tables locked")
    assert taken.taken[0].items == 104


BAD: dict[str, tuple[dict[str, object], str, str]] = {
    "no database": ({"dbname": "nothing"}, "", "Unknown database"),
    "no server": ({"socket": "/nowhere/s"}, "", "could not be asked"),
    "an empty database": ({}, "DROP TABLE moves, accounts, `odd ``name'\"\\t`", "holds no table"),
    "a wrong password": ({"user": "clerk"}, "CREATE OR REPLACE USER clerk@localhost IDENTIFIED BY 'x'", "Access denied"),
}


@pytest.mark.parametrize(("more", "sql", "said"), BAD.values(), ids=BAD.keys())
def test_what_can_not_be_dumped_is_no_backup(
    server: Mariadb, bank: str, tmp_path: Path, more: dict[str, object], sql: str, said: str
) -> None:
    (tmp_path / "scratch").mkdir()
    server.sql(sql, bank)

    with pytest.raises(BackupError, match=said):
        source(server, **{"dbname": bank, "root": tmp_path, **more}).stage(tmp_path / "scratch")  # type: ignore[arg-type]


def test_a_password_is_in_no_command_line_and_no_file(server: Mariadb, bank: str, house: House) -> None:
    server.sql(f"CREATE OR REPLACE USER clerk@localhost IDENTIFIED BY 'marigold \"zwei\\\\#'; GRANT ALL ON {bank}.* TO clerk@localhost; GRANT SELECT ON mysql.proc TO clerk@localhost")
    (house.root / "password").write_text('marigold "zwei\\#\n')
    (house.root / "password").chmod(0o600)
    with Seen() as seen:
        house.vault([section(server, bank, user="clerk", password_file="password")]).take("run", COMMIT)

    assert any("--defaults-extra-file" in line for line in seen.lines), "nobody was seen: the test shows nothing"
    assert not [line for line in seen.lines if "marigold" in line]
    everything = [path for path in house.root.rglob("*") if path.is_file() and path.name != "password"]
    assert not [path for path in everything if b"marigold" in path.read_bytes()]


def test_a_password_file_that_others_may_read_is_refused(server: Mariadb, bank: str, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("x")
    (tmp_path / "password").chmod(0o644)
    (tmp_path / "scratch").mkdir()

    with pytest.raises(BackupError, match="Others may read the password file"):
        source(server, bank, tmp_path, password_file="password").stage(tmp_path / "scratch")


def test_an_assertion_that_does_not_hold_is_no_generation(server: Mariadb, bank: str, house: House) -> None:
    wrong = (Assertion(sql="SELECT 1", expect="2"), Assertion(sql="DELETE FROM moves", expect=""))

    said = no_assertion_holds(house, section(server, bank), wrong)

    assert "says '1', not '2'" in said
    assert "READ ONLY transaction" in said


def test_a_backup_is_no_write(server: Mariadb, bank: str, house: House) -> None:
    one = source(server, bank, house.root)
    before = one.current_mark(house.root)

    house.vault([section(server, bank)]).take("run", COMMIT)

    assert one.current_mark(house.root) == before
    server.sql("UPDATE accounts SET mood = 'bad' WHERE id = 1", bank)
    assert one.current_mark(house.root) != before


# --- the way back ---


BAD_MIGRATION = """
UPDATE accounts SET balance = 0; SET foreign_key_checks = 0; DROP TABLE moves; CREATE TABLE extra (a int);
DROP VIEW rich; CREATE VIEW poor AS SELECT owner FROM accounts WHERE balance < 50; DROP TRIGGER trimmed; DROP FUNCTION doubled;
CREATE TRIGGER shouted BEFORE INSERT ON accounts FOR EACH ROW SET NEW.owner = UPPER(NEW.owner);
CREATE FUNCTION tripled(x int) RETURNS int DETERMINISTIC RETURN x * 3; DROP EVENT tidy;
"""


def released(server: Mariadb, bank: str, house: House) -> tuple[EngineVault, str]:
    """A backup, a bad migration, and what it wrote noted."""
    vault = house.vault([section(server, bank, on_rollback="if-unchanged")], identity=False)
    id = vault.take("run", COMMIT).id
    server.sql(BAD_MIGRATION, bank)
    vault.mark(id)
    return vault, id


def test_the_old_data_comes_back_and_the_new_stays_aside(server: Mariadb, bank: str, house: House) -> None:
    mark = source(server, bank, house.root).current_mark
    before = mark(house.root)
    vault, id = released(server, bank, house)

    done, said, aside = put_back(vault, id)

    assert (done, said) == (True, f"data went back to generation {id}"), said
    assert aside == f"the database {bank}_failed_{id}"
    assert mark(house.root) == before
    assert server.sql("SELECT sum(balance) FROM accounts", f"{bank}_failed_{id}") == "0.00"
    replaced = server.sql("SELECT definitions FROM secure_release_replaced", f"{bank}_failed_{id}")
    assert all(word in replaced for word in ("poor", "shouted", "tripled"))
    assert [name for name in server.databases() if name.startswith(bank)] == [bank, f"{bank}_failed_{id}"]
    assert put_back(vault, id)[1].endswith("nothing to do")
    server.sql("INSERT INTO moves (`from`, amount) VALUES (1, 2)", bank)  # its foreign key leads to the table that came back
    with pytest.raises(AssertionError, match="foreign key constraint fails"):
        server.sql("INSERT INTO moves (`from`, amount) VALUES (9999, 2)", bank)


def test_what_users_wrote_since_stays(server: Mariadb, bank: str, house: House) -> None:
    vault, id = released(server, bank, house)
    server.sql("UPDATE accounts SET balance = 5 WHERE id = 1", bank)

    done, said, _ = put_back(vault, id)

    assert not done
    assert "written to since the backup" in said
    assert server.sql("SELECT sum(balance) FROM accounts", bank) == "5.00"
    assert put_back(vault, id, "always")[0]
    assert server.sql("SELECT sum(balance) FROM accounts", bank) == "10000.00"


def test_what_users_write_while_it_is_staged_stays(
    server: Mariadb, bank: str, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault, id = released(server, bank, house)
    load = my_drill.load

    def while_a_user_writes(*words: object) -> str:
        server.sql("UPDATE accounts SET balance = 5 WHERE id = 1", bank)
        return load(*words)  # type: ignore[arg-type]

    monkeypatch.setattr("secure_release.pipeline.backups.my_swap.load", while_a_user_writes)
    done, said, _ = put_back(vault, id)
    monkeypatch.undo()

    assert not done
    assert "written to while the rollback was under way" in said
    assert server.sql("SELECT sum(balance) FROM accounts", bank) == "5.00"
    assert [name for name in server.databases() if name.startswith(bank)] == [bank]


def test_a_database_that_the_release_dropped_comes_back(server: Mariadb, bank: str, house: House) -> None:
    mark = source(server, bank, house.root).current_mark
    before = mark(house.root)
    vault, id = released(server, bank, house)
    server.sql(f"DROP DATABASE {bank}")

    assert put_back(vault, id, "always") == (True, f"data went back to generation {id}", "")
    assert mark(house.root) == before


def kills(server: Mariadb, bank: str, house: House, count: int) -> None:
    kill_put_backs(
        house,
        section(server, bank),
        count,
        released=lambda: released(server, bank, house),
        stands=lambda: server.sql("SELECT count(*) FROM accounts", bank) == "100",
        databases=server.databases,
        drop=lambda name: server.sql(f"DROP DATABASE `{name}`"),
    )


def test_a_put_back_that_is_killed_is_finished_by_the_next(server: Mariadb, bank: str, house: House) -> None:
    kills(server, bank, house, 2)


@pytest.mark.slow
@pytest.mark.soak
def test_many_put_backs_that_are_killed_are_finished_by_the_next(server: Mariadb, bank: str, house: House) -> None:
    kills(server, bank, house, times(5, 100))


def test_a_drill_that_is_killed_leaves_no_server_once_the_next_run_swept(server: Mariadb, bank: str, house: House) -> None:
    assert house.scratch is not None
    started = time.monotonic()
    house.vault([section(server, bank)]).take("whole", COMMIT)
    whole, seen = time.monotonic() - started, 0
    for part in (0.3, 0.6, 0.9):
        killed(house, section(server, bank), "", whole * part)
        seen += len(list(house.scratch.iterdir()))

        house.vault([section(server, bank)]).sweep()

        assert list(house.scratch.iterdir()) == []
        assert working_in(house.scratch) == []
    assert seen, "no kill came while a drill ran: the test shows nothing"

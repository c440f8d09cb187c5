"""A database that is written to comes back whole, and what is not as it was is found."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from secure_release.pipeline.backups import sqlite
from secure_release.pipeline.backups.sqlite import SqliteSource, differences
from secure_release.pipeline.keeping import BackupError

from .vaults import DATABASE, House, count, database


@contextmanager
def writer(path: Path) -> Iterator[list[int]]:
    """Writes two rows in one transaction, over and over: a torn copy shows an odd number, or a broken page."""
    stop, done = threading.Event(), [0]

    def work() -> None:
        with closing(sqlite3.connect(path, timeout=30)) as db:
            while not stop.is_set():
                db.execute("INSERT INTO orders (what, price, blob) VALUES ('a', 1, zeroblob(3000))")
                db.execute("INSERT INTO orders (what, price, blob) VALUES ('b', 2, zeroblob(3000))")
                db.execute("DELETE FROM orders WHERE id IN (SELECT id FROM orders WHERE what = 'a' LIMIT 1)")
                db.execute("DELETE FROM orders WHERE id IN (SELECT id FROM orders WHERE what = 'b' LIMIT 1)")
                db.execute("INSERT INTO orders (what) VALUES ('x'), ('y')")
                db.commit()
                done[0] += 1

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield done
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("wal", [True, pytest.param(False, marks=pytest.mark.slow)], ids=["wal", "rollback journal"])
def test_ten_backups_under_load_are_all_clean(tmp_path: Path, wal: bool) -> None:
    house = House(tmp_path / "house")
    database(house.root / "app.db", rows=500, wal=wal)
    vault = house.vault([DATABASE], ages=())
    with writer(house.root / "app.db") as done:
        taken = [vault.take(f"run{n}", "c" * 40) for n in range(10)]

    assert done[0] > 0
    assert all(g.drill is not None and g.drill.passed for g in taken)
    assert all(g.taken[0].items % 2 == 0 for g in taken)


def staged(tmp_path: Path, source: SqliteSource) -> tuple[Path, bytes]:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    return scratch, source.stage(scratch).manifest


def test_committed_rows_that_are_only_in_the_log_come_along(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    database(path, rows=3)
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_autocheckpoint=0")
        db.execute("INSERT INTO orders (what) VALUES ('late')")
        db.commit()
        scratch, _ = staged(tmp_path, SqliteSource("db", path))

    assert count(scratch / "app.db") == 4


def test_what_a_crashed_application_began_is_not_backed_up(tmp_path: Path) -> None:
    """Its journal is still there: the pages in the file are half of a transaction that never was committed."""
    database(tmp_path / "live.db", rows=5000, wal=False)
    with closing(sqlite3.connect(tmp_path / "live.db", isolation_level=None)) as db:
        db.execute("PRAGMA cache_size=1")
        db.execute("BEGIN")
        db.execute("UPDATE orders SET price = -1")
        for ending in ("", "-journal"):
            shutil.copy(f"{tmp_path}/live.db{ending}", f"{tmp_path}/app.db{ending}")
        db.execute("ROLLBACK")

    scratch, _ = staged(tmp_path, SqliteSource("db", tmp_path / "app.db"))

    with closing(sqlite3.connect(scratch / "app.db")) as db:
        assert db.execute("SELECT count(*), min(price) FROM orders").fetchone() == (5000, 0.0)


def test_a_stopped_application_finds_its_folder_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "app"
    folder.mkdir()
    database(folder / "app.db", rows=3)
    before = sorted(folder.iterdir())

    staged(tmp_path, SqliteSource("db", folder / "app.db"))

    assert sorted(folder.iterdir()) == before


FAULTS: dict[str, tuple[Callable[[Path], None], str]] = {
    "a row changed": (lambda p: run(p, "UPDATE orders SET what = 'other' WHERE id = 3"), "other content"),
    "a row lost": (lambda p: run(p, "DELETE FROM orders WHERE id = 3"), "rows, was"),
    "a table lost": (lambda p: run(p, "DROP TABLE notes"), "did not come back"),
    "a table added": (lambda p: run(p, "CREATE TABLE more (a)"), "was not in the source"),
    "an index lost": (lambda p: run(p, "DROP INDEX by_what"), "schema"),
    "text became a blob": (lambda p: run(p, "UPDATE orders SET what = CAST(what AS BLOB) WHERE id = 2"), "other content"),
    "an older schema": (lambda p: run(p, "PRAGMA user_version = 1"), "user_version"),
    "another mode": (lambda p: p.chmod(0o666), "mode"),
    "the file lost": (lambda p: p.unlink(), "did not come back"),
    "a page overwritten": (lambda p: overwrite(p), ""),  # noqa: PLW0108 - defined below
    "cut short": (lambda p: os.truncate(p, 5000), ""),
    "emptied": (lambda p: os.truncate(p, 0), "did not come back"),
    "a file added": (lambda p: (p.parent / "extra").touch(), "was not in the source"),
}


def run(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode=delete")
        db.execute(sql)
        db.commit()


def overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(600))


@pytest.mark.parametrize(("damage", "said"), FAULTS.values(), ids=FAULTS.keys())
def test_every_fault_in_what_came_back_is_found(tmp_path: Path, damage: Callable[[Path], None], said: str) -> None:
    path = tmp_path / "app.db"
    database(path, rows=300)
    run(path, "CREATE TABLE notes (a)")
    run(path, "CREATE INDEX by_what ON orders (what)")
    run(path, "PRAGMA user_version = 7")
    scratch, manifest = staged(tmp_path, SqliteSource("db", path))
    assert differences(scratch, manifest) == ()

    damage(scratch / "app.db")

    found = differences(scratch, manifest)
    assert found
    assert said in " ".join(found)


def test_owner_and_mode_come_back(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    database(path, rows=1)
    path.chmod(0o640)

    scratch, _ = staged(tmp_path, SqliteSource("db", path))

    assert (scratch / "app.db").stat().st_mode & 0o777 == 0o640


def test_virtual_tables_are_kept_by_their_shadows(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    database(path, rows=1)
    run(path, "CREATE VIRTUAL TABLE search USING fts5(body)")
    run(path, "INSERT INTO search VALUES ('find me')")
    scratch, manifest = staged(tmp_path, SqliteSource("db", path))

    run(scratch / "app.db", "UPDATE search SET body = 'lost' WHERE rowid = 1")

    assert differences(scratch, manifest)


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda p: None, "is missing"),
    "no database": (lambda p: p.write_bytes(b"hello" * 2000), "could not be copied"),
    "without a table": (lambda p: run(p, "PRAGMA user_version = 1"), "holds no table"),
    "a folder": (lambda p: p.mkdir(), "is missing"),
}


@pytest.mark.parametrize(("make", "said"), BAD.values(), ids=BAD.keys())
def test_what_is_no_database_is_no_backup(tmp_path: Path, make: Callable[[Path], object], said: str) -> None:
    make(tmp_path / "app.db")

    with pytest.raises(BackupError, match=said):
        staged(tmp_path, SqliteSource("db", tmp_path / "app.db"))


def test_a_damaged_database_is_no_backup(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    database(path, rows=500)
    overwrite(path)

    with pytest.raises(BackupError, match="is damaged"):
        staged(tmp_path, SqliteSource("db", path))


def test_a_database_that_stays_locked_is_said_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.2)
    path = tmp_path / "app.db"
    database(path, rows=1, wal=False)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        with pytest.raises(BackupError, match="could not be copied"):
            staged(tmp_path, SqliteSource("db", path))


def test_a_backup_is_no_write(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    database(path, rows=10)
    source = SqliteSource("db", path)
    before = (source.current_mark(tmp_path), path.read_bytes())

    staged(tmp_path, source)

    assert (source.current_mark(tmp_path), path.read_bytes()) == before
    run(path, "UPDATE orders SET price = 7 WHERE id = 1")
    assert source.current_mark(tmp_path) != before[0]

"""Twelve faults that make a backup worthless, each seeded in a real one, over both engines: all are found, and nothing else.

A source is read for real; then what the engine is given to store is harmed as a bad dump, a bad copy or a bad disk would harm
it, with digests that fit, so that only what a drill restores and looks into can tell.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest

from secure_release.pipeline.adapters.docker import Docker
from secure_release.pipeline.backups.engine import Tree
from secure_release.pipeline.backups.source import Source, Staged
from secure_release.pipeline.keeping import BackupError
from secure_release.pipeline.source_config import AnySource, VolumeSection

from ..engine import LABEL, real_engine
from ..soak import times
from . import test_archive, test_restic
from .databases import my_section, my_transfers, pg_section, pg_transfers, scratch_folder
from .engine_contract import EngineContract
from .servers import BANK, SHOP, Mariadb, Postgres, mariadb, postgres
from .vaults import COMMIT, DATA, DATABASE, House, database, nasty_tree

ENGINES: dict[str, Callable[[], EngineContract]] = {"archive": test_archive.TestArchive, "restic": test_restic.TestRestic}
RATE = 30  # transfers a second: what they write in a soak of many minutes is dumped each time
Harm = Callable[[Staged, Path], Staged]


class Harmed:
    """A real source; what it gives the engine is harmed, what it says about itself is true."""

    def __init__(self, real: Source, harm: Harm) -> None:
        self.real, self.harm = real, harm

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def stage(self, scratch: Path) -> Staged:
        return self.harm(self.real.stage(scratch), scratch)


@dataclass(frozen=True)
class Case:
    house: House
    contract: EngineContract
    get: Callable[[str], Any]  # a real server, started when it is first asked for

    def take(self, source: AnySource, harm: Harm = lambda staged, _: staged) -> str:
        """What was said of a take that must not succeed; nothing of it may count."""
        vault = self.house.vault([source])
        harmed = replace(vault, sources=tuple(cast(Source, Harmed(one, harm)) for one in vault.sources))
        with pytest.raises(BackupError) as refused:
            harmed.take("run", COMMIT)
        assert vault.generations() == ()
        assert self.contract.stored(self.house) == frozenset() or vault.sweep()
        return f"{refused.value} {refused.value.hint}"


@pytest.fixture(scope="module")
def shop() -> Iterator[Postgres]:
    with postgres() as server:
        server.psql(SHOP)
        yield server


@pytest.fixture(scope="module")
def bank() -> Iterator[Mariadb]:
    with mariadb() as server:
        server.sql("CREATE DATABASE bank CHARACTER SET utf8mb4")
        server.sql(BANK, "bank")
        yield server


@contextmanager
def an_empty_volume() -> Iterator[tuple[Docker, str]]:
    engine, name = real_engine(), f"sr-empty-{uuid4().hex[:8]}"
    engine.create_volume(name, {LABEL: name}, {})
    try:
        yield engine, name
    finally:
        engine.remove_volume(name)


@pytest.fixture
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    contract = ENGINES[request.param]()
    with scratch_folder() as scratch:
        house = contract.make(tmp_path / "house")
        house.scratch = scratch
        house.fill()
        yield Case(house, contract, request.getfixturevalue)


def stored_instead(staged: Staged, name: str, content: bytes) -> Staged:
    """Another dump in the place of the true one, with a digest in the manifest that fits."""
    (staged.tree.root / name).write_bytes(content)
    raw = json.loads(staged.manifest)
    raw["files"][name] = [len(content), hashlib.sha256(content).hexdigest()]
    return replace(staged, manifest=json.dumps(raw, sort_keys=True).encode())


def copied(staged: Staged, scratch: Path) -> Staged:
    """The same tree, where it may be harmed."""
    copy = scratch / "copy"
    subprocess.run(["cp", "-a", str(staged.tree.root), str(copy)], check=True)
    return replace(staged, tree=Tree(copy, staged.tree.names), changed=lambda: "")


def torn_database(case: Case) -> str:
    """The first half of its pages of one moment, the rest of a later one: what `cp` makes of a database that is written to."""
    path = case.house.root / "app.db"
    path.unlink()
    database(path, rows=3000, wal=False)

    def torn(staged: Staged, scratch: Path) -> Staged:
        with closing(sqlite3.connect(path)) as db:
            db.execute("DELETE FROM orders WHERE id % 3 = 0")
            db.execute("INSERT INTO orders (what) SELECT hex(randomblob(40)) FROM orders")
            db.commit()
        copy, later = staged.tree.root / "app.db", path.read_bytes()
        early = copy.read_bytes()
        half = len(early) // 2 // 4096 * 4096
        copy.write_bytes(early[:half] + later[half : len(early)])
        return staged

    return case.take(DATABASE, torn)


def dumped_from(server: Postgres, dbname: str, *words: str) -> bytes:
    argv = ("pg_dump", "-Fc", "-Z0", "-h", str(server.folder), "-U", "postgres", *words, dbname)
    return subprocess.run(argv, check=True, stdout=subprocess.PIPE).stdout


def missing_table(case: Case) -> str:
    server: Postgres = case.get("shop")
    short = dumped_from(server, "shop", "--exclude-table=public.parts_old")
    return case.take(pg_section(server, "shop"), lambda staged, _: stored_instead(staged, "database.dump", short))


def old_schema(case: Case) -> str:
    server: Postgres = case.get("shop")
    server.psql("DROP DATABASE IF EXISTS before; CREATE DATABASE before TEMPLATE shop", "postgres")
    server.psql("ALTER TABLE moves DROP COLUMN status CASCADE", "before")
    old = dumped_from(server, "before")
    return case.take(pg_section(server, "shop"), lambda staged, _: stored_instead(staged, "database.dump", old))


def one_changed_row(case: Case) -> str:
    def changed(staged: Staged, _: Path) -> Staged:
        content = (staged.tree.root / "database.sql").read_bytes()
        assert b"wner 50'" in content
        return stored_instead(staged, "database.sql", content.replace(b"wner 50'", b"wner 51'", 1))

    return case.take(my_section(case.get("bank"), "bank"), changed)


def dump_cut_at_a_statement(case: Case) -> str:
    def cut(staged: Staged, _: Path) -> Staged:
        content = (staged.tree.root / "database.sql").read_bytes()
        return stored_instead(staged, "database.sql", content[: content.rindex(b"-- Table structure")])

    return case.take(my_section(case.get("bank"), "bank"), cut)


def non_transactional_table(case: Case) -> str:
    server: Mariadb = case.get("bank")
    server.sql("CREATE TABLE old (a int) ENGINE=MyISAM; INSERT INTO old VALUES (1)", "bank")
    try:
        return case.take(my_section(server, "bank"))
    finally:
        server.sql("DROP TABLE old", "bank")


def excluded_file(case: Case) -> str:
    def without(staged: Staged, _: Path) -> Staged:
        names = tuple(name for name in staged.tree.names if name != b"readme.txt")
        assert names != staged.tree.names
        return replace(staged, tree=Tree(staged.tree.root, names))

    return case.take(DATA, without)


def wrong_owner(case: Case) -> str:
    def given_away(staged: Staged, scratch: Path) -> Staged:
        staged = copied(staged, scratch)
        os.chown(staged.tree.root / "readme.txt", 4242, 4242)
        return staged

    return case.take(DATA, given_away)


def lost_xattr(case: Case) -> str:
    os.setxattr(case.house.root / "data/readme.txt", "user.colour", b"blue")

    def lost(staged: Staged, scratch: Path) -> Staged:
        staged = copied(staged, scratch)
        os.removexattr(staged.tree.root / "readme.txt", "user.colour")
        return staged

    return case.take(DATA, lost)


def empty_volume(case: Case) -> str:
    with an_empty_volume() as (_, name):
        return case.take(VolumeSection(name="files", type="docker-volume", volume=name))


def wrong_key(case: Case) -> str:
    id = case.house.vault([DATA]).take("run", COMMIT).id
    case.contract.another_key(case.house)
    try:
        return " ".join(case.house.vault([DATA]).drill(id).differences)
    except BackupError as refused:  # restic does not come to a drill: nothing opens its repository
        return str(refused)


def vanished_generation(case: Case) -> str:
    vault = case.house.vault([DATA])
    stays, gone = (vault.take(run, COMMIT).id for run in ("one", "two"))
    case.contract.vanish(case.house, gone)
    assert [one.id for one in vault.generations()] == [stays]
    return " ".join(finding.message for finding in vault.exposure())


FAULTS: dict[str, tuple[Callable[[Case], str], str]] = {
    "torn database": (torn_database, "did not come back as it went in: db: app.db: "),
    "missing table": (missing_table, "table public.parts_old: did not come back"),
    "one changed row": (one_changed_row, "table accounts: other content"),
    "dump cut at a statement": (dump_cut_at_a_statement, "database.sql: is cut short"),
    "non-transactional table": (non_transactional_table, "know no transactions, and would be torn: old (MyISAM)"),
    "excluded file": (excluded_file, "data: readme.txt: did not come back"),
    "wrong owner": (wrong_owner, "data: readme.txt: uid is 4242"),
    "lost xattr": (lost_xattr, "data: readme.txt: xattrs is ()"),
    "empty volume": (empty_volume, "is empty. An unmounted volume looks like this"),
    "old schema": (old_schema, "column public.moves.status: did not come back"),
    "wrong key": (wrong_key, "opened|decrypted"),
    "vanished generation": (vanished_generation, "its files are not there as they were stored"),
}


@pytest.mark.parametrize("case", ENGINES, indirect=True)
@pytest.mark.parametrize(("seeded", "said"), FAULTS.values(), ids=FAULTS.keys())
def test_each_of_the_twelve_is_found(case: Case, seeded: Callable[[Case], str], said: str) -> None:
    assert len(FAULTS) == 12
    assert os.geteuid() == 0 or seeded is not wrong_owner, "only root can give a file away"

    heard = seeded(case)

    assert any(each in heard for each in said.split("|")), heard
    assert [left for left in case.house.left_over() if "/pending/" not in left] == []


@contextmanager
def orders_coming_in(path: Path) -> Iterator[None]:
    over = threading.Event()

    def order() -> None:
        with closing(sqlite3.connect(path, timeout=60)) as db:
            while not over.wait(0.01):
                db.execute("INSERT INTO orders (what) VALUES ('tea')")
                db.execute("DELETE FROM orders WHERE id < (SELECT max(id) - 400 FROM orders)")
                db.commit()

    writer = threading.Thread(target=order)
    writer.start()
    try:
        yield
    finally:
        over.set()
        writer.join()


@pytest.mark.soak
@pytest.mark.parametrize("case", ENGINES, indirect=True)
def test_drills_raise_no_false_alarm_while_everything_is_written_to(case: Case) -> None:
    """Of every kind of source at once; a new generation every fifth time, taken under load."""
    house, shop, bank = case.house, case.get("shop"), case.get("bank")
    nasty_tree(house.root / "data/nasty")
    with an_empty_volume() as (engine, name), ExitStack() as load:
        (engine.volume(name).place / "upload").write_bytes(os.urandom(100_000))
        volume = VolumeSection(name="files", type="docker-volume", volume=name)
        sources: list[AnySource] = [DATA, DATABASE, pg_section(shop, "shop", name="pg"), my_section(bank, "bank", name="my"), volume]
        vault = house.vault(sources, ages=())
        load.enter_context(orders_coming_in(house.root / "app.db"))
        load.enter_context(pg_transfers(shop, "shop", house.root, RATE))
        load.enter_context(my_transfers(bank, "bank", RATE))
        for number in range(times(1, 50)):  # and as many with the other engine
            if number % 5 == 0:
                id = vault.take(f"run{number}", COMMIT).id
                vault.close(f"run{number}", passed=False)
                vault.prune(house.clock())
            said = vault.drill(id)
            assert said.passed, said.differences
    assert house.left_over() == []

"""Real database servers for tests: each of a test's own, private, reached by a socket file, ended by the test."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..require import needs

ROOT = os.geteuid() == 0


@dataclass(frozen=True)
class Postgres:
    """A running cluster. `folder` holds its socket; `programs` are its own."""

    folder: Path
    programs: Path

    def psql(self, sql: str, dbname: str = "shop") -> str:
        words = ("-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder), "-U", "postgres", "-d", dbname)
        ended = subprocess.run(["psql", *words], input=sql.encode(), capture_output=True, check=False, timeout=120)
        assert ended.returncode == 0, ended.stderr.decode()
        return ended.stdout.decode().strip()

    def databases(self) -> list[str]:
        return self.psql("SELECT datname FROM pg_database ORDER BY 1", "postgres").splitlines()


@contextlib.contextmanager
def private_folder(account: str) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """A short path that the server's account may enter (pytest's own folders are closed to it), and how to become it."""
    folder = Path(tempfile.mkdtemp(prefix="sr-test-", dir="/tmp"))
    first: tuple[str, ...] = ()
    if ROOT:
        entry = pwd.getpwnam(account)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        first = ("setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups", "--pdeathsig", "KILL")
    try:
        yield folder, first
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def postgres(locale: str = "C.UTF-8") -> Iterator[Postgres]:
    (initdb, *_) = needs("postgres")
    programs = Path(initdb).resolve().parent
    with private_folder("postgres") as (folder, first):
        data = folder / "data"
        init = ("--auth=trust", "--no-sync", f"--locale={locale}", "--encoding=UTF8", "--username=postgres")
        subprocess.run([*first, initdb, f"--pgdata={data}", *init], cwd=folder, capture_output=True, check=True)
        settings = ("listen_addresses=", "fsync=off", "max_connections=60", "log_min_messages=panic", "log_min_error_statement=panic")
        words = [word for setting in settings for word in ("-c", setting)]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [*first, str(programs / "postgres"), "-D", str(data), "-k", str(folder), *words], cwd=folder, stdout=log, stderr=log
            )
        try:
            _ready(folder)
            server = Postgres(folder, programs)
            server.psql("CREATE DATABASE shop", "postgres")
            yield server
        finally:
            process.kill()
            process.wait()
            time.sleep(0.1)


def _ready(folder: Path) -> None:
    until = time.monotonic() + 60
    while subprocess.run(["pg_isready", "-q", "-h", str(folder)], check=False).returncode != 0:
        assert time.monotonic() < until, (folder / "log").read_text()
        time.sleep(0.05)


SHOP = """
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE accounts (id serial PRIMARY KEY, owner text NOT NULL, balance numeric NOT NULL CHECK (balance > -1000000), mood mood);
CREATE TABLE moves (id bigint GENERATED ALWAYS AS IDENTITY, "from" int REFERENCES accounts, "to" int REFERENCES accounts,
    amount numeric, at timestamptz DEFAULT now(), t text, status varchar(9) CHECK (status IN ('new', 'done')));
CREATE INDEX ON moves (lower(t)) WHERE amount > 0;
CREATE VIEW rich AS SELECT owner FROM accounts WHERE balance > 50 AND mood IN ('good', 'bad');
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.status = coalesce(NEW.status, 'new'); RETURN NEW; END$$;
CREATE TRIGGER touch BEFORE INSERT ON moves FOR EACH ROW EXECUTE FUNCTION touch();
CREATE SCHEMA "odd ""Name'";
CREATE TABLE "odd ""Name'"."ta|ble
two" ("c\\" int, b bytea, f float8, d date, i interval, j jsonb, m money);
INSERT INTO "odd ""Name'"."ta|ble
two" VALUES (1, '\\x00ff', 0.1 + 0.2, '4000-01-01 BC', '1 year -3 days', '{"a": [1, null]}', 12.5), (2, null, 'NaN', 'infinity', null, null, null);
CREATE TABLE parts (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE parts_old PARTITION OF parts FOR VALUES FROM (MINVALUE) TO ('2020-01-01');
CREATE TABLE parts_new PARTITION OF parts FOR VALUES FROM ('2020-01-01') TO (MAXVALUE);
INSERT INTO parts SELECT n, '2019-12-01'::date + n FROM generate_series(1, 60) n;
CREATE MATERIALIZED VIEW stale AS SELECT count(*) FROM accounts;
INSERT INTO accounts (owner, balance, mood) SELECT 'owner ' || n, 100, 'good' FROM generate_series(1, 100) n;
SELECT lo_from_bytea(0, '\\x0102030405');
"""


@dataclass(frozen=True)
class Mariadb:
    """A running server. Its socket lies in `folder`."""

    folder: Path

    @property
    def socket(self) -> str:
        return str(self.folder / "s")

    def sql(self, sql: str, dbname: str = "") -> str:
        words = ("--no-defaults", f"--socket={self.socket}", "--user=root", "--batch", "--raw", "--skip-column-names")
        ended = subprocess.run(
            ["mariadb", *words, *((dbname,) if dbname else ())], input=sql.encode(), capture_output=True, check=False, timeout=120
        )
        assert ended.returncode == 0, ended.stderr.decode()
        return ended.stdout.decode().strip()

    def databases(self) -> list[str]:
        return self.sql("SHOW DATABASES").splitlines()


@contextlib.contextmanager
def mariadb() -> Iterator[Mariadb]:
    install, serve, *_ = needs("mariadb")
    with private_folder("mysql") as (folder, first):
        data = folder / "data"
        make = ("--no-defaults", f"--datadir={data}", f"--tmpdir={folder}", "--auth-root-authentication-method=normal", "--skip-test-db")
        subprocess.run([*first, install, *make], cwd=folder, capture_output=True, check=True)
        words = (
            *("--no-defaults", f"--datadir={data}", f"--socket={folder / 's'}", f"--pid-file={folder / 'pid'}", f"--tmpdir={folder}"),
            *("--skip-networking", "--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync", "--innodb-buffer-pool-size=64M"),
        )
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen([*first, serve, *words], cwd=folder, stdout=log, stderr=log)
        try:
            until = time.monotonic() + 60
            while not (folder / "pid").exists() or not (folder / "s").exists():
                assert time.monotonic() < until and process.poll() is None, (folder / "log").read_text()
                time.sleep(0.05)
            yield Mariadb(folder)
        finally:
            process.kill()
            process.wait()


BANK = """
CREATE TABLE accounts (id int AUTO_INCREMENT PRIMARY KEY, owner varchar(40) NOT NULL, balance decimal(12, 2) NOT NULL,
    mood enum('good', 'bad'), f float, d double, j json, b blob, bits bit(5), at timestamp NULL, y year, CHECK (balance > -1000000));
CREATE TABLE moves (id bigint AUTO_INCREMENT PRIMARY KEY, `from` int, `to` int, amount decimal(12, 2), t text,
    FOREIGN KEY (`from`) REFERENCES accounts (id), KEY (amount));
CREATE TABLE `odd ``name'"\\t` (`c\\` int, `null` text, g geometry, v int AS (`c\\` + 1));
INSERT INTO `odd ``name'"\\t` (`c\\`, `null`, g) VALUES (1, 'NULL', POINT(1, 2)), (2, NULL, NULL), (3, 'a\\tb\\nc\\\\d\\r\\n', NULL);
CREATE VIEW rich AS SELECT owner FROM accounts WHERE balance > 50;
CREATE TRIGGER trimmed BEFORE INSERT ON accounts FOR EACH ROW SET NEW.owner = TRIM(NEW.owner);
CREATE FUNCTION doubled(x int) RETURNS int DETERMINISTIC RETURN x * 2;
CREATE EVENT tidy ON SCHEDULE EVERY 1 YEAR DO DELETE FROM moves WHERE id < 0;
INSERT INTO accounts (owner, balance, mood, f, d, j, b, bits, at, y)
    SELECT CONCAT('öwner ', seq), 100, 'good', seq / 3, seq / 7, '{"a": [1, null]}', UNHEX(CONCAT('00ff', LPAD(HEX(seq), 4, '0'))),
    b'10101', '2026-03-29 01:30:00', 2026 FROM seq_1_to_100;
"""

"""What the tests of both database servers share: sources, clients that write all the time, folders for scratch servers."""

from __future__ import annotations

import contextlib
import itertools
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.backups.source import Trial
from secure_release.pipeline.source_config import MysqlSection, PostgresSection

from .servers import Mariadb, Postgres
from .vaults import House


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """For scratch servers, whose account may enter; nothing may be left in it."""
    with tempfile.TemporaryDirectory(prefix="sr-", dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)
        assert list(Path(name).iterdir()) == []


def trial(house: House) -> Trial:
    vault = house.vault()
    with vault.repository.opened():  # makes its folders
        pass
    return Trial(Processes(house.root), vault.repository.outside, (), True)


def pg_section(server: Postgres, dbname: str, **more: object) -> PostgresSection:
    words = {"name": "db", "type": "postgres", "dbname": dbname, "host": str(server.folder), "user": "postgres"}
    return PostgresSection.model_validate({**words, **more})


def my_section(server: Mariadb, dbname: str, **more: object) -> MysqlSection:
    words = {"name": "db", "type": "mysql", "dbname": dbname, "socket": server.socket, "user": "root"}
    return MysqlSection.model_validate({**words, **more})


TRANSFER = """\\set a random(1, 100)
\\set b random(1, 100)
\\set m random(1, 20)
BEGIN;
UPDATE accounts SET balance = balance - :m WHERE id = :a;
UPDATE accounts SET balance = balance + :m WHERE id = :b;
INSERT INTO moves ("from", "to", amount, t) VALUES (:a, :b, :m, 'x' || :m);
COMMIT;
"""


@contextlib.contextmanager
def pg_transfers(server: Postgres, dbname: str, folder: Path) -> Iterator[None]:
    """Four clients move money from one account to another, as fast as they can."""
    script = folder / "transfer.sql"
    script.write_text(TRANSFER)
    words = ("-n", "-c", "4", "-T", "6000", "-h", str(server.folder), "-U", "postgres", "-f", str(script))
    process = subprocess.Popen(
        [str(server.programs / "pgbench"), *words, dbname], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
        assert process.poll() is None, "the writers ended too early: the test shows nothing"
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def my_transfers(server: Mariadb, dbname: str) -> Iterator[None]:
    """Three clients move money from one account to another, as fast as they can."""
    stop = threading.Event()
    move = """
        START TRANSACTION; UPDATE accounts SET balance = balance - 3 WHERE id = {0}; UPDATE accounts SET balance = balance + 3
        WHERE id = {1}; INSERT INTO moves (`from`, `to`, amount, t) VALUES ({0}, {1}, 3, 'x'); COMMIT;
    """.replace("\n", " ")

    def work(number: int) -> None:
        words = ("--no-defaults", f"--socket={server.socket}", "--user=root", "--force", dbname)
        with subprocess.Popen(["mariadb", *words], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as one:
            assert one.stdin is not None
            for turn in itertools.count():
                if stop.is_set():
                    break
                one.stdin.write((move.format(1 + (turn * 7 + number) % 100, 1 + (turn * 3 + 50) % 100) + "\n").encode())
                one.stdin.flush()
                time.sleep(0.003)
            one.kill()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()

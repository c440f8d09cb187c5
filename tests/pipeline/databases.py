"""What the tests of both database servers share: sources, clients that write all the time, folders for scratch servers."""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.backups.engine_vault import EngineVault
from secure_release.pipeline.backups.source import Trial
from secure_release.pipeline.keeping import BackupError
from secure_release.pipeline.source_config import Assertion, MysqlSection, PostgresSection

from .servers import Mariadb, Postgres
from .vaults import COMMIT, House

AnyDatabase = PostgresSection | MysqlSection


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
def pg_transfers(server: Postgres, dbname: str, folder: Path, rate: int = 0) -> Iterator[None]:
    """Four clients move money from one account to another, `rate` times a second or as fast as they can."""
    script = folder / "transfer.sql"
    script.write_text(TRANSFER)
    limit = ("-R", str(rate)) if rate else ()
    words = (*limit, "-n", "-c", "4", "-T", "6000", "-h", str(server.folder), "-U", "postgres", "-f", str(script))
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
def my_transfers(server: Mariadb, dbname: str, rate: int = 1000) -> Iterator[None]:
    """Three clients move money from one account to another, about `rate` times a second."""
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
                time.sleep(3 / rate)
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


def backups_under_load(house: House, source: AnyDatabase, sum: Assertion, writers: contextlib.AbstractContextManager[None], count: int) -> None:
    """All drill clean, and `sum`, which no transfer changes, holds in each."""
    vault = house.vault([source.model_copy(update={"assertions": (sum,)})], ages=())
    with writers:
        taken = [vault.take(f"run{number}", COMMIT) for number in range(count)]

    assert all(one.drill is not None and one.drill.passed and one.drill.seconds > 0 for one in taken)
    assert len({one.taken[0].write_mark for one in taken}) == count, "nobody wrote: the test shows nothing"
    assert [left for left in house.left_over() if "/pending/" not in left] == []


def forged(expected: Any, file: Path) -> bytes:
    """The manifest with the digest of what lies there now."""
    content = file.read_bytes()
    files = {**expected.files, file.name: (len(content), sha256(content).hexdigest())}
    told: bytes = replace(expected, files=files).written()
    return told


def no_assertion_holds(house: House, source: AnyDatabase, wrong: Sequence[Assertion]) -> str:
    """What is said of a backup whose assertions do not hold: it is none."""
    vault = house.vault([source.model_copy(update={"assertions": tuple(wrong)})])
    try:
        vault.take("run", COMMIT)
    except BackupError as refused:
        assert vault.generations() == ()
        return str(refused)
    raise AssertionError("it was taken")


# --- the way back ---


def put_back(vault: EngineVault, id: str, wish: str = "if-unchanged") -> tuple[bool, str, str]:
    (said,) = vault.put_back(id, [("db", wish)])  # type: ignore[list-item]
    return said.done, said.said, said.kept_aside


def killed(house: House, source: AnyDatabase, id: str, after: float) -> bool:
    """Whether the put back, or without an `id` the taking, was killed before it was done."""
    told = source.model_copy(update={"on_rollback": "if-unchanged"}).model_dump_json()
    argv = [sys.executable, "-m", "tests.pipeline.killed_database", str(house.root), told, id, str(house.scratch)]
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2], env={**os.environ})
    assert process.stdout is not None
    process.stdout.readline()  # it is ready
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    said = process.stdout.read()
    process.wait()
    return b"done" not in said


def kill_put_backs(
    house: House,
    source: AnyDatabase,
    count: int,
    released: Callable[[], tuple[EngineVault, str]],
    stands: Callable[[], bool],
    databases: Callable[[], list[str]],
    drop: Callable[[str], object],
) -> None:
    """`count` put backs, each killed at a random moment and finished by the next call; more when too few kills came in time."""
    mark = house.vault([source]).sources[0].current_mark
    before = mark(house.root)
    chance, cuts, whole = random.Random(time.time()), 0, 0.0
    for number in itertools.count():
        if number > count and (cuts > count / 5 or number > 6 * count):
            break
        house.clock.at = house.clock.at.replace(day=24 + number % 5)
        vault, id = released()
        if number:
            cuts += killed(house, source, id, chance.uniform(0, whole * 0.9))
        assert stands(), "between two states there was nothing"

        started = time.monotonic()
        done, said, _ = put_back(vault, id)
        whole = whole or time.monotonic() - started  # a kill falls somewhere into it, on a fast machine and on a slow one

        assert done, said
        assert mark(house.root) == before
        assert not [name for name in databases() if "_staged_" in name]
        assert house.left_over() == [str(house.repository / "pending" / id)]
        vault.close("run", passed=False)
        for name in databases():
            if name.startswith(f"{source.dbname}_failed"):
                drop(name)
    assert cuts > count / 5, "too few kills came in time: the test shows nothing"


def working_in(place: Path) -> list[str]:
    """The processes whose working folder lies in there."""
    found: list[str] = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            found += [(entry / "cmdline").read_text()] if (entry / "cwd").readlink().is_relative_to(place) else []
    return found


class Seen:
    """The command lines and environments of everything that runs here below us, looked at all the time.

    Ours alone: what strangers on this machine say about themselves is not ours to judge.
    """

    def __init__(self) -> None:
        self.lines: set[str] = set()
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        while not self._over.is_set():
            for pid in descendants(os.getpid()):
                for name in ("cmdline", "environ"):
                    with contextlib.suppress(OSError):
                        self.lines.add(Path(f"/proc/{pid}/{name}").read_bytes().decode(errors="replace"))

    def __enter__(self) -> Seen:
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watcher.join()


def descendants(pid: int) -> Iterator[int]:
    tasks: list[Path] = []
    with contextlib.suppress(OSError):  # a process may end while we look
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
    for task in tasks:
        children: list[str] = []
        with contextlib.suppress(OSError):
            children = (task / "children").read_text().split()
        for child in children:
            yield int(child)
            yield from descendants(int(child))

"""Clones of a PostgreSQL that is written to, across checkpoints, hold together every time; a plain live copy does not."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path

import pytest

from secure_release.pipeline.clones.docker.fork import Fork, NotStarted
from secure_release.pipeline.clones.docker.mark import Mark
from secure_release.pipeline.clones.docker.snapshot import Frozen, take
from secure_release.pipeline.clones.docker.source import Project, read_project
from secure_release.pipeline.containers import Engine, EngineError
from tests.e2e.composed import PG, Composed, composed, tar
from tests.soak import times

from .docker_source import TOOLS, Source

CLONES = times(3, 20)
LIVE_COPIES = 5  # one of them is torn; in most sessions the first
RECOVERY_SECONDS = 120.0
ACCOUNTS, EACH = 100_000, 100
# One account in three hundred bytes: a table of many pages, few of which are touched again right after a checkpoint.
LEDGER = f"""
create table ledger (id int primary key, bal int not null) with (fillfactor = 10);
insert into ledger select i, {EACH} from generate_series(1, {ACCOUNTS}) i;
"""
TRANSFER = f"""\\set a random(1, {ACCOUNTS})
\\set b random(1, {ACCOUNTS})
begin;
update ledger set bal = bal - 7 where id = :a;
update ledger set bal = bal + 7 where id = :b;
commit;
"""
WHOLE = (f"{ACCOUNTS * EACH}|{ACCOUNTS}|{ACCOUNTS}",) * 2


@pytest.fixture(scope="module")
def bank() -> Iterator[Composed]:
    with composed(f"srt-bank-{os.getpid()}") as made:
        made.psql(LEDGER)
        yield made


@pytest.fixture
def source(bank: Composed, tmp_path: Path) -> Source:
    return Source(bank.docker, bank.project, f"{bank.project}_default", tmp_path)


@contextlib.contextmanager
def checkpoints(bank: Composed) -> Iterator[None]:
    """One after the other, as long as the block lasts: files are written in an order that a live copy can't follow."""
    done = threading.Event()

    def force() -> None:
        while not done.wait(0.1):
            with contextlib.suppress(EngineError, AssertionError):
                bank.psql("checkpoint")

    worker = threading.Thread(target=force, daemon=True)
    worker.start()
    try:
        yield
    finally:
        done.set()
        worker.join(30)


@contextlib.contextmanager
def writing(bank: Composed) -> Iterator[None]:
    """The writer, as long as the block lasts."""
    name = bank.container("db")
    bank.docker.put(name, "/tmp", tar({"ledger.sql": TRANSFER}))
    words = (f"{PG}/pgbench", "-h", "/tmp", "-U", "postgres", "-n", "-c", "2", "-f", "/tmp/ledger.sql", "-T", "3600", "postgres")
    worker = threading.Thread(target=lambda: bank.docker.execute(name, words, timeout=3600), daemon=True)
    worker.start()
    try:
        yield
    finally:
        bank.docker.execute(name, ("pkill", "pgbench"), timeout=30)
        worker.join(30)


def ledger(engine: Engine, fork: Fork) -> tuple[str, str]:
    """The sum of all accounts and their number, without the index and by it; whatever goes wrong is an answer too."""
    said = []
    for plan in ("enable_indexscan", "enable_seqscan"):
        more = f"set {plan}=off; set enable_bitmapscan=off; select sum(bal), count(*), count(distinct id) from ledger where id > 0"
        words = (f"{PG}/psql", "-h", "/tmp", "-U", "postgres", "-qAtc", more)
        ended = engine.execute(fork.containers["db"], words, timeout=120)
        said.append((ended.stdout + ended.stderr).decode(errors="replace").strip())
    return said[0], said[1]


def asked(source: Source, project: Project, frozen: Frozen, mark: Mark) -> tuple[str, str]:
    fork = source.fork(project, frozen, mark)
    try:
        fork.start("db", RECOVERY_SECONDS)
        return ledger(source.docker, fork)
    except NotStarted as problem:
        return f"{problem}: {problem.logs[-300:]}", ""


@pytest.mark.slow
@pytest.mark.soak
def test_clones_hold_together_under_a_writer_across_checkpoints_and_a_plain_live_copy_does_not(
    bank: Composed, source: Source, record_testsuite_property: Callable[[str, object], None]
) -> None:
    project = read_project(source.docker, source.config())
    with writing(bank), checkpoints(bank):
        time.sleep(2)
        said = [cloned(source, project, over) for over in islice(cycle(("512MB", "1MB")), CLONES)]
        live = [copied_live(bank, source, project)]
        while live[-1] == WHOLE and len(live) < LIVE_COPIES:
            live.append(copied_live(bank, source, project))

    record_testsuite_property("seconds paused", [round(paused, 2) for paused, _ in said])
    record_testsuite_property("the live copy's answer", live)
    assert [answer for _, answer in said] == [WHOLE] * CLONES
    assert live[-1] != WHOLE
    assert bank.psql("select sum(bal) from ledger") == str(ACCOUNTS * EACH)


def cloned(source: Source, project: Project, over: str) -> tuple[float, tuple[str, str]]:
    """Seconds that the source was held, and what the clone answers. Every second volume is copied live first."""
    with source.marks.new("base") as base:
        frozen = take(project, source.still(base, max_pause="20s", precopy_over=over), base, TOOLS)
        assert (place_of(frozen, project) / "postmaster.pid").exists()  # a fork starts in spite of it
        with source.marks.new("fork") as mark:
            return frozen.paused, asked(source, project, frozen, mark)


def copied_live(bank: Composed, source: Source, project: Project) -> tuple[str, str]:
    """The control: the same volume, writer, checkpoints and questions, and files that are copied while they are written to."""
    with source.marks.new("base") as base:
        frozen = take(project, source.still(base), base, TOOLS)
        copy_slowly(source.docker.volume(f"{bank.project}_db").place, place_of(frozen, project), bank)
        with source.marks.new("fork") as mark:
            return asked(source, project, frozen, mark)


def place_of(frozen: Frozen, project: Project) -> Path:
    key = project.service("db").uses[0].key
    return next(volume.place for volume in frozen.volumes if volume.key == key)


def copy_slowly(source: Path, target: Path, bank: Composed) -> None:
    """`cp` on a slow disk, one name after the other: a checkpoint comes between the tables and the log."""
    for path in sorted(target.iterdir()):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name in sorted(path.name for path in source.iterdir()):
        subprocess.run(["cp", "-a", str(source / name), str(target / name)], stderr=subprocess.DEVNULL)
        if name == "base":
            time.sleep(2)
            bank.psql("checkpoint")
            time.sleep(0.3)

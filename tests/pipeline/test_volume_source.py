"""A volume that containers write to is backed up while they hold still; they always go on; raw databases are not torn."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from secure_release.pipeline.adapters.docker import Docker
from secure_release.pipeline.backups.engine_vault import EngineVault
from secure_release.pipeline.containers import Bind, Spec
from secure_release.pipeline.keeping import BackupError
from secure_release.pipeline.source_config import VolumeSection

from ..engine import LABEL, image, real_engine
from ..soak import times
from .vaults import COMMIT, House

# Two files that must hold the same number: a copy of a running writer's volume has two.
WRITER = """
import os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
stop, n = [], 0
while not stop:
    n += 1
    for name in ("/data/one", "/data/two"):
        with open(name, "w") as f:
            f.write(str(n)); f.flush(); os.fsync(f.fileno())
"""


@pytest.fixture(scope="module")
def docker() -> Iterator[tuple[Docker, str]]:
    docker = real_engine()
    yield docker, image(docker)


@pytest.fixture
def writer(docker: tuple[Docker, str]) -> Iterator[str]:
    """A container that writes to a volume of the same name."""
    engine, made_of = docker
    name = f"sr-volume-{uuid4().hex[:8]}"
    engine.create_volume(name, {LABEL: name}, {})
    spec = Spec(
        name=name, image=made_of, labels={LABEL: name}, env=(), entrypoint=(), command=("python3", "-c", WRITER), user="",
        working_dir="", hostname="", health=None, no_health=False, mounts=(Bind(name, "/data", True, False),), tmpfs={},
        network="none", aliases=(), dns=(), ports=(), cap_add=(), cap_drop=(), no_new_privileges=False,
        memory=0, pids=0, init=False, restart="no",
    )  # fmt: skip
    engine.start(engine.create(spec))
    until = time.monotonic() + 20
    while not (engine.volume(name).place / "two").exists():
        assert time.monotonic() < until, "the writer does not write"
        time.sleep(0.05)
    yield name
    engine.remove(name)
    engine.remove_volume(name)


def section(volume: str, **more: object) -> VolumeSection:
    return VolumeSection.model_validate({"name": "files", "type": "docker-volume", "volume": volume, **more})


def restored(vault: EngineVault, id: str, into: Path) -> tuple[str, str]:
    vault.restore(id, into)
    return (into / "files/one").read_text(), (into / "files/two").read_text()


def test_a_stopped_writer_leaves_a_whole_volume_and_goes_on(docker: tuple[Docker, str], writer: str, tmp_path: Path) -> None:
    engine, _ = docker
    house = House(tmp_path / "house")
    vault = house.vault([section(writer)], ages=())
    for number in range(times(1, 20)):
        taken = vault.take(f"run{number}", COMMIT)
        one, two = restored(vault, taken.id, house.root / f"back{number}")

        assert one == two
        assert taken.taken[0].consistency == "1 containers stopped"
        assert engine.container(writer).state == "running"
    assert house.left_over() == [left for left in house.left_over() if "/pending/" in left]


def test_a_paused_one_is_said_to_be_crash_consistent(docker: tuple[Docker, str], writer: str, tmp_path: Path) -> None:
    engine, _ = docker
    before = engine.container(writer).started
    vault = House(tmp_path / "house").vault([section(writer, consistency="pause")])

    taken = vault.take("run", COMMIT)

    assert "crash-consistent" in taken.taken[0].consistency
    assert (engine.container(writer).state, engine.container(writer).started) == ("running", before)


def raw_postgres(volume: Path) -> None:
    (volume / "pg").mkdir()
    (volume / "pg/PG_VERSION").write_text("15\n")


def raw_mysql(volume: Path) -> None:
    (volume / "ibdata1").write_bytes(b"\0" * 100)


def raw_sqlite(volume: Path) -> None:
    (volume / "app.db").write_bytes(b"SQLite format 3\0" + b"\0" * 100)


@pytest.mark.parametrize("put", [raw_postgres, raw_mysql, raw_sqlite])
def test_a_raw_database_is_refused_while_it_runs(
    docker: tuple[Docker, str], writer: str, tmp_path: Path, put: Callable[[Path], None]
) -> None:
    engine, _ = docker
    put(engine.volume(writer).place)
    house = House(tmp_path / "house")

    with pytest.raises(BackupError, match="paused, its files can be torn") as refused:
        house.vault([section(writer, consistency="pause")]).take("run", COMMIT)

    assert "consistency: stop" in refused.value.hint
    assert engine.container(writer).state == "running"
    assert house.vault([section(writer)]).take("run", COMMIT).drill is not None


def test_a_volume_that_is_not_there_is_no_backup(docker: tuple[Docker, str], tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="sr-nothing"):
        House(tmp_path / "house").vault([section("sr-nothing")]).take("run", COMMIT)


def test_an_empty_volume_is_no_backup(docker: tuple[Docker, str], tmp_path: Path) -> None:
    engine, _ = docker
    name = f"sr-empty-{uuid4().hex[:8]}"
    engine.create_volume(name, {LABEL: name}, {})
    try:
        with pytest.raises(BackupError, match="is empty"):
            House(tmp_path / "house").vault([section(name)]).take("run", COMMIT)
    finally:
        engine.remove_volume(name)


def test_the_old_files_come_back_under_a_container_that_sees_them(
    docker: tuple[Docker, str], writer: str, tmp_path: Path
) -> None:
    engine, _ = docker
    place = engine.volume(writer).place
    engine.stop(writer, 10)
    (place / "kept").write_text("before")
    engine.start(writer)
    vault = House(tmp_path / "house").vault([section(writer, on_rollback="always")])
    id = vault.take("run", COMMIT).id
    (place / "kept").write_text("after")
    (place / "shell.php").write_text("evil")

    (said,) = vault.put_back(id, [("files", "always")])

    assert said.done, said
    assert engine.container(writer).state == "running"
    seen = engine.execute(writer, ("sh", "-c", "cat /data/kept; echo; ls /data"), timeout=20)
    assert seen.stdout.decode().splitlines() == ["before", "kept", "one", "two"]
    assert (Path(said.kept_aside) / "shell.php").read_text() == "evil"


@pytest.mark.parametrize("consistency", ["stop", "pause"])
def test_containers_go_on_when_the_run_is_killed(
    docker: tuple[Docker, str], writer: str, tmp_path: Path, consistency: str
) -> None:
    """Killed at the worst moment, while they hold still."""
    engine, _ = docker
    code = (
        "import os, signal, sys; from pathlib import Path; from tests.pipeline.vaults import House;"
        "from tests.pipeline.test_volume_source import section;"
        "from secure_release.pipeline.backups import volume;"
        "volume.VolumeSource._copy = lambda *_: os.kill(os.getpid(), signal.SIGKILL);"
        f"House(Path(sys.argv[1])).vault([section({writer!r}, consistency={consistency!r})]).take('run', 'c' * 40)"
    )
    argv = [sys.executable, "-c", code, str(tmp_path / "house")]
    ended = subprocess.run(argv, cwd=Path(__file__).parents[2], env={**os.environ}, capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()

    until = time.monotonic() + 30
    while engine.container(writer).state != "running":
        assert time.monotonic() < until, f"it is still {engine.container(writer).state}"
        time.sleep(0.1)
    vault = House(tmp_path / "house").vault([section(writer)])
    vault.sweep()
    assert vault.take("next", COMMIT).drill is not None
    assert not list((tmp_path / "house/repository").glob(".held-*"))


def test_what_a_killed_watchdog_left_is_let_go_by_the_next_run(docker: tuple[Docker, str], writer: str, tmp_path: Path) -> None:
    engine, _ = docker
    house = House(tmp_path / "house")
    vault = house.vault([section(writer, consistency="pause")])
    vault.take("run", COMMIT)
    id = engine.container(writer).id
    engine.pause(writer)
    note = {"stopped": False, "containers": [id], "resume": [], "seconds": 1, "note": "/nowhere/note"}
    (house.repository / ".held-files.json").write_text(json.dumps(note))

    vault.take("next", COMMIT)

    assert engine.container(writer).state == "running"
    assert not (house.repository / ".held-files.json").exists()

"""The kernel's switch for the processes of a container, by either version of control groups; and an engine that is stuck."""

from __future__ import annotations

import contextlib
import os
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from secure_release.pipeline.adapters.docker import Docker
from secure_release.pipeline.adapters.freezer import freezer
from secure_release.pipeline.containers import EngineError
from tests.engine import LABEL, image, real_engine, wipe

from .docker_source import PLAIN

ID = "0123456789abcdef" * 4
TRIES = 30


@pytest.mark.parametrize(
    ("folder", "file", "frozen", "thawed"),
    [
        (f"freezer/docker/{ID}", "freezer.state", "FROZEN", "THAWED"),
        (f"freezer/system.slice/docker-{ID}.scope", "freezer.state", "FROZEN", "THAWED"),
        (f"docker/{ID}", "cgroup.freeze", "1", "0"),
        (f"system.slice/docker-{ID}.scope", "cgroup.freeze", "1", "0"),
    ],
    ids=["v1", "v1-systemd", "v2", "v2-systemd"],
)
def test_the_switch_is_where_docker_puts_it(tmp_path: Path, folder: str, file: str, frozen: str, thawed: str) -> None:
    (tmp_path / folder).mkdir(parents=True)
    switch = tmp_path / folder / file
    switch.touch()
    (tmp_path / folder / "cgroup.procs").write_text(f"{os.getpid()}\n999999999\n")
    group = freezer(ID, tmp_path)
    assert group is not None

    group.freeze()
    assert switch.read_text() == frozen
    group.thaw()
    assert switch.read_text() == thawed
    group.loosen(1.0)
    assert switch.read_text() == frozen
    assert not group.starting()


def test_without_a_group_or_a_whole_id_there_is_no_switch(tmp_path: Path) -> None:
    assert freezer(ID, tmp_path) is None
    assert freezer("../../etc", tmp_path) is None


@pytest.fixture
def busy() -> Iterator[tuple[Docker, str]]:
    """A container in which commands are started all the time, as by health checks."""
    docker, name = real_engine(), f"srt-{secrets.token_hex(4)}"
    container = docker.create(replace(PLAIN, name=name, image=image(docker), labels={LABEL: name}))
    docker.start(container)
    done = threading.Event()

    def start_commands() -> None:
        while not done.wait(0.01):
            with contextlib.suppress(EngineError):  # while it is paused
                docker.execute(container, ("true",), timeout=20)

    workers = [threading.Thread(target=start_commands, daemon=True) for _ in range(2)]
    for worker in workers:
        worker.start()
    try:
        yield docker, container
    finally:
        done.set()
        wipe(docker, {LABEL: name})


@pytest.mark.slow
def test_a_pause_that_hits_a_command_half_started_can_be_ended(busy: tuple[Docker, str]) -> None:
    """Engines of today never let such a container go by themselves."""
    docker, container = busy
    group = freezer(container)
    hits = 0
    for _ in range(TRIES):
        time.sleep(0.1)
        try:
            docker.pause(container)
        except EngineError as problem:
            assert "freeze" in str(problem)
            continue
        hits += group is not None and group.starting()
        began = time.monotonic()
        docker.unpause(container)
        docker.settle((container,))
        assert docker.container(container).state == "running"
        assert docker.execute(container, ("true",), timeout=20).code == 0
        assert time.monotonic() - began < 15
        if hits >= 2:
            break

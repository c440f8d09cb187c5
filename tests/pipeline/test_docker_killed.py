"""What a killed run leaves is found and removed, its source goes on, and nothing of anybody else is touched."""

from __future__ import annotations

import contextlib
import json
import os
import random
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from secure_release.pipeline.clones.docker.clean import PREFIX, sweep
from secure_release.pipeline.clones.docker.mark import CLONE, RUN
from secure_release.pipeline.clones.docker.snapshot import take
from secure_release.pipeline.clones.docker.source import read_project
from secure_release.pipeline.containers import Bind, NotThere
from tests.engine import LABEL, wipe
from tests.soak import times

from .docker_source import TOOLS, Source, source, wait_for
from .killed_clone import MAX_PAUSE

HOUSE = Path(__file__).parent.parent.parent
KILLS = times(6, 100)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    with source(tmp_path_factory.mktemp("project") / ".secure-release") as made:
        yield made
        remove_ours(made)


@pytest.fixture
def clone() -> str:
    """The id of a clone that nobody works on."""
    return f"base-{secrets.token_hex(4)}"


def remove_ours(made: Source) -> None:
    """Whatever a failed test of ours left, by the runs of its own folder."""
    for run in {path.name for path in (made.state / "runs").glob("*")}:
        wipe(made.docker, {RUN: run})


def ours(made: Source) -> list[str]:
    """The names of all objects of the runs of this test's folder."""
    found: list[str] = []
    for run in {path.name for path in (made.state / "runs").glob("*")}:
        there = made.docker.labelled({RUN: run})
        found += [*there.containers, *there.images, *there.volumes, *there.networks]
    return found


def test_what_a_killed_run_left_is_removed_and_named(running: Source, clone: str) -> None:
    """The objects are there, the journal says so, and the lock is nobody's: that is what a killed run looks like."""
    volume, network = f"{PREFIX}{clone}-frozen-0", f"{PREFIX}{clone}-net"
    labels = {CLONE: clone, RUN: running.run_id}
    for kind, name in (("volume", volume), ("network", network)):
        running.record("clone-object", {"clone": clone, "kind": kind, "name": name})
    running.docker.create_volume(volume, labels, {})
    running.docker.create_network(network, labels, True, {})

    swept = sweep(running.docker, running.state, running.record)

    assert set(swept.removed) == {f"volume {volume}", f"network {network}"}
    assert swept.left == ()
    assert ours(running) == []


@pytest.mark.parametrize("lacks", ["journal", "label", "another-run", "another-name", "alive"])
def test_what_is_not_known_to_be_ours_and_dead_is_never_removed(running: Source, clone: str, lacks: str) -> None:
    name = f"{PREFIX}{clone}-frozen-0"
    labels = {LABEL: running.name, CLONE: clone, RUN: running.run_id}
    with contextlib.ExitStack() as stack:
        if lacks == "alive":
            mark = stack.enter_context(running.marks.new("base"))
            clone, name, labels = mark.clone, mark.name("volume", "frozen-0"), {LABEL: running.name, **mark.labels}
        elif lacks != "journal":
            running.record("clone-object", {"clone": clone, "kind": "volume", "name": name})
        changed = {"label": {LABEL: running.name}, "another-run": {**labels, RUN: "20200101-000000-000000"}}.get(lacks, labels)
        made = f"{running.name}-{name}" if lacks == "another-name" else name
        running.docker.create_volume(made, changed, {})

        assert sweep(running.docker, running.state, running.record).removed == ()

        assert running.docker.volume(made).name == made
        running.docker.remove_volume(made)


def test_what_cant_be_removed_is_named_with_the_reason(running: Source, clone: str) -> None:
    name = f"{PREFIX}{clone}-frozen-0"
    running.record("clone-object", {"clone": clone, "kind": "volume", "name": name})
    running.docker.create_volume(name, {CLONE: clone, RUN: running.run_id}, {})
    using = running.spec("using", command=("sleep", "60"))
    user = running.docker.create(replace(using, mounts=(Bind(name, "/data", True, True),)))

    swept = sweep(running.docker, running.state, running.record)

    assert swept.removed == ()
    assert [why.partition(":")[0] for why in swept.left] == [f"the volume {name}"]
    running.docker.remove(user)
    assert sweep(running.docker, running.state, running.record).removed == (f"volume {name}",)


def test_torn_lines_of_a_journal_never_happened(running: Source) -> None:
    running.record("clone-object", {"clone": "x", "kind": "volume", "name": "y"})
    journal = next(running.state.glob("runs/*/journal.jsonl"))
    journal.write_bytes(journal.read_bytes() + b'[1]\n{"kind":"paused","data":{"clone":"x"}}\n{"kind": "clo')

    assert sweep(running.docker, running.state, running.record) == sweep(running.docker, running.state, running.record)


@pytest.mark.slow
@pytest.mark.soak
def test_runs_that_are_killed_at_any_moment_leave_nothing_behind(
    running: Source, record_testsuite_property: Callable[[str, object], None]
) -> None:
    docker, chance = running.docker, random.Random(KILLS)
    strangers = {LABEL: running.name, CLONE: "base-0ddba11", RUN: "20200101-000000-000000"}
    docker.create_volume(f"{PREFIX}base-0ddba11-frozen-0", strangers, {})
    with running.marks.new("living") as living, started("watch", *(f"{running.name}-{one}-1" for one in ("keeper", "reader"))) as watcher:
        project = read_project(docker, running.config())
        frozen = take(project, running.still(living), living, TOOLS)
        alive = set(ours(running))
        frozen_states = 0
        for number in range(KILLS):
            with started("clone", str(running.state), running.name, f"20261123-13{number // 60:02}{number % 60:02}-{secrets.token_hex(3)}") as cloner:
                time.sleep(chance.uniform(0.0, 6.0))
                cloner.kill()
                said = cloner.communicate()[0]
                frozen_states += b"frozen" in said
            wait_for(lambda: {docker.container(one.id).state for one in project.held} == {"running"}, MAX_PAUSE + 1)
            time.sleep(0.5)  # what the engine was about to make is made
            swept = sweep(docker, running.state, running.record)
            assert swept.left == ()
            assert set(ours(running)) == alive, f"kill {number}: {said!r}"
        longest = json.loads(watcher.communicate(b"\n")[0].splitlines()[-1])

        record_testsuite_property("longest pause", longest)
        record_testsuite_property("runs that had a copy when they were killed", frozen_states)
        assert longest <= MAX_PAUSE + 1
        assert frozen_states > 0  # some of them got that far
        assert frozen.volumes[0].place.is_dir()
    assert docker.volume(f"{PREFIX}base-0ddba11-frozen-0").labels == strangers
    assert [one.id for one in project.held] == [docker.container(one.name).id for one in project.held]
    assert {path.name for path in (running.state / "clones").iterdir()} <= {".lock"}
    with pytest.raises(NotThere):
        docker.volume(frozen.volumes[0].name)


@contextlib.contextmanager
def started(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    """One of the programs of killed_clone.py, once it says that it is ready."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HOUSE), *(entry for entry in sys.path if entry)])}
    command = [sys.executable, "-m", "tests.pipeline.killed_clone", *words]
    process = subprocess.Popen(command, env=env, cwd=HOUSE, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield process
    finally:
        process.kill()
        process.wait()

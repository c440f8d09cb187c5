"""A source is held still and let go again, whatever happens to the one who holds it. Real containers, a real watchdog."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from secure_release.pipeline.adapters.docker import Docker
from secure_release.pipeline.adapters.freezer import freezer
from secure_release.pipeline.adapters.unpause import guard
from secure_release.pipeline.clones.docker.clean import sweep
from secure_release.pipeline.clones.docker.failing import in_a_sentence
from secure_release.pipeline.clones.docker.mark import Mark
from secure_release.pipeline.clones.docker.pause import held
from secure_release.pipeline.clones.docker.snapshot import take
from secure_release.pipeline.clones.docker.source import Project, read_project
from secure_release.pipeline.holding import Hold, as_data
from secure_release.pipeline.patching import Consistency
from secure_release.pipeline.release import ReleaseError
from tests.engine import LABEL

from .docker_source import TOOLS, Source, source, wait_for

HOLDER = """
import sys, time
from pathlib import Path
from secure_release.pipeline.adapters.docker import engine
from secure_release.pipeline.adapters.docker import Docker
from secure_release.pipeline.adapters.unpause import guard
from secure_release.pipeline.holding import Hold
import threading
name, seconds, note = sys.argv[1:]
docker = engine(threading.Event())
with guard(Hold(False, (name,), (), float(seconds), Path(note))) as watchdog:
    watchdog.begin()
    docker.pause(name)
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    with source(tmp_path_factory.mktemp("state")) as made:
        yield made


@pytest.fixture(autouse=True)
def let_go(running: Source) -> Iterator[None]:
    """Every test leaves the source running."""
    yield
    assert states(running) == {"running"}
    running.said.clear()


@pytest.fixture
def mark(running: Source) -> Iterator[Mark]:
    with running.marks.new("hold") as made:
        yield made


@pytest.fixture
def project(running: Source) -> Project:
    return read_project(running.docker, running.config())


def states(made: Source) -> set[str]:
    return {one.state for one in made.docker.containers({LABEL: made.name})}


def kinds(made: Source) -> list[str]:
    return [kind for kind, _ in made.said if kind in ("paused", "unpaused")]


def test_everybody_is_held_while_the_work_is_done_and_let_go_after_it(running: Source, project: Project, mark: Mark) -> None:
    seen, seconds = held(project, running.still(mark), lambda: states(running))

    assert seen == {"paused"}
    assert 0 < seconds < 20
    assert kinds(running) == ["paused", "unpaused"]


def test_writers_are_held_first_and_what_they_write_to_last(running: Source, project: Project, mark: Mark) -> None:
    order: list[str] = []

    class Listens(Docker):
        def pause(self, name: str) -> None:
            order.append(f"pause {name[:12]}")
            super().pause(name)

        def unpause(self, name: str) -> None:
            order.append(f"unpause {name[:12]}")
            super().unpause(name)

    listens = Listens(running.docker.api, running.docker.halt)
    held(project, replace(running.still(mark), engine=listens), lambda: None)

    keeper, reader = (project.service(name).container.id[:12] for name in ("keeper", "reader"))
    assert order == [f"pause {reader}", f"pause {keeper}", f"unpause {keeper}", f"unpause {reader}"]


def test_work_that_fails_lets_everybody_go(running: Source, project: Project, mark: Mark) -> None:
    def fails() -> None:
        raise ReleaseError("The disk was full.", "")

    with pytest.raises(ReleaseError, match="The disk was full"):
        held(project, running.still(mark), fails)
    assert states(running) == {"running"}
    assert kinds(running) == ["paused", "unpaused"]


def test_work_that_takes_too_long_is_worth_nothing(running: Source, project: Project, mark: Mark) -> None:
    let_go_after: list[float] = []

    def slow() -> None:
        began = time.monotonic()
        wait_for(lambda: "paused" not in states(running))
        let_go_after.append(time.monotonic() - began)

    with pytest.raises(ReleaseError, match=r"longer than 1 s, so the watchdog let it go"):
        held(project, running.still(mark, max_pause="1s"), slow)
    assert let_go_after[0] < 1 + 1


def test_a_container_that_somebody_let_go_meanwhile_is_told(running: Source, project: Project, mark: Mark) -> None:
    with pytest.raises(ReleaseError, match="reader-1 did not hold still"):
        held(project, running.still(mark), lambda: running.docker.unpause(running.container("reader")))


def test_a_container_that_was_started_anew_meanwhile_is_told(running: Source, project: Project, mark: Mark) -> None:
    def restart() -> None:
        running.docker.unpause(running.container("reader"))
        running.docker.restart(running.container("reader"), 0)
        time.sleep(1)  # an engine can't pause what it has only just started
        running.docker.pause(running.container("reader"))

    with pytest.raises(ReleaseError, match="reader-1 did not hold still"):
        held(project, running.still(mark), restart)


@pytest.mark.parametrize(
    "number",
    [signal.SIGKILL, pytest.param(signal.SIGTERM, marks=pytest.mark.slow), pytest.param(signal.SIGINT, marks=pytest.mark.slow)],
    ids=["killed", "told-to-end", "interrupted"],
)
def test_a_source_is_let_go_when_its_holder_dies(running: Source, tmp_path: Path, number: signal.Signals) -> None:
    holder = hold_in_a_process(running, 60, tmp_path)

    os.killpg(holder.pid, number)  # also what the watchdog would get, were it in the same group
    holder.wait(10)
    began = time.monotonic()
    wait_for(lambda: states(running) == {"running"})

    assert time.monotonic() - began < 3.0
    wait_for((tmp_path / "note").exists)


def test_a_source_is_let_go_when_its_holder_hangs(running: Source, tmp_path: Path) -> None:
    began = time.monotonic()
    holder = hold_in_a_process(running, 1, tmp_path)
    os.kill(holder.pid, signal.SIGSTOP)
    try:
        wait_for(lambda: states(running) == {"running"})
        assert time.monotonic() - began < READY + 1 + 1
    finally:
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait(10)


READY = 5.0  # until Python runs and the engine was asked, on a loaded machine


def hold_in_a_process(made: Source, seconds: int, folder: Path) -> subprocess.Popen[bytes]:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
    words = [sys.executable, "-c", HOLDER, made.container("reader"), str(seconds), str(folder / "note")]
    holder = subprocess.Popen(words, env=env, stdout=subprocess.PIPE, start_new_session=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    return holder


def held_still(container: str) -> bool:
    """By the kernel, in either version of control groups."""
    group = freezer(container)
    assert group is not None
    switch, frozen, _ = group._switch
    return switch.read_text(encoding="ascii").strip() == frozen


def test_a_watchdog_that_was_sent_home_touches_nobody(running: Source, tmp_path: Path) -> None:
    """Somebody else may have paused the container since."""
    name = running.docker.container(running.container("reader")).id
    with guard(Hold(False, (name,), (), 60.0, tmp_path / "note")) as watchdog:
        watchdog.begin()
        watchdog.end()
    running.docker.pause(name)
    try:
        time.sleep(0.5)
        assert held_still(name)  # the engine's books may be late
        assert not (tmp_path / "note").exists()
    finally:
        running.docker.unpause(name)


def test_a_watchdog_that_died_before_anybody_was_held_stops_everything(running: Source, project: Project, mark: Mark) -> None:
    def dead(hold: Hold) -> object:
        @contextlib.contextmanager
        def started() -> Iterator[object]:
            with guard(hold) as watchdog:
                watchdog.process.kill()  # type: ignore[attr-defined]
                watchdog.process.wait()  # type: ignore[attr-defined]
                yield watchdog

        return started()

    with pytest.raises(Exception, match="watchdog"):
        held(project, replace(running.still(mark), guard=dead), lambda: pytest.fail("held without a watchdog"))  # type: ignore[arg-type]


def test_the_applications_own_hooks_run_around_the_copy(running: Source, project: Project, mark: Mark) -> None:
    hook = {"service": "keeper", "hold": ("touch", "/tmp/held"), "resume": ("rm", "/tmp/held")}
    seen = Path("/proc", str(project.service("keeper").container.pid), "root/tmp/held")

    while_held, _ = held(project, running.still(mark, consistency="hook", hooks=(hook,)), seen.exists)

    assert while_held
    assert not seen.exists()


def test_a_hook_that_fails_stops_the_clone_and_is_resumed(running: Source, project: Project, mark: Mark) -> None:
    hook = {"service": "keeper", "hold": ("sh", "-c", "touch /tmp/half; exit 3"), "resume": ("rm", "/tmp/half")}

    with pytest.raises(ReleaseError, match="hook `sh -c touch /tmp/half; exit 3` in keeper ended with exit 3"):
        held(project, running.still(mark, consistency="hook", hooks=(hook,)), lambda: pytest.fail("held"))
    assert not Path("/proc", str(project.service("keeper").container.pid), "root/tmp/half").exists()


def test_a_hook_for_a_service_that_is_not_there_is_refused(running: Source, project: Project, mark: Mark) -> None:
    hook = {"service": "cache", "hold": ("true",), "resume": ("true",)}

    with pytest.raises(ReleaseError, match="service cache, which the source does not have"):
        held(project, running.still(mark, consistency="hook", hooks=(hook,)), lambda: None)


@pytest.mark.slow
def test_a_source_can_be_stopped_and_started_instead(running: Source, project: Project, mark: Mark) -> None:
    frozen = take(project, running.still(mark, consistency="stopped", max_pause="60s"), mark, TOOLS)

    assert frozen.consistency is Consistency.STOPPED
    assert states(running) == {"running"}
    assert {one.id for one in running.docker.containers({LABEL: running.name})} == {one.id for one in project.held}


@pytest.mark.parametrize(
    ("deed", "sentence"),
    [
        (lambda made: made.docker.pause(made.container("reader")), "is paused already"),
        (lambda made: made.docker.stop(made.container("reader"), 0), "reader-1 does not run"),
    ],
    ids=["paused", "stopped"],
)
def test_a_source_that_changed_since_it_was_read_is_told(running: Source, project: Project, mark: Mark, deed: Callable[[Source], None], sentence: str) -> None:
    deed(running)
    try:
        with pytest.raises(ReleaseError, match=sentence):
            take(project, running.still(mark), mark, TOOLS)
    finally:
        running.docker.unpause(running.container("reader"))
        running.docker.start(running.container("reader"))


def test_a_container_that_was_replaced_since_it_was_read_is_told(running: Source, project: Project, mark: Mark) -> None:
    running.docker.remove(running.container("reader"))
    running.run(running.spec("reader", command=("sleep", "1000")))

    with pytest.raises(ReleaseError, match="No such container") as caught:
        take(project, running.still(mark), mark, TOOLS)
    assert "nobody deploys" in caught.value.hint


def test_a_container_that_is_removed_while_it_is_held_is_told(running: Source, project: Project, mark: Mark) -> None:
    try:
        with pytest.raises(ReleaseError, match=r"reader-1 did not hold still .* \(it is gone\)"), in_a_sentence("The source could not be cloned"):
            held(project, running.still(mark), lambda: running.docker.remove(running.container("reader")))
    finally:
        running.run(running.spec("reader", command=("sleep", "1000")))


def test_a_source_that_run_and_watchdog_left_paused_is_let_go_by_the_next_run(running: Source, project: Project, tmp_path: Path) -> None:
    """Both were killed at once: by a machine's out-of-memory killer, or with their control group."""
    held_before = tuple(one.id for one in project.held)
    clone = running.state / "clones" / "hold-0badcafe"
    clone.mkdir(parents=True)
    running.record("paused", {"clone": clone.name, **as_data(Hold(False, held_before, (), 2.0, clone / "let-go"))})
    running.docker.pause(running.container("keeper"))

    swept = sweep(running.docker, running.state, running.record)

    assert swept.released == (project.service("keeper").container.id,)
    running.docker.pause(running.container("reader"))  # by somebody else
    assert sweep(running.docker, running.state, running.record).released == ()
    assert running.docker.container(running.container("reader")).state == "paused"
    running.docker.unpause(running.container("reader"))


def test_a_source_that_the_watchdog_let_go_is_not_touched_by_the_next_run(running: Source, project: Project) -> None:
    clone = running.state / "clones" / "hold-0badbeef"
    clone.mkdir(parents=True)
    hold = Hold(False, tuple(one.id for one in project.held), (), 2.0, clone / "let-go")
    running.record("paused", {"clone": clone.name, **as_data(hold)})
    hold.note.write_text("")
    running.docker.pause(running.container("reader"))  # by somebody else
    try:
        assert sweep(running.docker, running.state, running.record).released == ()
        assert running.docker.container(running.container("reader")).state == "paused"
    finally:
        running.docker.unpause(running.container("reader"))

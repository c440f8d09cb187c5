"""What clones of containers cost, as ratios against the plain way in one run: pause, forks, growth, and the restart scan.

    PYTHONPATH=. python bench/containers.py [megabytes] [repeats]

Needs root and a Docker Engine on this machine. Both sides of a row take turns; the ratio is that of the medians. Everything
that it makes carries the label of the tests and is removed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from secure_release.pipeline.clones.docker.mark import Mark
from secure_release.pipeline.clones.docker.snapshot import Frozen, take
from secure_release.pipeline.clones.docker.source import Project, read_project
from secure_release.pipeline.clones.packages.restarts import stale
from secure_release.pipeline.containers import Bind
from tests.engine import LABEL
from tests.pipeline.docker_source import TOOLS, Source, source

FILES = 2_244  # in a volume, as many as the database had that the facts page was measured on
CHUNK = 1 << 20
EVERYTHING = "100GB"  # a size that no volume here has: nothing is copied live first


@dataclass
class Row:
    """One line of the table: seconds of both sides, repeat by repeat."""

    name: str
    plain: list[float]
    ours: list[float]

    def told(self, floor: str) -> str:
        left, right = statistics.median(self.plain), statistics.median(self.ours)
        spread = f"{min(self.ours):.3f} to {max(self.ours):.3f}"
        return f"{self.name:58} {left:8.3f} s {right:8.3f} s ({spread}) {left / right:6.1f}x  {floor}"


def row(name: str) -> Row:
    return Row(name, [], [])


def main(megabytes: int, repeats: int) -> None:
    with tempfile.TemporaryDirectory() as state, source(Path(state)) as made:
        place = made.docker.volume(f"{made.name}_data").place
        small, large = megabytes // 10, megabytes
        print(f"one volume of {large} MB in {FILES} files that is written to, {repeats} repeats, load {os.getloadavg()[0]:.1f}")
        print(f"{'':58} {'plain':>10} {'ours':>10} {'(least to most)':>18} ratio")
        grown = {size: growth(made, place, size, repeats) for size in (small, large)}
        for line in chain(pauses(made, repeats), forks(made, repeats)):
            print(line, flush=True)
        for what, index in (("clone, whole", 0), ("clone, pause alone", 1), ("fork, created and running", 2)):
            few, many = grown[small][index], grown[large][index]
            print(f"{what}: {few:.3f} s at {small} MB, {many:.3f} s at {large} MB: {many / few:.1f} times for 10 times the data")
    scans(repeats)


def growth(made: Source, place: Path, megabytes: int, repeats: int) -> tuple[float, float, float]:
    """Medians: to take a clone, how long it held the source still, and to make a fork that runs."""
    fill(place, megabytes)
    whole, still, forked = [], [], []
    for _ in range(repeats):
        with frozen(made) as (project, base, seconds):
            whole.append(seconds)
            still.append(base.paused)
            with made.marks.new("fork") as mark:
                forked.append(timed(lambda p=project, b=base, m=mark: running(made, p, b, m)))  # type: ignore[misc]
    return statistics.median(whole), statistics.median(still), statistics.median(forked)


def pauses(made: Source, repeats: int) -> Iterator[str]:
    """How long the source is held still: our copy, and our copy after live rounds, against tar | tar and cp -a."""
    tars, copies = row("source held still: tar | tar, ours"), row("source held still: cp -a, ours")
    rounds = row("source held still: tar | tar, ours after live rounds")
    for _ in range(repeats):
        tar = held(made, tarred)
        cp = held(made, lambda here, there: run("cp", "-a", f"{here}/.", str(there)))
        with frozen(made) as (_, base, _seconds):
            ours = base.paused
        with frozen(made, precopy_over="1KB") as (_, base, _seconds):
            live = base.paused
        for one, plain, own in ((tars, tar, ours), (copies, cp, ours), (rounds, tar, live)):
            one.plain.append(plain)
            one.ours.append(own)
    yield tars.told("(target 3x)")
    yield copies.told("(cp -a is not faithful while nothing checks it)")
    yield rounds.told("(target 3x)")


def held(made: Source, copy: Callable[[Path, Path], None]) -> float:
    """Seconds that the containers were paused for a plain copy."""
    names = (made.container("reader"), made.container("keeper"))
    with copied(made) as (here, there):
        os.sync()
        started = time.perf_counter()
        for name in names:
            made.docker.pause(name)
        copy(here, there)
        for name in reversed(names):
            made.docker.unpause(name)
        return time.perf_counter() - started


def tarred(here: Path, there: Path) -> None:
    with subprocess.Popen(["tar", "-C", str(here), "-c", "."], stdout=subprocess.PIPE) as packing:
        run("tar", "-C", str(there), "-x", stdin=packing.stdout)


def forks(made: Source, repeats: int) -> Iterator[str]:
    """A fork's network, views and two containers, against the same over a full copy of the volume."""
    created, started = row("n-th fork: cp -a and containers created, ours"), row("n-th fork: the same, and started")
    with frozen(made) as (project, base, _):
        for number in range(repeats):
            with copied(made) as (here, there):
                os.sync()
                began = time.perf_counter()
                run("cp", "-a", f"{here}/.", str(there))
                noted(created.plain, started.plain, began, made, plain_containers(made, there, number))
            with made.marks.new("fork") as mark:
                os.sync()
                began = time.perf_counter()
                fork = made.fork(project, base, mark)
                noted(created.ours, started.ours, began, made, tuple(fork.containers.values()))
    yield created.told("(target 5x)")
    yield started.told("")


def noted(created: list[float], started: list[float], began: float, made: Source, containers: Sequence[str]) -> None:
    created.append(time.perf_counter() - began)
    for container in containers:
        made.docker.start(container)
    started.append(time.perf_counter() - began)


def plain_containers(made: Source, there: Path, number: int) -> tuple[str, ...]:
    network = made.docker.create_network(f"{made.name}-copy-{number}", made_by(made), True, {}).name
    data = (Bind(there.parent.name, "/data", True, True),)
    specs = (made.spec("keeper", command=("sleep", "1000"), mounts=data), made.spec("reader", command=("sleep", "1000")))
    plain = [replace(one, name=f"{one.name}-copy-{number}", labels=made_by(made), network=network) for one in specs]
    return tuple(made.docker.create(one) for one in plain)


def running(made: Source, project: Project, base: Frozen, mark: Mark) -> None:
    for container in made.fork(project, base, mark).containers.values():
        made.docker.start(container)


@contextlib.contextmanager
def frozen(made: Source, precopy_over: str = EVERYTHING) -> Iterator[tuple[Project, Frozen, float]]:
    project = read_project(made.docker, made.config())
    with made.marks.new("base") as mark:
        still = made.still(mark, max_pause="60s", precopy_over=precopy_over)
        os.sync()  # what was written before is not what is measured
        started = time.perf_counter()
        base = take(project, still, mark, TOOLS)
        yield project, base, time.perf_counter() - started


@contextlib.contextmanager
def copied(made: Source) -> Iterator[tuple[Path, Path]]:
    """The volume's files, and a new volume for a copy of them."""
    name = f"{made.name}_copy-{time.monotonic_ns()}"
    there = made.docker.create_volume(name, made_by(made), {}).place
    try:
        yield made.docker.volume(f"{made.name}_data").place, there
    finally:
        there_now = made.docker.labelled(made_by(made))
        for container in there_now.containers:
            if "-copy-" in made.docker.container(container).name:
                made.docker.remove(container)
        for network in there_now.networks:
            if "-copy-" in made.docker.network(network).name:
                made.docker.remove_network(network)
        made.docker.remove_volume(name)


def made_by(made: Source) -> dict[str, str]:
    return {LABEL: made.name}


def scans(repeats: int) -> None:
    """Processes whose program or library is replaced under them: how many are found, and how fast."""
    with tempfile.TemporaryDirectory(dir=Path.home()) as name:
        program = Path(name, "sleeper")
        shutil.copyfile("/bin/sleep", program)
        program.chmod(0o755)
        old = [subprocess.Popen([str(program), "60"]) for _ in range(6)]
        program.unlink()
        shutil.copyfile("/bin/sleep", program)
        program.chmod(0o755)
        new = [subprocess.Popen([str(program), "60"]) for _ in range(7)]
        time.sleep(0.3)
        try:
            pids, taken = [one.pid for one in (*old, *new)], []
            for _ in range(max(repeats, 5)):
                started = time.perf_counter()
                found = {one.pid for one in stale(pids, Path("/proc"))}
                taken.append(time.perf_counter() - started)
            right = found == {one.pid for one in old}
            print(f"restart scan of {len(pids)} processes: {statistics.median(taken) * 1000:.1f} ms (target 50), ", end="")
            print(f"{len(found)} of {len(old)} found, {'exactly those' if right else 'NOT those'}")
        finally:
            for one in (*old, *new):
                one.send_signal(signal.SIGKILL)
                one.wait()


def fill(place: Path, megabytes: int) -> None:
    """Random bytes in as many files as always; the keeper's own stay."""
    folder = place / "fill"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    size = megabytes * 1_000_000 // FILES
    for number in range(FILES):
        with (folder / str(number)).open("wb") as file:
            for start in range(0, size, CHUNK):
                file.write(os.urandom(min(CHUNK, size - start)))
    os.sync()


def run(*words: str, stdin: object = None) -> None:
    subprocess.run(words, check=True, stdin=stdin)  # type: ignore[call-overload]


def timed(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main(*(int(word) for word in (*sys.argv[1:], *("250", "5")[len(sys.argv) - 1 :])))

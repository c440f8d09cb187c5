"""Two programs for test_docker_killed.py: one that clones a source again and again, and one that watches how long it is held."""

from __future__ import annotations

import json
import select
import sys
import threading
import time
from pathlib import Path

from secure_release.pipeline.adapters.docker import engine
from secure_release.pipeline.clones.docker.fork import NotStarted
from secure_release.pipeline.clones.docker.snapshot import take
from secure_release.pipeline.clones.docker.source import read_project
from secure_release.pipeline.release import ReleaseError

from .docker_source import TOOLS, Source

MAX_PAUSE = 2


def clone(state: str, name: str, run: str) -> None:
    """Until it is killed."""
    source = Source(engine(threading.Event()), name, f"{name}_default", Path(state), run_id=run)
    say("ready")
    while True:
        try:
            project = read_project(source.docker, source.config())
            with source.marks.new("base") as base:
                frozen = take(project, source.still(base, max_pause=f"{MAX_PAUSE}s"), base, TOOLS)
                say("frozen")
                for _ in range(2):
                    with source.marks.new("fork") as mark:
                        source.fork(project, frozen, mark).start_all(20)
        except (ReleaseError, NotStarted) as problem:
            say(str(problem))


def watch(names: list[str]) -> None:
    """Until standard input closes; then the longest that any container was seen paused without a break, in seconds."""
    docker = engine(threading.Event())
    since = dict.fromkeys(names, 0.0)
    longest = 0.0
    say("ready")
    while not select.select((sys.stdin,), (), (), 0.02)[0]:
        for name in names:
            if docker.container(name).state != "paused":
                since[name] = 0.0
            elif not since[name]:
                since[name] = time.monotonic()
            else:
                longest = max(longest, time.monotonic() - since[name])
    say(json.dumps(longest))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "clone":
        clone(*sys.argv[2:])
    else:
        watch(sys.argv[2:])

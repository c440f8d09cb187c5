"""Real containers for tests of the clones: each test's own objects, found and removed by a label of its own."""

from __future__ import annotations

import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from secure_release.pipeline.adapters.docker import Docker
from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.clones.docker.mark import Mark
from secure_release.pipeline.containers import Container, Network, Spec
from tests.engine import LABEL, image, real_engine, wipe

IDLE = ("sleep", "300")
EMPTY = Spec(
    name="", image="", labels={}, env=(), entrypoint=(), command=IDLE, user="", working_dir="", hostname="", health=None, no_health=False,
    mounts=(), tmpfs={}, network="none", aliases=(), dns=(), ports=(), cap_add=(), cap_drop=(), no_new_privileges=True,
    memory=0, pids=0, init=True, restart="no",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One engine, and what one test makes on it."""

    engine: Docker
    image: str
    folder: Path
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:10])
    announced: list[tuple[str, str]] = field(default_factory=list)

    @property
    def labels(self) -> dict[str, str]:
        return {LABEL: self.id}

    @property
    def mark(self) -> Mark:
        return Mark(self.id, self.labels, lambda kind, name: self.announced.append((kind, name)))

    @property
    def programs(self) -> Processes:
        return Processes(self.folder / "nothing", halt=threading.Event())

    def spec(self, name: str, **more: object) -> Spec:
        given = replace(EMPTY, name=f"{LABEL}-{self.id}-{name}", image=self.image, labels=self.labels)
        return replace(given, **more)  # type: ignore[arg-type]

    def run(self, name: str, **more: object) -> Container:
        made = self.engine.create(self.spec(name, **more))
        self.engine.start(made)
        return self.engine.container(made)

    def network(self, name: str, internal: bool = False, options: dict[str, str] | None = None, subnet: str = "") -> Network:
        return self.engine.create_network(f"{LABEL}-{self.id}-{name}", self.labels, internal, options or {}, subnet)


@contextmanager
def a_place(folder: Path, packages: Sequence[str] | None = None) -> Iterator[Place]:
    docker = real_engine()
    place = Place(docker, image(docker, packages) if packages else image(docker), folder)
    try:
        yield place
    finally:
        wipe(place.engine, place.labels)


def inside(container: Container, *words: str) -> str:
    """What a program of this machine says when it runs in the container's network."""
    command = ["nsenter", f"--net=/proc/{container.pid}/ns/net", "--", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=20).stdout


@contextmanager
def serving(container: Container, code: str) -> Iterator[subprocess.Popen[str]]:
    """A program of Python in the container's network, once it has said `ready`."""
    command = ["nsenter", f"--net=/proc/{container.pid}/ns/net", "--", sys.executable, "-I", "-u", "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "ready"
            yield process
        finally:
            process.kill()

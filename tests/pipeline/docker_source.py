"""A small compose project on a real engine, for tests of clones: a keeper that counts in a volume, and a reader beside it."""

from __future__ import annotations

import contextlib
import json
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from secure_release.pipeline.adapters.docker import Docker
from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.adapters.unpause import guard
from secure_release.pipeline.clones.docker.clean import Marks
from secure_release.pipeline.clones.docker.fork import Fork, Settings, fork
from secure_release.pipeline.clones.docker.mark import Mark
from secure_release.pipeline.clones.docker.pause import Still
from secure_release.pipeline.clones.docker.snapshot import Frozen
from secure_release.pipeline.clones.docker.source import Project
from secure_release.pipeline.clones.marks import Clones
from secure_release.pipeline.containers import Bind, Health, Spec
from secure_release.pipeline.patch_config import DockerSection
from tests.engine import LABEL, image, real_engine, wipe

TOOLS = Processes(Path("/nonexistent"))
COMPOSE = "com.docker.compose"
# Two files that always hold the same number but for a moment; every copy that holds together has them at most one apart.
KEEPER = """
import os, time
one, two = (os.open(f'/data/{name}', os.O_RDWR | os.O_CREAT) for name in ('one', 'two'))
number = int(os.pread(one, 12, 0) or 0)
while True:
    number += 1
    for file in (one, two):
        os.pwrite(file, b'%012d' % number, 0)
    time.sleep(0.002)
"""
PLAIN = Spec(
    name="", image="", labels={}, env=(), entrypoint=(), command=("sleep", "1000"), user="", working_dir="", hostname="",
    health=None, no_health=False, mounts=(), tmpfs={}, network="none", aliases=(), dns=(), ports=(), cap_add=(),
    cap_drop=(), no_new_privileges=False, memory=0, pids=0, init=True, restart="no",
)  # fmt: skip
HEALTHY = Health(("CMD", "test", "-s", "/data/two"), 0.5, 5.0, 20, 0.0)


@dataclass(frozen=True)
class Source:
    """The running project, and what a test of it leaves in a journal."""

    docker: Docker
    name: str
    network: str
    state: Path  # as `.secure-release`
    said: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    run_id: str = field(default_factory=lambda: f"20261123-120000-{secrets.token_hex(3)}")

    def container(self, service: str) -> str:
        return f"{self.name}-{service}-1"

    def spec(self, service: str, **more: Any) -> Spec:
        labels = {LABEL: self.name, f"{COMPOSE}.project": self.name, f"{COMPOSE}.service": service}
        plain = replace(PLAIN, name=self.container(service), image=image(self.docker), labels=labels, hostname=service)
        return replace(plain, network=self.network, aliases=(service,), **more)

    def run(self, spec: Spec) -> None:
        self.docker.start(self.docker.create(spec))

    def config(self, **more: Any) -> DockerSection:
        return DockerSection(**{"project": self.name, "max_pause": "20s", **more})

    @property
    def marks(self) -> Marks:
        return Marks(self.docker, Clones(self.state / "clones"), self.run_id, 3600.0, self.record)

    def record(self, kind: str, data: Mapping[str, Any]) -> None:
        self.said.append((kind, data))
        journal = self.state / "runs" / self.run_id / "journal.jsonl"
        journal.parent.mkdir(parents=True, exist_ok=True)
        with journal.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"kind": kind, "data": data}) + "\n")

    def still(self, mark: Mark, **more: Any) -> Still:
        return Still(self.docker, self.config(**more), guard, self.record, mark.clone, self.marks.note(mark))

    def fork(self, project: Project, frozen: Frozen, mark: Mark, images: Mapping[str, str] | None = None) -> Fork:
        network = self.docker.create_network(mark.name("network", "net"), mark.labels, True, {})
        settings = {one.name: settings_of(one.container.env) for one in project.services}
        return fork(self.docker, project, frozen, mark, network, images or {}, settings, TOOLS)

    def announced(self) -> set[str]:
        return {str(data["name"]) for kind, data in self.said if kind == "clone-object"}

    def read(self, container: str, path: str) -> str:
        ended = self.docker.execute(container, ("cat", path), timeout=20)
        assert ended.code == 0, ended
        return ended.stdout.decode()


def settings_of(env: tuple[str, ...]) -> Settings:
    return Settings(env, (), (), 500_000_000, 200, True)


@contextlib.contextmanager
def source(state: Path) -> Iterator[Source]:
    """Running; removed by its label on leaving, with whatever clones of it are left."""
    docker = real_engine()
    name = f"srt-{secrets.token_hex(4)}"
    try:
        network = docker.create_network(f"{name}_default", {LABEL: name}, True, {})
        docker.create_volume(f"{name}_data", {LABEL: name}, {})
        made = Source(docker, name, network.name, state)
        data = (Bind(f"{name}_data", "/data", True, False),)
        made.run(made.spec("keeper", command=("python3", "-c", KEEPER), mounts=data, health=HEALTHY, env=("TOKEN=hunter2-secret",)))
        made.run(made.spec("reader", command=("sleep", "1000"), mounts=(replace(data[0], target="/shared", writable=False),)))
        wait_for(lambda: docker.container(made.container("keeper")).healthy)
        yield made
    finally:
        wipe(docker, {LABEL: name})


def wait_for(question: Any, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < deadline
        time.sleep(0.05)

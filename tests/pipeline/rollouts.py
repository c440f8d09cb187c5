"""Small services in real containers, labelled as compose labels them, and images of theirs: for the tests of rollouts."""

from __future__ import annotations

import io
import subprocess
import tarfile
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from secure_release.pipeline.adapters.docker import Docker
from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.config import DeploySection
from secure_release.pipeline.containers import Container, Fleet
from secure_release.pipeline.deploys.compose import Compose, compose
from secure_release.pipeline.deploys.means import Means
from secure_release.pipeline.shipping import Shipment
from tests.engine import LABEL, image, real_engine, wipe
from tests.fakes_ship import COMMIT, DIGEST, Quiet

# Says its version to everybody who asks; is healthy when it listens; ends when it is told to, after its last answer.
SERVER = """
import os, signal, socket, sys, time
if os.environ["MOOD"] == "dies":
    sys.exit("no such table: orders")
taken = socket.create_server(("", 80))
def end(*_):
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
if os.environ["MOOD"] == "well":
    open("/well", "w").close()
while True:
    caller, _ = taken.accept()
    caller.sendall(os.environ["VERSION"].encode())
    caller.close()
"""
# Asks a service by its name, all the time, as a client does that tries every address; prints what it hears when that changes.
ASKER = """
import socket, time
def ask():
    try:
        found = socket.getaddrinfo("web", 80, type=socket.SOCK_STREAM)
    except OSError as problem:
        return "nobody: %s" % problem
    for *_, place in found:
        try:
            with socket.create_connection(place, 2) as asked:
                if said := asked.recv(100).decode():
                    return said
        except OSError:
            pass
    return "nobody of %d" % len(found)
print("asking", flush=True)
while True:
    said = ask()
    print(said, flush=True)
    time.sleep(0.02)
"""
HEALTH = 'HEALTHCHECK --interval=250ms --timeout=2s --retries=8 CMD ["/bin/test", "-e", "/well"]'


@dataclass
class World:
    """One compose project of one test. Everything in it carries the test's label and is removed by it."""

    docker: Docker
    name: str
    images: dict[str, str] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)  # service to its port of this machine

    @property
    def labels(self) -> dict[str, str]:
        return {LABEL: self.name}

    def image(self, version: str, mood: str = "well", health: bool = True, more: Sequence[str] = ()) -> str:
        """The id of `NAME:version`, which says its version; `mood`: well, ill (never healthy), dies (at once)."""
        made = self.run(["create", image(self.docker), "true"])
        self.docker.put(made, "/", packed({"server.py": SERVER, "asker.py": ASKER, "version": version}))
        lines = [f"ENV VERSION={version} MOOD={mood}", 'CMD ["python3", "-u", "/server.py"]', *([HEALTH] if health else []), *more]
        self.images[version] = self.docker.commit(made, f"{self.name}:{version}", self.labels, lines)
        self.docker.remove(made)
        return self.images[version]

    def run(self, words: Sequence[str]) -> str:
        """A container by the docker client: `run -d` or `create` with these words; its id."""
        labelled = [words[0], *(["-d"] if words[0] == "run" else []), "--label", f"{LABEL}={self.name}", *words[1:]]
        ended = subprocess.run(["docker", *labelled], capture_output=True, text=True, timeout=60)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.strip().splitlines()[-1]

    def service(self, service: str, number: int, image: str, words: Sequence[str] = (), depends: str = "") -> str:
        """A container as compose makes one."""
        labels = {
            "com.docker.compose.project": self.name,
            "com.docker.compose.service": service,
            "com.docker.compose.container-number": str(number),
            "com.docker.compose.oneoff": "False",
            "com.docker.compose.image": self.docker.image(image).id,
            **({"com.docker.compose.depends_on": depends} if depends else {}),
        }
        told = [word for key, value in labels.items() for word in ("--label", f"{key}={value}")]
        name = f"{self.name}-{service}-{number}"
        net = [] if "--network" in words else ["--network", self.name, "--network-alias", service, "--network-alias", name]
        options = [word for word in words if word != "--"] if "--" not in words else [*words[: words.index("--")]]
        command = [] if "--" not in words else [*words[words.index("--") + 1 :]]
        return self.run(["run", "--name", name, *told, *net, *options, image, *command])

    def living(self) -> tuple[Container, ...]:
        return self.docker.containers({LABEL: self.name, "com.docker.compose.project": self.name})

    def settled(self) -> None:
        """Waits until all of them are healthy that have a health check."""
        deadline = time.monotonic() + 30
        while any(one.healthy is False for one in self.living()):
            assert time.monotonic() < deadline, "the world did not become healthy"
            time.sleep(0.1)

    def driver(self, fleet: Fleet | None = None, **settings: object) -> Compose:
        whole = {"driver": "compose", "project": self.name, "image": {"web": f"{self.name}:{{version}}"}, "settle": "1s", **settings}
        means = Means(tools(), lambda: fleet or self.docker, Quiet(), time.monotonic, time.sleep)
        return compose(Path("/"), DeploySection.model_validate(whole), means)


@contextmanager
def world() -> Iterator[World]:
    docker = real_engine()
    made = World(docker, f"sr-roll-{uuid.uuid4().hex[:8]}")
    docker.create_network(made.name, made.labels, False, {})
    try:
        yield made
    finally:
        wipe(docker, made.labels)


def tools() -> Processes:
    return Processes(Path("/"))


def shipment(version: str, run: str = "run-1", images: Mapping[str, str] | None = None) -> Shipment:
    return Shipment(run, COMMIT, version, DIGEST, Path("/"), (), images or {})


def packed(files: Mapping[str, str]) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            tar.addfile(entry, io.BytesIO(text.encode()))
    return content.getvalue()


class Watch(threading.Thread):
    """Counts, all the time, how many containers of a service are healthy; `fewest` and `most` are what it saw."""

    def __init__(self, made: World, service: str) -> None:
        super().__init__(daemon=True)
        self.made, self.service, self.over = made, service, threading.Event()
        self.seen: list[int] = []

    def run(self) -> None:
        docker = real_engine()
        while not self.over.is_set():
            found = docker.containers({LABEL: self.made.name, "com.docker.compose.service": self.service}, every=False)
            self.seen.append(sum(one.healthy is True for one in found))
            time.sleep(0.02)

    def __enter__(self) -> Watch:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.join(10)

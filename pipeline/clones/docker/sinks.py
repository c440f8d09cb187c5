"""Stand-ins for what is outside: a clone that sends mail or calls a service reaches these, which swallow and count.

Each host is a container of its own in the clone's network that does nothing; our program listens in its network. So it is
there before the first service starts, outlives their restarts, and takes no port from them.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ...containers import Container, Engine, EngineError, Network, Spec
from ...keeping import ProgramFailed
from ...patch_config import SinkSection
from ...release import Interrupted, ReleaseError
from ..programs import Programs
from .mark import Mark
from .netns import in_network_of

PROGRAM = Path(__file__).with_name("sinks_inside.py")
LISTENS = 10.0  # seconds until it must
LIVES = 86_400.0  # seconds; it ends with the clone, and with us
STEP = 0.02
IDLE = ("sleep", "infinity")
THINGS = {"smtp": "mail", "http": "request"}


@dataclass(frozen=True)
class Sink:
    """One stand-in, and the file that holds what came."""

    section: SinkSection
    counts: Path

    def came(self) -> int:
        told: Mapping[str, int] = json.loads(self.counts.read_text(encoding="utf-8"))
        return told[_name(self.section)]


@dataclass(frozen=True)
class Sinks:
    """`containers` are ids: they belong to the clone, and its proof of isolation has to know them."""

    containers: tuple[str, ...]
    each: tuple[Sink, ...]

    def sentences(self) -> tuple[str, ...]:
        """What was swallowed so far, a sentence for each sink."""
        return tuple(_sentence(sink.section, sink.came()) for sink in self.each)


@contextmanager
def sinks(
    engine: Engine, programs: Programs, sections: Sequence[SinkSection], network: Network, image: str, mark: Mark, scratch: Path
) -> Iterator[Sinks]:
    """Enter before the services start; `image` needs `sleep`. Their containers are removed on leaving. Raises `ReleaseError`."""
    hosts = {section.host: [one for one in sections if one.host == section.host] for section in sections}
    with ExitStack() as stack:
        made, each = [], []
        for number, (host, those) in enumerate(hosts.items()):
            container = stack.enter_context(_container(engine, host, number, network, image, mark))
            counts = scratch / f"sink-{number}.json"
            words = in_network_of(container.pid, PROGRAM, programs)
            program = Program(programs, (*words, str(counts), *map(_name, those)), scratch)
            stack.callback(program.end)
            program.begin(counts, host)
            made.append(container.id)
            each += [Sink(one, counts) for one in those]
        yield Sinks(tuple(made), tuple(each))


@contextmanager
def _container(engine: Engine, host: str, number: int, network: Network, image: str, mark: Mark) -> Iterator[Container]:
    name = mark.name("container", f"sink-{number}")
    spec = Spec(
        name=name, image=image, labels=mark.labels, env=(), entrypoint=("",), command=IDLE, user="65534:65534", working_dir="/", hostname="sink",
        health=None, no_health=True, mounts=(), tmpfs={}, network=network.name, aliases=(host,), dns=("127.0.0.1",), ports=(),
        cap_add=(), cap_drop=("ALL",), no_new_privileges=True, memory=0, pids=16, init=False, restart="no",
    )  # fmt: skip
    try:
        yield _started(engine, spec, host)
    finally:
        engine.remove(name)


def _started(engine: Engine, spec: Spec, host: str) -> Container:
    try:
        engine.start(engine.create(spec))
        return _running(engine.container(spec.name), host)
    except EngineError as problem:
        raise ReleaseError(f"The sink for {host} can't be started: {problem}", problem.hint) from problem


def _running(container: Container, host: str) -> Container:
    if container.pid == 0:
        raise ReleaseError(f"The sink for {host} does not run: it ended with {container.exit_code}.", "Its image needs `sleep`.")
    return container


class Program:
    """Our program in a thread of its own: the kernel ends a program with the thread that started it."""

    def __init__(self, programs: Programs, words: Sequence[str], scratch: Path) -> None:
        self.programs, self.words, self.scratch = programs, tuple(words), scratch
        self.done, self.said = threading.Event(), list[str]()
        self.thread = threading.Thread(target=self._live, daemon=True)

    def begin(self, counts: Path, host: str) -> None:
        """Returns when it listens."""
        self.thread.start()
        deadline = time.monotonic() + LISTENS
        while not counts.exists():
            if not self.thread.is_alive() or time.monotonic() > deadline:
                self.end()  # it tells how it ended
                why = " ".join(self.said) or f"it did not listen within {LISTENS:.0f} s"
                raise ReleaseError(
                    f"The sink for {host} does not work: {why}", "Run the patch test as root on the engine's machine."
                )
            time.sleep(STEP)

    def end(self) -> None:
        self.done.set()
        self.thread.join()

    def _live(self) -> None:
        try:
            with self.programs.writing(self.words, cwd=self.scratch, timeout=LIVES):
                self.done.wait()
        except (ProgramFailed, OSError) as problem:
            self.said.append(str(problem))
        except Interrupted:
            self.said.append("the run was interrupted")


def _name(section: SinkSection) -> str:
    return f"{section.kind}:{section.port}"


def _sentence(section: SinkSection, came: int) -> str:
    thing = THINGS[section.kind]
    return f"{came} {thing}{'s were' if came != 1 else ' was'} sent to {section.host}:{section.port} and swallowed."

"""Proves that a clone reaches nobody, before anything in it is believed: an isolation that is not proven is none."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from secure_release.checks import Exit, Tools

from ...containers import Container, Engine
from ...release import ReleaseError
from .limits import breaks_out
from .netns import in_network_of
from .whereabouts import forwarded_to, host_addresses, listening, name_servers, ours, published

PROGRAM = Path(__file__).with_name("reach_inside.py")
WAIT = 0.5  # seconds for one answer; a neighbour on the same machine answers within a millisecond
SECONDS = 20.0  # for one container's probe, all told
PORTS = 16  # asked of one address; any one that is open or refused tells that it is there
NOBODY_LISTENS = 9  # discard: refused is an answer too
SHOWN = 8
AT_ONCE = 8  # containers
# The metadata service of the clouds, and addresses that documentation has for itself (RFC 5737, RFC 3849).
OUTSIDE = (
    ("the metadata service", "169.254.169.254"),
    ("the outside", "192.0.2.1"),
    ("the outside", "203.0.113.1"),
    ("the outside by IPv6", "2001:db8::1"),
    ("the metadata service by IPv6", "fd00:ec2::254"),
)
LOOPBACK = "127."
ROOT = "Run the patch test as root on the engine's own machine: only there can the clone's network be looked at from inside."
MEND = "Nothing was run against the clone. Look at the engine's firewall and networks; report this if they are as they came."

Target = tuple[str, str, int]


def prove_isolated(
    engine: Engine, tools: Tools, containers: Sequence[Container], project: Sequence[Container], scratch: Path
) -> None:
    """Ask from inside each running container of the clone. Raises `ReleaseError` naming who answered, or why nobody could ask."""
    fresh = [engine.container(container.id) for container in containers]
    with ExitStack() as stack:
        canaries = [stack.enter_context(canary) for canary in _canaries()]
        targets = (*_host(canaries, project), *_others(engine, fresh))
        with ThreadPoolExecutor(AT_ONCE) as pool:  # asking is mostly waiting for silence
            told = pool.map(lambda container: _asked(tools, container, targets, scratch), fresh)
            for container, answers in zip(fresh, told, strict=True):
                _refuse(container, answers)


def _refuse(container: Container, answers: Sequence[str]) -> None:
    if answers:
        more = f", and {len(answers) - SHOWN} more" if len(answers) > SHOWN else ""
        raise ReleaseError(f"The clone {container.name} is not isolated: {'; '.join(answers[:SHOWN])}{more}.", MEND)


def _canaries() -> Iterator[socket.socket]:
    """Listeners of ours on every address of the host: what a clone can reach, it reaches through one of these."""
    yield socket.create_server(("0.0.0.0", 0))  # noqa: S104 - it accepts nothing; that it could be reached is what is asked
    if any(":" in address for address in host_addresses()):
        yield socket.create_server(("::", 0), family=socket.AF_INET6)


def _host(canaries: Sequence[socket.socket], project: Sequence[Container]) -> Iterator[Target]:
    own = {canary.family: canary.getsockname()[1] for canary in canaries}
    for address in host_addresses():
        port = own.get(socket.AF_INET6 if ":" in address else socket.AF_INET)
        yield from [("the host", address, port)] if port else []
        yield from (("a published port of the source", address, each) for each in published(project))


def _others(engine: Engine, clone: Sequence[Container]) -> Iterator[Target]:
    """Every running container that is not of this clone, the source's among them."""
    own = {container.id for container in clone}
    for other in engine.containers({}, every=False):
        if other.id not in own:
            ports = listening(other.pid)[:PORTS] or (NOBODY_LISTENS,)
            for attached in other.networks:
                addresses = (each for each in (attached.address, attached.address6) if each)
                yield from ((f"the container {other.name}", address, port) for address in addresses for port in ports)


def _stands_alone(container: Container) -> None:
    """Nothing about it makes the asking pointless."""
    if not ours(container):
        raise ReleaseError(f"The isolation of {container.name} can't be proven: its first process is not on this machine.", ROOT)
    if powers := breaks_out(container.pid):
        raise ReleaseError(f"The clone {container.name} could undo its isolation: it may {', '.join(powers)}.", MEND)
    if leaking := [server for server in forwarded_to(container) if not server.startswith(LOOPBACK)]:
        raise ReleaseError(f"The clone {container.name} would have name servers outside asked: {', '.join(leaking)}.", MEND)


def _asked(tools: Tools, container: Container, targets: Iterable[Target], scratch: Path) -> list[str]:
    _stands_alone(container)
    local = [target for target in targets if target[1].lower().startswith("fe80:")]
    servers = [("a name server", server) for server in name_servers(container) if not server.startswith(LOOPBACK)]
    question = {
        "wait": WAIT,
        "outside": (*OUTSIDE, *servers),
        "scoped": local,
        "targets": [one for one in targets if one not in local],
    }
    inside = in_network_of(container.pid, PROGRAM, tools)
    try:
        ended = tools.run(inside, cwd=scratch, timeout=SECONDS, stdin=json.dumps(question).encode())
    except OSError as problem:
        raise ReleaseError(f"The isolation of {container.name} can't be proven: {problem.strerror}.", ROOT) from problem
    if not ours(container):
        raise ReleaseError(
            f"The isolation of {container.name} can't be proven: it ended or was restarted meanwhile.", "Run it again."
        )
    return _read(ended, container)


def _read(ended: Exit, container: Container) -> list[str]:
    try:
        if ended.code == 0 and not ended.timed_out:
            return [str(answer) for answer in json.loads(ended.stdout)["answers"]]
    except (ValueError, KeyError, TypeError):
        pass
    last = " ".join(ended.stderr.decode("utf-8", "replace").strip().splitlines()[-1:])
    raise ReleaseError(
        f"The isolation of {container.name} can't be proven: the probe ended with {ended.code}. {last}".strip(), ROOT
    )

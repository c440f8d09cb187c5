"""A clone's network: it reaches its own services and nothing else, and who can't prove that aborts. Stand-ins only, never a real address."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from secure_release.pipeline.clones.docker import reach, whereabouts
from secure_release.pipeline.clones.docker.network import DNS, isolated_network
from secure_release.pipeline.clones.docker.reach import prove_isolated
from secure_release.pipeline.clones.docker.reach_inside import QUESTION
from secure_release.pipeline.containers import Container, Port
from secure_release.pipeline.release import ReleaseError

from .docker_place import Place, a_place, inside, serving

LISTENER = "import socket; s = socket.create_server(('', {port})); print('ready'); import time; time.sleep(60)"
NAME_SERVER = """
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('{address}', 53)); print('ready')
while True: data, who = s.recvfrom(512); print(data[12:].hex())
"""
ASK = f"import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto({QUESTION!r}, ('127.0.0.11', 53))"
CONNECT = "import socket; socket.create_connection(({host!r}, {port}), 3).close(); print('connected')"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with a_place(tmp_path) as made:
        yield made


def proven(place: Place, *clone: Container, project: tuple[Container, ...] = ()) -> None:
    prove_isolated(place.engine, place.programs, clone, project, place.folder)


def refusal(place: Place, *clone: Container, project: tuple[Container, ...] = ()) -> str:
    with pytest.raises(ReleaseError) as raised:
        proven(place, *clone, project=project)
    return str(raised.value)


def test_a_clone_reaches_its_peers_and_nobody_else(place: Place) -> None:
    before = place.network("before")
    port = Port("127.0.0.1", 0, "8000/tcp")
    source = place.run("source", network=before.name, ports=(port,))
    net = isolated_network(place.engine, place.mark)
    web = place.run("web", network=net.name, dns=DNS, aliases=("web",), cap_drop=("NET_RAW",))
    db = place.run("db", network=net.name, dns=DNS, aliases=("db",))
    assert ("network", net.name) in place.announced

    with serving(source, LISTENER.format(port=8000)), serving(db, LISTENER.format(port=5432)):
        started = time.monotonic()
        proven(place, web, db, project=(source,))
        took = time.monotonic() - started
        peer = place.engine.execute(web.id, ("python3", "-c", CONNECT.format(host="db", port=5432)), timeout=20)

    assert peer.stdout.strip() == b"connected", peer.stderr
    assert took < 10


def _shared(place: Place) -> str:
    net = isolated_network(place.engine, place.mark)
    place.run("stranger", network=net.name)
    return net.name


HOLES: dict[str, Callable[[Place], str]] = {
    "only-internal": lambda place: place.network("net", internal=True).name,
    "a-plain-bridge": lambda place: place.network("net").name,
    "inhibited-but-shared-with-another": _shared,
}


@pytest.mark.parametrize(("hole", "named"), [("only-internal", "where it begins, answers"), ("a-plain-bridge", "the metadata service"), ("inhibited-but-shared-with-another", "-stranger (")])  # fmt: skip
def test_a_network_that_leaks_is_refused_by_the_name_of_who_answers(place: Place, hole: str, named: str) -> None:
    clone = place.run("clone", network=HOLES[hole](place), dns=DNS)

    said = refusal(place, clone)

    assert "is not isolated" in said
    assert named in said


def test_what_only_internal_leaves_open_is_found_as_the_source_s_published_port(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Newer engines give such a network no default route, and the host is still there: it is what is on the link."""
    monkeypatch.setattr(reach, "SHOWN", 1000)
    source = place.run("source", network=place.network("before").name, ports=(Port("0.0.0.0", 0, "8000/tcp"),))
    clone = place.run("clone", network=place.network("net", internal=True).name, dns=DNS)
    inside(clone, "ip", "route", "delete", "default")

    with serving(source, LISTENER.format(port=8000)):
        said = refusal(place, clone, project=(source,))

    assert "a published port of the source (" in said
    assert said.count("the host (") == 2, "the canary, by its port and on the link"


def test_a_second_network_is_found(place: Place) -> None:
    net, other = isolated_network(place.engine, place.mark), place.network("other")
    clone = place.run("clone", network=net.name, dns=DNS)
    place.engine.connect(other.id, clone.id, ())

    assert "is not isolated" in refusal(place, clone)


def test_a_stand_in_for_the_metadata_service_on_the_link_is_found(place: Place) -> None:
    net = isolated_network(place.engine, place.mark)
    clone = place.run("clone", network=net.name, dns=DNS)
    stand_in = place.run("metadata", network=net.name)
    inside(stand_in, "ip", "address", "add", "169.254.169.254/16", "dev", "eth0")
    inside(clone, "ip", "route", "add", "169.254.0.0/16", "dev", "eth0")

    assert "the metadata service (169.254.169.254): there is a route" in refusal(place, clone)


def test_the_bridge_s_own_ipv6_address_is_found(place: Place) -> None:
    net = isolated_network(place.engine, place.mark)
    clone = place.run("clone", network=net.name, dns=DNS)
    bridge = f"br-{net.id[:12]}"
    subprocess.run(["ip", "-6", "address", "add", "fe80::5ec:0/64", "dev", bridge, "nodad"], check=True)
    inside(
        clone, "sh", "-c", "echo 0 > /proc/sys/net/ipv6/conf/eth0/disable_ipv6; ip -6 address add fe80::5ec:1/64 dev eth0 nodad"
    )

    assert "the host (fe80::5ec:0%eth0" in refusal(place, clone)


def test_questions_for_the_outside_stay_in_the_clone(place: Place) -> None:
    net, beside = isolated_network(place.engine, place.mark), place.network("beside")
    clone = place.run("clone", network=net.name, dns=DNS)
    server = place.run("server", network=beside.name)
    address = server.networks[0].address
    asks_it = place.run("asks", network=net.name, dns=(address,))

    with serving(clone, NAME_SERVER.format(address="127.0.0.1")) as own:
        inside(clone, sys.executable, "-I", "-c", ASK)
        assert own.stdout is not None
        assert b"isolation-test" in bytes.fromhex(own.stdout.readline().strip())
    said = refusal(place, asks_it)

    assert f"would have name servers outside asked: {address}" in said


def test_the_engine_s_own_choice_of_name_servers_is_refused(place: Place) -> None:
    net = isolated_network(place.engine, place.mark)

    assert "those of the host" in refusal(place, place.run("clone", network=net.name))


def test_a_clone_that_does_not_run_has_proven_nothing(place: Place) -> None:
    net = isolated_network(place.engine, place.mark)
    clone = place.run("clone", network=net.name, dns=DNS)
    place.engine.stop(clone.id, 0)

    assert "can't be proven" in refusal(place, clone)


def test_another_process_under_the_clone_s_number_proves_nothing(place: Place) -> None:
    clone = place.run("clone")

    assert whereabouts.ours(clone)
    assert not whereabouts.ours(replace(clone, pid=1))


PROBE = [sys.executable, "-I", "-S", str(reach.PROGRAM)]


def test_the_outside_is_never_sent_a_packet(place: Place) -> None:
    """A gateway that answers ARP is all that the probe asks for; the stand-in for it listens to everything that arrives."""
    beside = place.network("beside")
    clone, gateway = place.run("clone", network=beside.name, dns=DNS), place.run("gateway", network=beside.name)
    inside(clone, "ip", "route", "replace", "default", "via", gateway.networks[0].address)
    with serving(gateway, SNIFF) as sniffer:
        said = refusal(place, clone)
        sniffer.kill()
        seen = sniffer.stdout.read() if sniffer.stdout else ""

    assert f"{gateway.networks[0].address}, where it begins, answers" in said
    went_to = {word for word in seen.split() if word}
    assert went_to <= {gateway.networks[0].address}, "packets for others than the gateway"
    assert went_to, "the stand-in saw nothing: it proves nothing"


SNIFF = """
import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800)); print('ready')
while True:
    frame, where = s.recvfrom(2048)
    if where[2] != 4: print(socket.inet_ntoa(frame[30:34]))
"""


def test_a_probe_that_can_t_see_says_so() -> None:
    """Without loopback nothing can be seen, so silence means nothing."""
    words = ["unshare", "--net", "--", *PROBE]
    ended = subprocess.run(
        words, input='{"wait": 0.2, "outside": [], "targets": [], "scoped": []}', capture_output=True, text=True, timeout=20
    )

    assert "blind" in ended.stdout, ended.stderr


def test_every_address_of_the_host_is_asked() -> None:
    found = whereabouts.host_addresses()

    for row in subprocess.run(["ip", "-o", "address"], check=True, capture_output=True, text=True).stdout.splitlines():
        address = row.split()[3].partition("/")[0]
        assert address in found or address.startswith("127.") or address == "::1"


def test_open_ports_are_read_from_the_kernel() -> None:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("::1", 0), family=socket.AF_INET6) as other:
        assert {one.getsockname()[1], other.getsockname()[1]} <= set(whereabouts.listening(os.getpid()))

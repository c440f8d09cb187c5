"""Tells who answers from inside a network namespace, asking as quietly as it can.

A program of its own, for our own interpreter: questions as JSON on standard input, answers as JSON on standard output.
Addresses of the world outside are never sent a packet: the kernel is asked for its route there (connecting a UDP socket
does that), and whether anybody is at the first hop, which is a question to the clone's own link alone.
"""

from __future__ import annotations

import errno
import ipaddress
import json
import os
import select
import socket
import struct
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

AT_ONCE = 200  # sockets; the usual limit for open files is 1024
DISCARD = 9
COMPLETE = 2  # ATF_COM of /proc/net/arp (arp(7)): a neighbour that has answered
SILENT = (
    *(errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ETIMEDOUT, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT),
    *(errno.ENETDOWN, errno.EHOSTDOWN),
)
# An address of 127.0.0.0/8 is the clone's own; `.invalid` is nobody's (RFC 6761), so who knows it was asked for it.
DNS = ("127.0.0.11", 53)
QUESTION = struct.pack(">6H", 0x5EC0, 0x0100, 1, 0, 0, 0) + b"\x0eisolation-test\x07invalid\x00" + struct.pack(">2H", 1, 1)
NOERROR, NXDOMAIN = 0, 3

Target = tuple[str, str, int]  # what it is, address, port


def main() -> None:
    asked = json.load(sys.stdin)
    wait = float(asked["wait"])
    answers = blind(wait) or [*ways_out(asked["outside"], wait)]
    if not answers:  # nobody outside is behind a connect: what is asked now stays on this machine
        targets = [(str(what), str(address), int(port)) for what, address, port in asked["targets"]]
        answers = [*connecting((*targets, *scoped(asked["scoped"])), wait), *name_server(wait)]
    json.dump({"answers": answers}, sys.stdout)


def blind(wait: float) -> list[str]:
    """A probe that does not see a listener of its own, or a route to it, proves nothing."""
    with socket.create_server(("127.0.0.1", 0)) as own:
        seen = list(connecting([("own", *own.getsockname())], wait))
    routed = route("127.0.0.1")
    return [] if seen and routed else ["the probe is blind: it does not see a listener of its own"]


def ways_out(outside: Iterable[Iterable[str]], wait: float) -> Iterator[str]:
    routed = [(what, address) for what, address in outside if route(address)]
    hops = {hop for _, address in routed if (hop := first_hop(address)) is not None}
    alive = neighbours(hops, wait)
    for what, address in routed:
        hop = first_hop(address)
        if hop is None:
            yield f"{what} ({address}): there is a route"
        elif hop in alive:
            yield f"{what} ({address}): there is a route, and {hop}, where it begins, answers"


def route(address: str) -> bool:
    """Whether the kernel has a route. Sends nothing."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as asked:
            asked.connect((address, DISCARD))
    except OSError as problem:
        return problem.errno not in SILENT
    return True


def first_hop(address: str) -> str | None:
    """The gateway on the way to an IPv4 address; None when the way is not known, or needs no gateway."""
    if ":" in address:
        return None
    wanted, best = ipaddress.IPv4Address(address), (-1, 0)
    for row in Path("/proc/net/route").read_text(encoding="ascii").splitlines()[1:]:
        _, base, gateway, _, _, _, _, mask = row.split()[:8]
        bits = number(mask)
        if int(wanted) & bits == number(base):
            best = max(best, (bits, number(gateway)))
    return str(ipaddress.IPv4Address(best[1])) if best[0] >= 0 and best[1] else None


def number(word: str) -> int:
    """/proc/net/route writes addresses as the machine's own integers."""
    return int.from_bytes(int(word, 16).to_bytes(4, sys.byteorder), "big")


def neighbours(addresses: Iterable[str], wait: float) -> set[str]:
    """Those that somebody answers for on the link, whether or not a firewall hides the rest."""
    asked = set(addresses)
    for _ in connecting([("hop", address, DISCARD) for address in asked], wait):
        pass
    return asked & present()


def present() -> set[str]:
    rows = (row.split() for row in Path("/proc/net/arp").read_text(encoding="ascii").splitlines()[1:])
    return {row[0] for row in rows if int(row[2], 16) & COMPLETE}


def scoped(targets: Iterable[Iterable[Any]]) -> Iterator[Target]:
    """Link-local addresses through every interface of this namespace."""
    for what, address, port in targets:
        for _, name in socket.if_nameindex():
            if name != "lo":
                yield str(what), f"{address}%{name}", int(port)


def connecting(targets: Iterable[Target], wait: float) -> Iterator[str]:
    """Who is there: who lets us connect, refuses us, or answers on the link."""
    waiting = list(targets)
    for start in range(0, len(waiting), AT_ONCE):
        batch = waiting[start : start + AT_ONCE]
        yield from together(batch, time.monotonic() + wait)
        there = present()
        yield from (
            f"{what} ({address}): answers on the link" for what, address in sorted({one[:2] for one in batch}) if address in there
        )


def together(targets: Iterable[Target], deadline: float) -> Iterator[str]:
    pending: dict[int, tuple[socket.socket, Target]] = {}
    poll = select.poll()
    for target in targets:
        try:
            sock, code = begin(target)
        except OSError as problem:
            sock, code = None, problem.errno or errno.EIO
        if sock is not None and code in (errno.EINPROGRESS, errno.EAGAIN):
            pending[sock.fileno()] = (sock, target)
            poll.register(sock, select.POLLOUT)
        else:
            yield from said(target, code)
            if sock is not None:
                sock.close()
    while pending and (left := deadline - time.monotonic()) > 0:
        for number_, _ in poll.poll(left * 1000):
            sock, target = pending.pop(number_)
            poll.unregister(number_)
            yield from said(target, sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
            sock.close()
    for sock, _ in pending.values():
        sock.close()


def begin(target: Target) -> tuple[socket.socket, int]:
    _, address, port = target
    host, _, scope = address.partition("%")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setblocking(False)
    place = (host, port, 0, socket.if_nametoindex(scope) if scope else 0) if ":" in host else (host, port)
    return sock, sock.connect_ex(place)


def said(target: Target, code: int) -> Iterator[str]:
    what, address, port = target
    words = {0: "connected", errno.ECONNREFUSED: "refused, so somebody is there", errno.ECONNRESET: "reset, so somebody is there"}
    if code not in SILENT:
        yield f"{what} ({address} port {port}): {words.get(code) or os.strerror(code)}"


def name_server(wait: float) -> Iterator[str]:
    """Whether the engine's name server, where there is one, takes a question for the outside further."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.settimeout(wait)
        try:
            asked.connect(DNS)
            asked.send(QUESTION)
            answer = asked.recv(512)
        except OSError:
            return
    if len(answer) > 3 and answer[3] & 15 in (NOERROR, NXDOMAIN):
        yield f"a name server outside ({DNS[0]}): it answers for names that are not the clone's"


if __name__ == "__main__":
    main()

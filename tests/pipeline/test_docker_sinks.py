"""What a clone sends outside is swallowed and counted: real containers, real conversations."""

from __future__ import annotations

import http.client
import json
import secrets
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest

from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.clones.docker import sinks as module
from secure_release.pipeline.clones.docker.limits import DROPPED
from secure_release.pipeline.clones.docker.network import DNS, isolated_network
from secure_release.pipeline.clones.docker.reach import prove_isolated
from secure_release.pipeline.clones.docker.sinks import PROGRAM, sinks
from secure_release.pipeline.containers import Container, NotThere
from secure_release.pipeline.patch_config import SinkSection
from secure_release.pipeline.release import ReleaseError

from .docker_place import Place, a_place

MAIL = SinkSection(host="smtp.example.com", port=25, kind="smtp")
PAY = SinkSection(host="pay.example.com", port=80, kind="http")
SEND = """
import socket
s = socket.create_connection(('smtp.example.com', 25), 5); f = s.makefile('rwb')
def told(line):
    f.write(line + b'\\r\\n'); f.flush(); return f.readline()
f.readline(); told(b'HELO shop'); told(b'MAIL FROM:<a@shop>'); told(b'RCPT TO:<ann@example.com>'); told(b'DATA')
print(told(b'Subject: hello\\r\\n\\r\\n..dot\\r\\n.').decode())
"""
ASK = """
import socket
s = socket.create_connection(('pay.example.com', 80), 5)
s.sendall(b'POST /charge HTTP/1.1\\r\\nHost: pay.example.com\\r\\nContent-Length: 5\\r\\n\\r\\nmoney'); print(s.recv(99).decode())
"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with a_place(tmp_path) as made:
        yield made


def said(place: Place, container: Container, code: str) -> str:
    ended = place.engine.execute(container.id, ("python3", "-c", code), timeout=20)
    return ended.stdout.decode() + ended.stderr.decode()


def test_what_a_clone_sends_is_counted_also_after_a_restart_and_the_clone_stays_isolated(place: Place) -> None:
    net = isolated_network(place.engine, place.mark)
    with sinks(place.engine, place.programs, (MAIL, PAY), net, place.image, place.mark, place.folder) as made:
        web = place.run("web", network=net.name, dns=DNS, cap_drop=DROPPED)
        clone = [web, *(place.engine.container(each) for each in made.containers)]
        prove_isolated(place.engine, place.programs, clone, (), place.folder)
        first = said(place, web, SEND)
        place.engine.restart(web.id, 0)
        second, paid = said(place, web, SEND), said(place, web, ASK)
        sentences = made.sentences()

    assert first.startswith(second.strip()) and first.startswith("250")
    assert paid.startswith("HTTP/1.1 202")
    assert sentences == (
        "2 mails were sent to smtp.example.com:25 and swallowed.",
        "1 request was sent to pay.example.com:80 and swallowed.",
    )
    for gone in made.containers:
        with pytest.raises(NotThere):
            place.engine.container(gone)
    assert [name for kind, name in place.announced if kind == "container"], "announced before they were made"
    assert not [word for word in _kept(place.folder) if "ann@" in word or "money" in word]


def _kept(folder: Path) -> list[str]:
    return [path.read_text() for path in folder.rglob("*") if path.is_file()]


def test_an_image_that_can_t_idle_makes_no_sink(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IDLE", ("no-such-program",))
    net = isolated_network(place.engine, place.mark)

    with (
        pytest.raises(ReleaseError, match=r"The sink for smtp\.example\.com can't be started"),
        sinks(place.engine, place.programs, (MAIL,), net, place.image, place.mark, place.folder),
    ):
        pytest.fail("there is no sink")


def test_a_sink_that_does_not_listen_refuses(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PROGRAM", place.folder / "nowhere.py")
    monkeypatch.setattr(module, "LISTENS", 0.5)
    net = isolated_network(place.engine, place.mark)

    with (
        pytest.raises(ReleaseError, match="does not work: nsenter: it ended with 2"),
        sinks(place.engine, place.programs, (MAIL,), net, place.image, place.mark, place.folder),
    ):
        pytest.fail("there is no sink")


@contextmanager
def listening(folder: Path, kind: str) -> Iterator[tuple[int, Path]]:
    """The program by itself on this machine's loopback."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    counts = folder / "counts.json"
    words = [sys.executable, "-I", "-S", str(PROGRAM), str(counts), f"{kind}:{port}"]
    with subprocess.Popen(words, stdin=subprocess.PIPE) as process:
        while not counts.exists():
            time.sleep(0.01)
        yield port, counts
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(10) == 0


def test_a_mail_client_that_logs_in_is_satisfied(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "ä dot", "a@example.com", "b@example.com"
    mail.set_content("one\n.\n..two\n")
    with listening(tmp_path, "smtp") as (port, counts):
        for method in ("PLAIN", "LOGIN"):
            with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
                client.ehlo()
                client.esmtp_features["auth"] = method
                client.login("shop", secrets.token_hex(8))  # nosemgrep - a sink on loopback, which has no TLS
                client.send_message(mail)
                client.send_message(mail)

        assert json.loads(counts.read_text()) == {f"smtp:{port}": 4}


def test_every_way_to_send_a_body_is_swallowed(tmp_path: Path) -> None:
    with listening(tmp_path, "http") as (port, counts):
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        for method, body, chunked in (("POST", b"x" * 100_000, False), ("PUT", iter([b"a", b"bc"]), True), ("GET", None, False)):
            client.request(
                method, "/hook", body=body, encode_chunked=chunked, headers={"Transfer-Encoding": "chunked"} if chunked else {}
            )
            answer = client.getresponse()
            assert (answer.status, answer.read()) == (202, b"")

        assert json.loads(counts.read_text()) == {f"http:{port}": 3}


def test_many_at_once_are_all_counted(tmp_path: Path) -> None:
    with listening(tmp_path, "http") as (port, counts):

        def ask() -> None:
            client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            client.request("GET", "/")
            client.getresponse().read()

        threads = [threading.Thread(target=ask) for _ in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert json.loads(counts.read_text()) == {f"http:{port}": 40}


def test_nothing_is_made_when_nothing_is_asked_for(place: Place) -> None:
    net = isolated_network(place.engine, place.mark)
    programs = Processes(place.folder)

    with sinks(place.engine, programs, (), net, place.image, place.mark, place.folder) as made:
        assert (made.containers, made.sentences()) == ((), ())

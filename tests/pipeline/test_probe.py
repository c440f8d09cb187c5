"""Probes against real servers on the loopback, the badly behaved ones too."""

from __future__ import annotations

import contextlib
import http.server
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from pydantic import ValidationError

from secure_release.pipeline.adapters.probe import Asker
from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.config import Probe, VerifySection
from secure_release.pipeline.shipping import Probed
from tests.fakes_ship import NOW, now

HEALTH = b'{"status": "ok", "version": "2.0", "db": {"rows": 3, "up": true}, "nodes": [{"id": "a"}]}'


class Shop(http.server.BaseHTTPRequestHandler):
    """Answers by path."""

    def do_GET(self) -> None:
        match self.path:
            case "/healthz" | "/a%20b?c=%C3%A9":
                self.answer(200, HEALTH)
            case "/moved":
                self.answer(302, b"", ("Location", "/healthz"))
            case "/down":
                self.answer(503, b"maintenance of 2.0")
            case "/latin":
                self.answer(200, "caf\u00e9 2.0".encode("latin-1"), ("Content-Type", "text/plain; charset=latin-1"))
            case "/large":
                self.answer(200, b"x" * 1_500_000)
            case "/brackets":
                self.answer(200, b"[" * 500_000)
            case "/short":
                self.answer(200, b"2.0", ("Content-Length", "1000"))
            case _:
                self.answer(404, b"")

    def answer(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if not any(name == "Content-Length" for name, _ in headers):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    server = Server(("127.0.0.1", 0), Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def ask(tmp_path: Path, **settings: object) -> Probed:
    return ask_for("2.0", tmp_path, settings)


def ask_for(version: str, tmp_path: Path, settings: Mapping[str, object]) -> Probed:
    probe = Probe.model_validate({"name": "health", "timeout": "2s", **settings})
    return Asker(Processes(tmp_path), tmp_path, now, {"COLOUR": "green"}).ask(probe, version)


@pytest.mark.parametrize(
    ("path", "settings"),
    [
        pytest.param("/healthz", {}, id="status-only"),
        pytest.param("/healthz", {"contains": '"version": "{version}"'}, id="contains-the-version"),
        pytest.param(
            "/healthz", {"json": {"version": "{version}", "db.rows": "3", "db.up": "true", "nodes.0.id": "a"}}, id="json"
        ),
        pytest.param("/moved", {"status": 302}, id="a-redirect-is-its-status"),
        pytest.param("/down", {"status": 503, "contains": "maintenance"}, id="an-expected-503"),
        pytest.param("/latin", {"contains": "caf\u00e9"}, id="another-charset"),
        pytest.param("/large", {}, id="large-but-only-the-status-is-asked"),
        pytest.param("/a b?c=\u00e9".replace(" ", "%20"), {}, id="non-ascii-address"),
    ],
)
def test_a_healthy_answer(shop: str, tmp_path: Path, path: str, settings: dict[str, object]) -> None:
    answer = ask(tmp_path, url=shop + path, **settings)
    assert answer.healthy, answer.said
    assert (answer.name, answer.at) == ("health", NOW)
    assert "status" in answer.said


@pytest.mark.parametrize(
    ("path", "settings", "said"),
    [
        pytest.param("/nowhere", {}, "status 404, not 200", id="not-found"),
        pytest.param("/moved", {}, "status 302 to /healthz, not 200", id="redirect"),
        pytest.param("/healthz", {"json": {"version": "3.0"}}, "version is '2.0', not '3.0'", id="wrong-version"),
        pytest.param("/healthz", {"json": {"db.size": "3"}}, "the body has no db.size", id="no-such-key"),
        pytest.param("/healthz", {"json": {"version.major": "2"}}, "the body has no version.major", id="key-of-a-text"),
        pytest.param("/healthz", {"contains": "ready"}, "does not hold 'ready'", id="other-text"),
        pytest.param("/down", {"status": 503, "json": {"a": "b"}}, "is no JSON", id="no-json"),
        pytest.param("/brackets", {"json": {"a": "b"}}, "Error", id="deep-json"),
        pytest.param("/large", {"contains": "x"}, "more than 1000000 bytes", id="too-large"),
        pytest.param("/short", {"contains": "2.0"}, "too early", id="cut-off"),
    ],
)
def test_an_answer_that_is_not_the_expected_one(
    shop: str, tmp_path: Path, path: str, settings: dict[str, object], said: str
) -> None:
    answer = ask(tmp_path, url=shop + path, **settings)
    assert not answer.healthy
    assert said in answer.said


@pytest.mark.parametrize(
    "settings",
    [{"contains": "is {version}"}, {"json": {"version": "{version}"}}],
    ids=["contains", "json"],
)
def test_an_unknown_version_is_not_compared(shop: str, tmp_path: Path, settings: dict[str, object]) -> None:
    assert ask_for("", tmp_path, {"url": f"{shop}/healthz", **settings}).healthy


def test_the_key_of_an_unknown_version_must_be_there(shop: str, tmp_path: Path) -> None:
    assert not ask_for("", tmp_path, {"url": f"{shop}/healthz", "json": {"release": "{version}"}}).healthy


@contextlib.contextmanager
def speaking(speak: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that says what it likes to one caller."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            caller, _ = listener.accept()
            with caller:
                speak(caller)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        listener.close()


def silent(caller: socket.socket) -> None:
    time.sleep(5)


def dripping_headers(caller: socket.socket) -> None:
    caller.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(100):
        caller.sendall(f"X-{number}: a\r\n".encode())
        time.sleep(0.1)


def dripping_body(caller: socket.socket) -> None:
    caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
    for _ in range(100):
        caller.sendall(b"2.0"[:1])
        time.sleep(0.1)


@pytest.mark.parametrize("speak", [silent, dripping_headers, dripping_body])
def test_the_time_limit_is_for_the_whole_answer(tmp_path: Path, speak: Callable[[socket.socket], None]) -> None:
    started = time.monotonic()
    with speaking(speak) as url:
        answer = ask(tmp_path, url=url, timeout="1s")
    assert not answer.healthy
    assert "no whole answer within 1 s" in answer.said
    assert time.monotonic() - started < 2.5


def garbage(caller: socket.socket) -> None:
    caller.sendall(b"SSH-2.0-OpenSSH_9\r\n\r\n")


def hanging_up(caller: socket.socket) -> None:
    caller.recv(10)


def endless_header(caller: socket.socket) -> None:
    caller.sendall(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000 + b"\r\n\r\n")


def cut_chunks(caller: socket.socket) -> None:
    caller.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n2.0 i\r\n")


@pytest.mark.parametrize("speak", [garbage, hanging_up, endless_header, cut_chunks])
def test_a_server_that_speaks_something_else_is_not_healthy(tmp_path: Path, speak: Callable[[socket.socket], None]) -> None:
    with speaking(speak) as url:
        answer = ask(tmp_path, url=url, contains="2.0")
    assert not answer.healthy
    assert answer.said


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "https://127.0.0.1:{port}/",
        "http://user:secret@127.0.0.1:{port}/",
        "http://127.0.0.1:x/",
        "http://[::1/",
    ],
    ids=["refused", "tls-refused", "password", "no-port", "no-host"],
)
def test_nobody_there_is_an_answer_too(tmp_path: Path, url: str) -> None:
    answer = ask(tmp_path, url=url.format(port=free_port()))
    assert not answer.healthy
    assert answer.said
    assert "secret" not in answer.said


def test_a_certificate_that_nobody_signed_is_not_healthy(tmp_path: Path, shop: str) -> None:
    assert not ask(tmp_path, url=shop.replace("http:", "https:")).healthy


def test_no_proxy_is_asked(shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    assert ask(tmp_path, url=f"{shop}/healthz").healthy


@pytest.mark.parametrize(
    ("command", "healthy", "said"),
    [
        pytest.param(
            [sys.executable, "-c", "import sys; sys.exit(sys.argv[1] != '2.0')", "{version}"], True, "exited 0", id="yes"
        ),
        pytest.param(
            [sys.executable, "-c", "import os, sys; sys.exit(os.environ['VERSION'] + os.environ['COLOUR'])"],
            False,
            "2.0green",
            id="no",
        ),
        pytest.param("sleep 20", False, "did not end in 2 s", id="hangs"),
        pytest.param("/no/such/program", False, "could not be started", id="missing"),
    ],
)
def test_a_command_is_healthy_when_it_exits_0(tmp_path: Path, command: object, healthy: bool, said: str) -> None:
    answer = ask(tmp_path, command=command)
    assert answer.healthy is healthy
    assert said in answer.said


@pytest.mark.parametrize(
    "settings",
    [{}, {"url": "http://127.0.0.1/", "command": "true"}, {"command": "true", "contains": "ok"}],
    ids=["nothing-to-ask", "two-questions", "text-of-a-command"],
)
def test_a_probe_that_is_no_question_is_a_configuration_error(settings: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Probe.model_validate({"name": "health", **settings})


def test_two_probes_of_one_name_are_a_configuration_error() -> None:
    probe = Probe(name="health", url="http://127.0.0.1/")
    with pytest.raises(ValidationError, match="two probes have one name"):
        VerifySection(probes=(probe, probe))

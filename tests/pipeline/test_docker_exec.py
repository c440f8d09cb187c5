"""What a program in a container prints arrives whole, however quick it is. The engine is a socket that answers as one does."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from secure_release.pipeline.adapters.docker import Docker

docker = pytest.importorskip("docker")
UPGRADED = b"HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"


def frame(stream: int, content: bytes) -> bytes:
    return struct.pack(">BxxxL", stream, len(content)) + content


def answer(status: int, body: object) -> bytes:
    content = json.dumps(body).encode()
    return f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n".encode() + content


def request(connection: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got:
        got += connection.recv(65536)
    head, _, body = got.partition(b"\r\n\r\n")
    length = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head.partition(b"\r\n")[0]


@pytest.fixture(params=["with-the-head", "after-it", "cut-in-a-frame"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Docker]:
    """`request.param`: when the program's output comes."""
    content = frame(1, b"out") + frame(2, b"err")
    cut = {"with-the-head": len(content), "after-it": 0, "cut-in-a-frame": 5}[request.param]
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "engine"))
    listener.listen(8)
    thread = threading.Thread(target=serve, args=(listener, content, cut), daemon=True)
    thread.start()
    api = docker.APIClient(base_url=f"unix://{tmp_path}/engine", version="1.41", timeout=10)
    yield Docker(api, threading.Event())
    listener.close()


def serve(listener: socket.socket, content: bytes, cut: int) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            line = request(connection)
            if b"/exec " in line:
                connection.sendall(answer(201, {"Id": "e"}))
            elif b"/start " in line:
                connection.sendall(UPGRADED + content[:cut])
                threading.Event().wait(0.05)
                connection.sendall(content[cut:])
            else:
                connection.sendall(answer(200, {"ExitCode": 0, "Running": False, "Pid": 0}))


def test_output_is_whole_whenever_it_comes(engine: Docker) -> None:
    ended = engine.execute("c", ("true",), timeout=5)

    assert (ended.code, ended.stdout, ended.stderr) == (0, b"out", b"err")

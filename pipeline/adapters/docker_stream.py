"""What a command in a container says, as the engine streams it over an upgraded connection."""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from dataclasses import dataclass
from threading import Event
from typing import Any

from ..release import Interrupted

OUTPUT_BYTES = 50_000_000


@dataclass(frozen=True)
class Said:
    """The two streams; whether its time was up; whether it wrote too much."""

    stdout: bytes
    stderr: bytes
    timed_out: bool
    flooded: bool


def talk(answer: Any, stdin: bytes, deadline: float, halt: Event) -> Said:
    """Until the command ends or `deadline` (monotonic). Raises `Interrupted` when the run is."""
    pipe, early = _connection(answer)
    _feed(pipe, stdin)
    said = {1: bytearray(), 2: bytearray()}
    buffer = bytearray(early)
    _demultiplex(buffer, said)

    def end(timed_out: bool, flooded: bool) -> Said:
        return Said(bytes(said[1]), bytes(said[2]), timed_out, flooded)

    while True:
        if halt.is_set():
            raise Interrupted("an interruption of the run")
        if time.monotonic() > deadline:
            return end(True, False)
        chunk = _read(pipe, min(0.2, max(deadline - time.monotonic(), 0.01)))
        if chunk is None:
            continue
        if not chunk:
            return end(False, False)
        buffer += chunk
        _demultiplex(buffer, said)
        if len(said[1]) + len(said[2]) > OUTPUT_BYTES:
            return end(False, True)


def _connection(answer: Any) -> tuple[socket.socket, bytes]:
    """The socket under an upgraded answer, and what came together with the answer's head.

    docker-py's `socket=True` hands out the socket alone: a quick program's output that arrived with the head is lost in
    the reader above it.
    """
    reader = answer.raw._fp.fp
    pipe: socket.socket = getattr(reader.raw, "_sock", reader.raw)
    pipe.settimeout(0)  # `peek` would wait for more when nothing came early
    early = bytes(reader.peek())
    pipe.settimeout(None)
    return pipe, early


def _feed(pipe: socket.socket, content: bytes) -> None:
    if content:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            pipe.sendall(content)
            pipe.shutdown(socket.SHUT_WR)


def _read(pipe: socket.socket, patience: float) -> bytes | None:
    """What is there, b"" at the end, None when nothing came in time."""
    pipe.settimeout(patience)
    try:
        return pipe.recv(65536)
    except TimeoutError:
        return None
    except ConnectionResetError:
        return b""


def _demultiplex(buffer: bytearray, said: dict[int, bytearray]) -> None:
    """Whole frames out of the buffer: one byte says which stream, four how long (Engine API, "Stream format")."""
    while len(buffer) >= 8:
        stream, length = struct.unpack(">BxxxL", buffer[:8])
        if len(buffer) < 8 + length:
            return
        said[2 if stream == 2 else 1] += buffer[8 : 8 + length]
        del buffer[: 8 + length]

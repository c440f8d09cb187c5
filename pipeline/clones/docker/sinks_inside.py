"""Swallows mail and web requests, counts them, and keeps nothing of what they hold.

A program of its own, for our own interpreter: `sinks_inside.py COUNTS KIND:PORT...` listens on every address until its
standard input ends. COUNTS is a file that holds how many came, by `kind:port`, from the moment that it listens.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseServer, StreamRequestHandler, ThreadingTCPServer

PATIENCE = 60.0  # seconds for a client that says nothing
LINE = 65536
Count = Callable[[], None]


class Counts:
    """The file is moved into place, so who reads it reads a whole one."""

    def __init__(self, place: Path, names: list[str]) -> None:
        self.place, self.lock, self.came = place, threading.Lock(), dict.fromkeys(names, 0)

    def add(self, name: str) -> None:
        with self.lock:
            self.came[name] += 1
            self.write()

    def write(self) -> None:
        fresh = self.place.with_suffix(".new")
        fresh.write_text(json.dumps(self.came), encoding="utf-8")
        fresh.replace(self.place)


class Listener(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128  # with the 5 of the library, 40 clients at once wait for seconds


class WebListener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = Listener.request_queue_size


def smtp(port: int, count: Count) -> BaseServer:
    """Takes every mail, from whoever says that they are anybody (RFC 5321, RFC 4954). No TLS."""
    answers = {
        "HELO": b"250 sink\r\n",
        "EHLO": b"250-sink\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN LOGIN\r\n",
        **dict.fromkeys(("MAIL", "RCPT", "RSET", "NOOP", "VRFY"), b"250 OK\r\n"),
        "STARTTLS": b"454 there is no TLS here\r\n",
    }

    class Session(StreamRequestHandler):
        timeout = PATIENCE

        def handle(self) -> None:
            self.wfile.write(b"220 sink\r\n")
            while line := self.rfile.readline(LINE):
                verb, *rest = line.decode("latin-1").split() or [""]
                match verb.upper():
                    case "QUIT":
                        self.wfile.write(b"221 bye\r\n")
                        return
                    case "DATA":
                        self.mail()
                    case "AUTH":
                        self.login(rest)
                    case known:
                        self.wfile.write(answers.get(known, b"502 not here\r\n"))

        def mail(self) -> None:
            self.wfile.write(b"354 go on\r\n")
            while line := self.rfile.readline(LINE):
                if line in (b".\r\n", b".\n"):
                    count()
                    self.wfile.write(b"250 OK\r\n")
                    return

        def login(self, rest: list[str]) -> None:
            asked = {("LOGIN", 1): 2, ("LOGIN", 2): 1, ("PLAIN", 1): 1}.get((rest[0].upper() if rest else "", len(rest)), 0)
            for _ in range(asked):
                self.wfile.write(b"334 \r\n")
                self.rfile.readline(LINE)
            self.wfile.write(b"235 OK\r\n")

    return Listener(("", port), Session)


def http(port: int, count: Count) -> BaseServer:
    """Takes every request and answers 202 with nothing."""

    class Session(BaseHTTPRequestHandler):
        timeout = PATIENCE
        protocol_version = "HTTP/1.1"

        def swallow(self) -> None:
            self.body()
            count()
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def body(self) -> None:
            if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
                while size := int(self.rfile.readline(LINE).partition(b";")[0] or b"0", 16):
                    self.discard(size + 2)
                while self.rfile.readline(LINE).strip():
                    pass
            else:
                self.discard(int(self.headers.get("Content-Length") or 0))

        def discard(self, size: int) -> None:
            while size > 0 and (read := self.rfile.read(min(size, LINE))):
                size -= len(read)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = swallow

        def log_message(self, format: str, *args: object) -> None:
            """What was asked may hold personal data."""

    return WebListener(("", port), Session)


KINDS = {"smtp": smtp, "http": http}


def main(words: list[str]) -> None:
    place, *names = words
    counts = Counts(Path(place), names)
    for name in names:
        kind, _, port = name.partition(":")
        server = KINDS[kind](int(port), lambda name=name: counts.add(name))  # type: ignore[misc]
        threading.Thread(target=server.serve_forever, daemon=True).start()
    with counts.lock:
        counts.write()
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1:])

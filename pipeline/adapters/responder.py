"""A loopback answerer that speaks the part of the OSV API which pip-audit uses, out of a snapshot."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from secure_release.checks import AdvisoryError, Hole, Pin
from secure_release.checks.planted import ASKED

PATH = "/v1/query"
MAX_BODY = 65_536  # a question is a name and a version
PATIENCE = 30.0  # seconds for one question to arrive


@dataclass
class Responder:
    """What it serves, and what it was asked."""

    holes: Callable[[Pin], Sequence[Hole]]
    modified: str  # RFC 3339 with a Z: pip-audit reads no other zone
    asked: list[Pin] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextlib.contextmanager
    def serving(self) -> Iterator[str]:
        """Yields the address of the query endpoint, on 127.0.0.1 at a free port."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}{PATH}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def answer(self, question: Any) -> bytes:
        """The holes of one pin, each with only what pip-audit reads, and the mark that says it was asked."""
        package = question["package"]
        if package["ecosystem"] != "PyPI":
            raise ValueError("another ecosystem")
        pin = Pin(str(package["name"]), str(question["version"]))
        vulns = [self._vuln(pin, hole) for hole in self.holes(pin)]
        vulns.append({"id": ASKED, "modified": self.modified, "summary": "The responder was asked.", "affected": []})
        with self.lock:
            self.asked.append(pin)
        return json.dumps({"vulns": vulns}).encode()

    def _vuln(self, pin: Pin, hole: Hole) -> dict[str, Any]:
        events = [{"introduced": "0"}, *({"fixed": version} for version in hole.fixed_in)]
        return {
            "id": hole.id,
            "aliases": [alias for alias in hole.aliases if alias != hole.id],
            "modified": self.modified,
            "summary": hole.summary,
            "affected": [
                {
                    "package": {"ecosystem": "PyPI", "name": pin.name},
                    "ranges": [{"type": "ECOSYSTEM", "events": events}],
                }
            ],
        }


def _handler(responder: Responder) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = PATIENCE

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if self.path != PATH or not length.isdigit() or int(length) > MAX_BODY:
                self._say(400, b"{}")
                return
            try:
                content = responder.answer(json.loads(self.rfile.read(int(length))))
            except (ValueError, KeyError, TypeError, RecursionError):
                self._say(400, b"{}")
                return
            except AdvisoryError:
                self._say(500, b"{}")  # the check asks the same data itself, and says why
                return
            self._say(200, content)

        def _say(self, status: int, content: bytes) -> None:
            with contextlib.suppress(ConnectionError):  # whoever asked was stopped
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet: what was asked is counted, not logged."""

    return Handler

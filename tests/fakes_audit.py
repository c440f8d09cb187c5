"""A project on disk with its advisories, as a check is given them; and an OSV service that says what a test wants."""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from secure_release.checks import Advisories, Context, Evidence, SourceFile, Tools
from secure_release.checks.memory import Forgetful
from secure_release.checks.past import NoHistory
from secure_release.pipeline.adapters.advisories import FileAdvisories
from secure_release.pipeline.adapters.process import Processes
from tests.fakes import one_at_a_time, untold

HERE = Path(__file__).parent
RECORDS = HERE / "data" / "osv"
NOW = datetime(2024, 2, 20, 12, tzinfo=UTC)  # four days after the newest record in `RECORDS`
WEEK = 7 * 86400.0


def record(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((RECORDS / f"{name}.json").read_text())
    return content


def snapshot(path: Path = RECORDS, max_age: float = WEEK, now: datetime = NOW) -> FileAdvisories:
    return FileAdvisories(path, max_age, now)


@dataclass
class Kept:
    """The evidence folder, in memory, by name."""

    contents: dict[str, bytes] = field(default_factory=dict)

    def __call__(self, name: str, content: bytes) -> Evidence:
        self.contents[name] = content
        return Evidence(name, hashlib.sha256(content).hexdigest())


class GoodClock:
    def synchronised(self) -> bool:
        return True


def context(
    folder: Path,
    files: Mapping[str, str | bytes],
    *,
    tools: Tools | None = None,
    advisories: Advisories | None = None,
    keep: Kept | None = None,
    timeout: float = 60.0,
) -> Context:
    tree, scratch = folder / "tree", folder / "scratch"
    tree.mkdir(exist_ok=True)
    scratch.mkdir(exist_ok=True)
    listed = tuple(_written(tree, path, text) for path, text in sorted(files.items()))
    return Context(
        tree=tree,
        files=listed,
        scratch=scratch,
        tools=tools or Processes(tree),
        advisories=advisories or snapshot(),
        clock=GoodClock(),
        keep=keep or Kept(),
        now=NOW,
        timeout=timeout,
        options={},
        memory=Forgetful(),
        history=NoHistory(),
        installation=str,
        queue=one_at_a_time(),
        progress=untold,
    )


def _written(tree: Path, path: str, text: str | bytes) -> SourceFile:
    content = text.encode() if isinstance(text, str) else text
    (tree / path).parent.mkdir(parents=True, exist_ok=True)
    (tree / path).write_bytes(content)
    return SourceFile(path, len(content), hashlib.sha256(content).hexdigest(), False, False, False)


@contextlib.contextmanager
def service(answer: Callable[[dict[str, Any]], tuple[int, bytes]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """An HTTP server on the loopback; yields its address and the questions that it was asked."""
    asked: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(question)
            self._say(*answer(question))

        def do_GET(self) -> None:
            self._say(*answer({"path": self.path}))

        def _say(self, status: int, content: bytes) -> None:
            with contextlib.suppress(ConnectionError):
                self._write(status, content)

        def _write(self, status: int, content: bytes) -> None:
            self.send_response(status)
            if status in (301, 302):
                self.send_header("Location", content.decode())
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()

"""Asks the running application: one HTTP request, or one command. Any way of not answering is an unhealthy answer.

No proxy is used, since one could answer in the application's place; no redirect is followed: it is a status like another.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from secure_release.checks import Tools

from ..config import Probe
from ..shipping import Probed

BODY_BYTES = 1_000_000  # a health page has some hundred; what is asked for must be in the first megabyte
CHUNK = 65536
SAID_CHARS = 300
HEADERS = {"User-Agent": "secure-release", "Accept": "*/*", "Cache-Control": "no-cache", "Connection": "close"}
VERSION = "{version}"
KEPT = "/%:@!$&'()*+,;=?~-._"  # characters of a path or a query that stay as they are


class Unhealthy(Exception):
    """Why an answer is not the expected one."""


@dataclass(frozen=True)
class Asker:
    """The `Prober`. A version of "" is unknown: what a probe expects of it is then not compared."""

    tools: Tools
    project: Path
    now: Callable[[], datetime]
    env: Mapping[str, str] = field(default_factory=dict)

    def ask(self, probe: Probe, version: str) -> Probed:
        at, started = self.now(), time.monotonic()
        try:
            healthy, said = True, self._answer(probe, version)
        except Unhealthy as why:
            healthy, said = False, str(why)
        return Probed(probe.name, healthy, said[:SAID_CHARS], at, time.monotonic() - started)

    def _answer(self, probe: Probe, version: str) -> str:
        if probe.command is not None:
            return self._run(probe.command, probe.timeout, version)
        return _in_time(probe, version)

    def _run(self, command: tuple[str, ...], timeout: float, version: str) -> str:
        words = tuple(word.replace(VERSION, version) for word in command)
        try:
            ended = self.tools.run(words, cwd=self.project, timeout=timeout, env={**self.env, "VERSION": version})
        except (OSError, ValueError) as problem:
            raise Unhealthy(f"{words[0]} could not be started: {problem}") from problem
        if ended.timed_out:
            raise Unhealthy(f"{words[0]} did not end in {timeout:g} s")
        if ended.flooded or ended.code != 0:
            said = (ended.stderr.strip() or ended.stdout.strip()).decode(errors="replace")[-200:]
            raise Unhealthy(f"{words[0]} {'printed without end' if ended.flooded else f'exited {ended.code}'}: {said}")
        return f"{words[0]} exited 0"


class _Request:
    """One request that can be given up from another thread."""

    def __init__(self, probe: Probe, version: str) -> None:
        self.probe, self.version = probe, version
        self.connection: http.client.HTTPConnection | None = None
        self.socket: socket.socket | None = None  # http.client lets go of it before the body is read
        self.said = ""
        self.in_time = self.why = f"{probe.url}: no whole answer within {probe.timeout:g} s"
        self.given_up = False

    def run(self) -> None:
        try:
            self.said = self._ask()
        except Unhealthy as problem:
            self.why = str(problem)
        except TimeoutError:
            return  # as `why` says
        # RecursionError: a body of many brackets
        except (OSError, http.client.HTTPException, ValueError, RecursionError) as problem:
            self.why = f"{self.probe.url}: {type(problem).__name__} {problem}".rstrip()
        finally:
            if self.connection is not None:
                self.connection.close()

    def give_up(self) -> None:
        """End a read that would wait for the next drop."""
        self.given_up = True
        if self.socket is not None:
            with contextlib.suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)

    def _ask(self) -> str:
        parts = urlsplit(self.probe.url or "")
        if "@" in parts.netloc:
            raise Unhealthy("an address with a user name is not supported: use a command")
        timeout = self.probe.timeout
        if parts.scheme == "https":
            context = ssl.create_default_context()
            self.connection = http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=timeout, context=context)
        else:
            self.connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
        self.connection.connect()
        self.socket = self.connection.sock
        query = f"?{quote(parts.query, safe=KEPT)}" if parts.query else ""
        self.connection.request("GET", quote(parts.path or "/", safe=KEPT) + query, headers=HEADERS)
        return _judged(self.probe, self.version, self.connection.getresponse(), lambda: self.given_up)


def _in_time(probe: Probe, version: str) -> str:
    """The time limit holds for the whole answer: name, connection, headers and a body that comes drop by drop."""
    request = _Request(probe, version)
    # a daemon: a name server that does not answer can't be given up, and must not hold up our end
    thread = threading.Thread(target=request.run, daemon=True)
    thread.start()
    thread.join(probe.timeout)
    if thread.is_alive():
        request.give_up()
        thread.join(0.2)
        raise Unhealthy(request.in_time)
    if not request.said:
        raise Unhealthy(request.why)
    return request.said


def _judged(probe: Probe, version: str, response: http.client.HTTPResponse, given_up: Callable[[], bool]) -> str:
    if response.status != probe.status:
        where = response.getheader("Location")
        raise Unhealthy(f"status {response.status}{f' to {where}' if where else ''}, not {probe.status}")
    wanted = probe.contains is not None or bool(probe.json_)
    body = _body(response, wanted, given_up)
    if probe.contains is not None and not (VERSION in probe.contains and not version):
        text = probe.contains.replace(VERSION, version)
        if text not in _text(response, body):
            raise Unhealthy(f"status {response.status}, but the body does not hold {text!r}")
    if probe.json_:
        _compare_json(probe.json_, version, body)
    return f"status {response.status}" + (", the body is as expected" if wanted else "")


def _body(response: http.client.HTTPResponse, wanted: bool, given_up: Callable[[], bool]) -> bytes:
    body = bytearray()
    while len(body) <= BODY_BYTES and (chunk := response.read(CHUNK)):
        body += chunk
    if len(body) > BODY_BYTES and wanted:
        raise Unhealthy(f"the body has more than {BODY_BYTES} bytes")
    if given_up() or (len(body) <= BODY_BYTES and response.length):
        raise Unhealthy(f"the body ended after {len(body)} bytes, too early")
    return bytes(body)


def _text(response: http.client.HTTPResponse, body: bytes) -> str:
    try:
        return body.decode(response.headers.get_content_charset("utf-8"), errors="replace")
    except LookupError:
        return body.decode(errors="replace")


def _compare_json(expected: Mapping[str, str], version: str, body: bytes) -> None:
    try:
        document: Any = json.loads(body)
    except ValueError as problem:
        raise Unhealthy("the body is no JSON") from problem
    for key, pattern in expected.items():
        said = _said(document, key)
        unknown = VERSION in pattern and not version
        if not unknown and said != pattern.replace(VERSION, version):
            raise Unhealthy(f"{key} is {said!r}, not {pattern.replace(VERSION, version)!r}")


def _said(document: Any, key: str) -> str:
    """The value at a dotted key as text: a string as it is, anything else as JSON writes it."""
    for part in key.split("."):
        if isinstance(document, dict) and part in document:
            document = document[part]
        elif isinstance(document, list) and part.isdecimal() and int(part) < len(document):
            document = document[int(part)]
        else:
            raise Unhealthy(f"the body has no {key}")
    return document if isinstance(document, str) else json.dumps(document)

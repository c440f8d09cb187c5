"""Smoke probes and data checks: one more question to a running clone, asked again until its time is up."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from secure_release.checks import Exit

from ...containers import Engine
from ...patch_config import CheckSection
from ..programs import Programs
from .netns import in_network_of

PROGRAM = Path(__file__).with_name("ask_inside.py")
ANSWER_SECONDS = 10.0  # for one answer
AGAIN_SECONDS = 0.5
SAID = 2_000  # characters of an answer that are kept


@dataclass(frozen=True)
class Asked:
    """`well` is the answer to the check; `said` is what a person needs to see when it is not."""

    name: str
    well: bool
    said: str


@dataclass(frozen=True)
class Inside:
    """The running containers of one clone, by service: their ids, first processes and addresses."""

    containers: Mapping[str, str]
    pids: Mapping[str, int]
    addresses: Mapping[str, str]


def ask(check: CheckSection, inside: Inside, engine: Engine, programs: Programs, scratch: Path) -> Asked:
    """Never raises for what the clone does."""
    question: Callable[[], Asked] = (
        (lambda: _url(check, inside, programs, scratch)) if check.url is not None else (lambda: _run(check, inside, engine))
    )
    deadline = time.monotonic() + check.within
    while True:
        asked = question()
        if asked.well or time.monotonic() > deadline:
            return asked
        time.sleep(AGAIN_SECONDS)


def _url(check: CheckSection, inside: Inside, programs: Programs, scratch: Path) -> Asked:
    """Asked by our own interpreter in the container's network: the image needs no client."""
    parts = urlsplit(check.url or "")
    host = parts.hostname or ""
    address = inside.addresses.get(host, "127.0.0.1" if host in ("localhost", "127.0.0.1", check.service) else "")
    if not address:
        return Asked(check.name, False, f"{host} is no service of the clone: {', '.join(sorted(inside.addresses))}")
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    wanted = {"address": address, "port": parts.port or 80, "host": parts.netloc, "path": path, "timeout": ANSWER_SECONDS}
    command = in_network_of(inside.pids[check.service], PROGRAM, programs)
    ended = programs.run(command, cwd=scratch, timeout=ANSWER_SECONDS + 5, stdin=json.dumps(wanted).encode())
    return _answered(check, ended)


def _answered(check: CheckSection, ended: Exit) -> Asked:
    try:
        told = json.loads(ended.stdout)
    except ValueError:
        return Asked(check.name, False, f"nobody could ask: {_text(ended.stderr)}")
    if "error" in told:
        return Asked(check.name, False, f"{check.url}: {told['error']}")
    if told["status"] != check.status:
        return Asked(check.name, False, f"{check.url} answered {told['status']}, not {check.status}: {told['body'][:SAID]}")
    if check.contains is not None and check.contains not in told["body"]:
        return Asked(check.name, False, f"{check.url} does not say {check.contains!r}: {told['body'][:SAID]}")
    return Asked(check.name, True, "")


def _run(check: CheckSection, inside: Inside, engine: Engine) -> Asked:
    words = check.run or ()
    ended = engine.execute(inside.containers[check.service], words, timeout=max(check.within, ANSWER_SECONDS))
    said = _text(ended.stdout)
    if ended.timed_out or ended.flooded or ended.code != 0:
        how = "did not end in time" if ended.timed_out else f"ended with exit {ended.code}"
        return Asked(check.name, False, f"{words[0]} {how}: {said} {_text(ended.stderr)}".strip())
    if check.expect is not None and said.strip() != check.expect.strip():
        return Asked(check.name, False, f"{words[0]} said {said.strip()!r}, not {check.expect!r}")
    return Asked(check.name, True, "")


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")[-SAID:]

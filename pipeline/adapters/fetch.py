"""Fetch an advisory snapshot from where the user says, and put it in place only when it is one."""

from __future__ import annotations

import http.client
import ipaddress
import os
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from email.message import Message
from pathlib import Path
from typing import IO, Protocol

from secure_release.checks import AdvisoryError

from .snapshot import GET_ONE, Snapshot, read_snapshot

MAX_DOWNLOAD = 1_000_000_000  # bytes; the public PyPI dump is far below
CHUNK = 1 << 20


class Reads(Protocol):
    def read(self, size: int, /) -> bytes: ...


def fetch_snapshot(origin: str, target: Path, *, timeout: float, limit: int = MAX_DOWNLOAD) -> Snapshot:
    """Copy a dump from `https:`, loopback `http:`, or a file to `target`. The old one stays when the new one is bad."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            _copy(origin, out, timeout, limit)
            out.flush()
            os.fsync(out.fileno())
        snapshot = read_snapshot(temporary)
        temporary.chmod(0o644)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return Snapshot(str(target), snapshot.sha256, snapshot.newest, snapshot.count, snapshot.records)


def _copy(origin: str, out: IO[bytes], timeout: float, limit: int) -> None:
    parts = urllib.parse.urlsplit(origin)
    try:
        if parts.scheme in ("", "file"):
            with Path(urllib.request.url2pathname(parts.path) if parts.scheme else origin).open("rb") as source:
                _bounded(source, out, limit)
            return
        allow(origin)
        with urllib.request.build_opener(Redirects()).open(origin, timeout=timeout) as answer:
            _bounded(answer, out, limit)
            expected = answer.headers.get("Content-Length")
        if expected is not None and out.tell() != int(expected):
            raise AdvisoryError(f"the download from {parts.hostname} broke off after {out.tell()} bytes", "Try again.")
    except (OSError, http.client.HTTPException, ValueError) as problem:
        raise AdvisoryError(f"no snapshot came from {origin[:200]}: {problem}", GET_ONE) from problem


def allow(url: str) -> None:
    """Refuse what anybody on the way could change: `https:`, or `http:` to this machine. Raises `AdvisoryError`."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and _loopback(parts.hostname or "")):
        return
    raise AdvisoryError(f"{url[:200]} is neither https nor on this machine", "Give an https address, or a file.")


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a redirect only to where we would have gone by ourselves."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        allow(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def _bounded(source: Reads, out: IO[bytes], limit: int) -> None:
    """Copy to the end. Raises `AdvisoryError` when there is more than `limit` bytes."""
    while chunk := source.read(CHUNK):
        if out.tell() + len(chunk) > limit:
            raise AdvisoryError("the download is larger than any advisory database", "Look at where it comes from.")
        out.write(chunk)

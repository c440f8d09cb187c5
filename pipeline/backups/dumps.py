"""What the sources that dump have in common: a conversation with a server, a private file, and how what came back differs."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, TypeVar

from secure_release.checks import Exit

from ..keeping import BackupError, ProgramFailed, Programs
from .source import Ask, Assertion

TIME_LIMIT = 6 * 3600.0  # seconds
CHUNK = 1 << 20
S = TypeVar("S")


class Silent(Exception):
    """The program stopped answering. How it ended says why."""


@contextlib.contextmanager
def conversation(
    programs: Programs,
    argv: tuple[str, ...],
    cwd: Path,
    begin: Callable[[IO[bytes], IO[bytes]], S],
    refused: Callable[[ProgramFailed], BackupError],
    source: str,
) -> Iterator[S]:
    """What `begin` makes of a program's input and output. Raises `BackupError` when it can't be made or does not last."""
    try:
        with programs.talking(argv, cwd=cwd, timeout=TIME_LIMIT) as (into, out):
            whole = False
            with contextlib.suppress(Silent):
                yield begin(into, out)
                whole = True
    except ProgramFailed as problem:
        raise refused(problem) from problem
    if not whole:
        raise BackupError(f"The source {source} stopped answering.", "Look into the server's log.")


@contextlib.contextmanager
def private(path: Path) -> Iterator[IO[bytes]]:
    """A new file that nobody else may read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
        yield file


def saved(out: IO[bytes], into: Path, begun: Callable[[IO[bytes]], bytes] = lambda out: b"") -> tuple[int, str]:
    """A stream in a private file: its size and digest. `begun` reads the first of it."""
    size, sha256 = 0, hashlib.sha256()
    with private(into) as file:
        chunk = begun(out) or out.read(CHUNK)
        while chunk:
            file.write(chunk)
            sha256.update(chunk)
            size += len(chunk)
            chunk = out.read(CHUNK)
    return size, sha256.hexdigest()


def files_compared(restored: Path, expected: Mapping[str, tuple[int, str]]) -> Iterator[str]:
    """The stored files themselves: byte by byte, and no other."""
    for name, (_, sha256) in expected.items():
        file = restored / name
        if file.is_symlink() or not file.is_file():
            yield f"{name}: did not come back"
            continue
        with file.open("rb") as opened:
            if hashlib.file_digest(opened, "sha256").hexdigest() != sha256:
                yield f"{name}: other content"
    yield from (f"{path.name}: was not in the source" for path in sorted(restored.iterdir()) if path.name not in expected)


def tables_compared(expected: Mapping[str, tuple[int, str]], found: Mapping[str, tuple[int, str]]) -> Iterator[str]:
    """Rows and a checksum a table."""
    for name in sorted(expected.keys() | found.keys()):
        wanted, there = expected.get(name), found.get(name)
        if there is None or wanted is None:
            yield f"table {name}: {'did not come back' if there is None else 'was not in the source'}"
        elif wanted != there:
            yield f"table {name}: {there[0]} rows, was {wanted[0]}" if wanted[0] != there[0] else f"table {name}: other content"


def asserted(asks: Iterable[Ask], ask: Callable[[str], Exit]) -> Iterator[str]:
    """The user's own assertions that do not hold; each is asked in a connection of its own that can't write."""
    for one in asks:
        if not isinstance(one, Assertion):
            raise BackupError("A database can't be checked by a command.", "Use `assertions`.")
        ended = ask(one.sql)
        said = ended.stdout.decode(errors="replace").strip().replace("\t", "|")
        if ended.code != 0 or ended.timed_out:
            yield f"the assertion `{one.sql}` failed: {ended.stderr.decode(errors='replace').strip()[-300:]}"
        elif said != one.expect.strip():
            yield f"the assertion `{one.sql}` says {said!r}, not {one.expect.strip()!r}"

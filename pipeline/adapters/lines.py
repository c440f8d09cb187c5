"""Standard output and error while a CI listens: whole lines only, each made harmless; our own commands go past it."""

from __future__ import annotations

import contextlib
import io
import sys
import traceback
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import TextIO


class Lines(io.TextIOBase):
    """A stream that passes on whole lines, each through `change`. What is no whole line yet waits for its end, or for `rest`."""

    def __init__(self, stream: TextIO, change: Callable[[str], str]) -> None:
        self.stream = stream
        self._change = change
        self._waiting = ""

    def write(self, text: str) -> int:
        *whole, self._waiting = (self._waiting + text).split("\n")
        for line in whole:
            self.stream.write(f"{self._change(line)}\n")
        return len(text)

    def flush(self) -> None:
        self.stream.flush()

    def rest(self) -> None:
        if self._waiting:
            self.stream.write(self._change(self._waiting))
            self._waiting = ""
        self.flush()

    def isatty(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]  # typeshed has it writable; Python does not
        return self.stream.encoding


@contextlib.contextmanager
def changed(change: Callable[[str], str]) -> Iterator[None]:
    """Everything that is printed goes through `change`, line by line, until the block ends."""
    before = sys.stdout, sys.stderr
    lines = Lines(sys.stdout, change), Lines(sys.stderr, change)
    sys.stdout, sys.stderr = lines
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
        for each in lines:
            each.rest()


def harmless_tracebacks(change: Callable[[str], str]) -> None:
    """What Python says of a crash of ours may quote the release."""

    def said(kind: type[BaseException], problem: BaseException, trace: TracebackType | None) -> None:
        for line in "".join(traceback.format_exception(kind, problem, trace)).splitlines():
            sys.stderr.write(f"{change(line)}\n")

    sys.excepthook = said


def past(stream: TextIO) -> TextIO:
    """The stream itself, for our own commands to the CI."""
    return stream.stream if isinstance(stream, Lines) else stream

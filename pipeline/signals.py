"""What a signal does to us: it interrupts, or it is waited out. Only the main thread may say; in others nothing changes."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

from .release import Interrupted

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WAIT = b"\nsecure-release is at a point where it can't stop half way; it ends by itself, please wait.\n"
STDERR = 2

# A signal that came while nothing may be raised, or whose exception was swallowed where Python swallows them (callbacks at
# fork, `__del__`). `raise_if_told` asks again, so that none is lost.
_told: list[str] = []
_forking = False

Handler = Callable[[int, FrameType | None], None]


@contextlib.contextmanager
def interrupting() -> Iterator[None]:
    """The first signal raises `Interrupted`; later ones are ignored until the block is left, so that they don't cut
    short the cleaning up after the first."""
    with _answered_by(_interrupt):
        try:
            yield
            raise_if_told()
        finally:
            _told.clear()


@contextlib.contextmanager
def waited_out() -> Iterator[None]:
    """A signal is answered with a line, and nothing else: the block ends by itself."""
    with _answered_by(_ask_to_wait):
        yield


def answer_given() -> None:
    """The exit code is settled: while the interpreter is taken down no signal changes it any more."""
    for number in _heard():
        signal.signal(number, signal.SIG_IGN)


def raise_if_told() -> None:
    """Raises `Interrupted` for a signal that has not had its effect yet. Only the main thread is told."""
    if _told and threading.current_thread() is threading.main_thread():
        raise Interrupted(_told[0])


@contextlib.contextmanager
def forking() -> Iterator[None]:
    """While a process is started a signal is only noted: what would be raised in a callback at fork is lost."""
    global _forking  # noqa: PLW0603 - signals are the process's own, and so is this
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _forking = True
    try:
        yield
    finally:
        _forking = False


def _interrupt(number: int, frame: FrameType | None) -> None:
    for each in _heard():
        signal.signal(each, _ignore)
    _told.append(signal.Signals(number).name)
    if not _forking:
        raise Interrupted(_told[0])


def _ignore(number: int, frame: FrameType | None) -> None:
    """Unlike SIG_IGN it is not inherited by the programs that we start."""


def _ask_to_wait(number: int, frame: FrameType | None) -> None:
    """Past Python's streams: whoever the signal cut in on may be holding their lock."""
    with contextlib.suppress(OSError):
        os.write(STDERR, WAIT)


@contextlib.contextmanager
def _answered_by(handler: Handler) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in _heard()}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


def _heard() -> tuple[signal.Signals, ...]:
    """What was ignored when we began stays ignored: `nohup`, and the background jobs of a script."""
    return tuple(number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN)

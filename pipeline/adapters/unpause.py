"""The watchdog over containers that are held still: lets them go when their time is up, and when the one who held them is gone.

A program of its own, in a session of its own. It is told a `Hold` as one line of JSON on standard input and says `ready`; then
`begin` starts its time and `end` sends it home. When the input closes without an `end`, whoever held the containers is dead.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..containers import Engine, EngineError
from ..holding import Guarding, Hold, as_data, from_data, resume, wake
from .docker import engine
from .process import outliving_process

READY_SECONDS = 30.0  # a loaded machine starts Python and asks the engine in about 1 s
AGAIN_SECONDS = 0.2
PERSISTENCE = 120.0  # how long an engine that refuses to let go is asked again
KEPT = ("HOME", "LANG", "PATH", "TMPDIR", "DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "XDG_RUNTIME_DIR")
IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE, signal.SIGQUIT, signal.SIGTSTP)
STDIN = 0


@contextlib.contextmanager
def guard(hold: Hold) -> Iterator[Guarding]:
    """`Guard`: starts this file as a program, with the interpreter and the modules that we run with ourselves."""
    here = os.pathsep.join(entry for entry in sys.path if Path(entry).is_absolute())
    env = {**{name: os.environ[name] for name in KEPT if name in os.environ}, "PYTHONPATH": here, "PYTHONSAFEPATH": "1"}
    try:
        with outliving_process((sys.executable, "-m", __name__), env) as process:
            started = _Started(process)
            started.tell(json.dumps(as_data(hold)))
            if not started.says("ready", READY_SECONDS):
                raise EngineError(
                    "The watchdog over paused containers does not start.", "Nothing was paused. Is the engine busy?"
                )
            yield started
    except OSError as problem:
        raise EngineError(f"The watchdog over paused containers can't be started: {problem}.", "Nothing was paused.") from problem


@dataclass
class _Started:
    """`Guarding`."""

    process: subprocess.Popen[bytes]
    heard: bytes = b""

    def begin(self) -> None:
        self.tell("begin")

    def watching(self) -> bool:
        self._listen(0)
        return self.process.poll() is None and b"let go" not in self.heard

    def end(self) -> None:
        with contextlib.suppress(EngineError):
            self.tell("end")

    def tell(self, line: str) -> None:
        try:
            os.write(_number(self.process.stdin), f"{line}\n".encode())
        except OSError as problem:
            raise EngineError("The watchdog over paused containers is gone.", "Run again.") from problem

    def says(self, word: str, patience: float) -> bool:
        deadline = time.monotonic() + patience
        while word.encode() not in self.heard:
            if not self._listen(deadline - time.monotonic()):
                return False
        return True

    def _listen(self, patience: float) -> bool:
        """Whether something was said in time."""
        pipe = _number(self.process.stdout)
        if not select.select((pipe,), (), (), max(patience, 0))[0]:
            return False
        said = os.read(pipe, 4096)
        self.heard += said
        return said != b""


def _number(pipe: object) -> int:
    return pipe.fileno() if hasattr(pipe, "fileno") else -1


# The program


@dataclass
class _Input:
    """The lines of standard input, with patience."""

    buffer: bytes = b""
    closed: bool = False
    lines: list[str] = field(default_factory=list)

    def line(self, patience: float) -> str:
        """The next line; "" when none came in time or the other side is gone."""
        deadline = time.monotonic() + patience
        while not self.lines and not self.closed:
            left = deadline - time.monotonic()
            if not select.select((STDIN,), (), (), max(left, 0))[0]:
                return ""
            chunk = os.read(STDIN, 65536)
            self.closed = chunk == b""
            *whole, self.buffer = (self.buffer + chunk).split(b"\n")
            self.lines += [one.decode() for one in whole]
        return self.lines.pop(0) if self.lines else ""


def main() -> int:
    for number in IGNORED:
        signal.signal(number, signal.SIG_IGN)
    told = _Input()
    hold = from_data(json.loads(told.line(READY_SECONDS)))
    docker = engine(threading.Event())
    _say("ready")
    while told.line(3600.0) != "begin":
        if told.closed:
            return 0  # nothing was held yet
    return _watch(docker, hold, told)


def _watch(docker: Engine, hold: Hold, told: _Input) -> int:
    """Until `end`. Once its time is up it lets go again and again, of what is held late as well."""
    deadline = time.monotonic() + hold.seconds
    late = False
    while not told.closed:
        patience = AGAIN_SECONDS if late else deadline - time.monotonic()
        if told.line(patience) == "end":
            return 0
        if not told.closed and time.monotonic() >= deadline:
            if not late:
                _say("let go")
            wake(docker, hold)
            late = True
    problems = wake(docker, hold)
    give_up = time.monotonic() + PERSISTENCE
    while problems and time.monotonic() < give_up:
        time.sleep(AGAIN_SECONDS)
        problems = wake(docker, hold)
    problems += resume(docker, hold)
    with contextlib.suppress(OSError):
        hold.note.write_text("\n".join(problems), encoding="utf-8")
    return 1 if problems else 0


def _say(line: str) -> None:
    with contextlib.suppress(OSError):
        os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    sys.exit(main())

"""The one door to other programs: tuples, no shell, a time limit, bounded output, an environment by allow-list."""

from __future__ import annotations

import contextlib
import ctypes
import os
import selectors
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from secure_release.checks import Exit

from ..keeping import ProgramFailed
from ..release import Interrupted
from ..signals import forking, raise_if_told

# What a tool may see of our environment. No credentials, no PYTHONPATH, nothing that changes what Python imports.
ALLOWED = ("HOME", "LANG", "LC_ALL", "LC_CTYPE", "PATH", "TERM", "TMPDIR", "TZ", "USER", "LOGNAME", "XDG_CACHE_HOME")
# Where to find the network and its certificates, for the tools that ask an index.
NETWORK = (
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
    *("PIP_CERT", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_CONFIG_FILE", "PIP_DEFAULT_TIMEOUT"),
    *("UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL", "UV_INDEX", "UV_FIND_LINKS", "UV_CACHE_DIR"),
)
FIXED = {
    "PYTHONSAFEPATH": "1",
    "PYTHONNOUSERSITE": "1",
    "PYTHONIOENCODING": "utf-8",
    "NO_COLOR": "1",
    "SEMGREP_SEND_METRICS": "off",
    "SEMGREP_ENABLE_VERSION_CHECK": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
LOCALE = {"LC_ALL": "C"}  # a streamed program's file names are bytes: no conversion between character sets
OUTPUT_BYTES = 64_000_000  # a report of 100,000 findings is about 60 MB of JSON
STDERR_BYTES = 4_000_000
GRACE = 3.0  # seconds between asking a group to end and ending it
PR_SET_PDEATHSIG = 1  # prctl(2)
LIBC = ctypes.CDLL(None)  # loaded before the fork: between fork and exec nothing may be imported


@dataclass(frozen=True)
class Processes:
    """Runs programs for a project. A program inside `project` is never found by name: a change can't shadow a tool."""

    project: Path
    pinned: Mapping[str, str] = field(default_factory=dict)  # tool name to path, from the configuration
    extra: Mapping[str, str] = field(default_factory=dict)  # added to the environment of every program
    fixed: Mapping[str, str] = field(default_factory=lambda: FIXED)  # what no caller can change
    halt: threading.Event = field(default_factory=threading.Event)  # set: end what runs, start nothing

    def find(self, name: str) -> Path | None:
        if name in self.pinned:
            path = self.project / self.pinned[name]
            return path if os.access(path, os.X_OK) and path.is_file() else None
        # bin/ of a virtual environment, without following `python` to the interpreter that it was made from
        beside = Path(sys.executable).parent
        found = shutil.which(name, path=os.pathsep.join([str(beside), *self.search_path()]))
        return Path(found) if found else None

    def search_path(self) -> Iterator[str]:
        """PATH without relative entries and without folders of the project."""
        root = self.project.resolve()
        for entry in os.environ.get("PATH", os.defpath).split(os.pathsep):
            folder = Path(entry)
            if folder.is_absolute() and not folder.resolve().is_relative_to(root):
                yield entry

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        kept = {name: os.environ[name] for name in (*ALLOWED, *NETWORK) if name in os.environ}
        ours, theirs = str(Path(sys.executable).parent), tuple(self.search_path())
        path = os.pathsep.join((ours, *theirs) if self.fixed else (*theirs, ours))
        return {**kept, **self.fixed, "PATH": path, **self.extra, **(extra or {})}

    def for_the_user(self) -> Processes:
        """For the project's own commands: their PATH comes first, and their Python imports as it always does."""
        return replace(self, fixed={})

    def run(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        timeout: float,
        env: Mapping[str, str] | None = None,
        stdin: bytes = b"",
        bare: bool = False,
    ) -> Exit:
        """As `Tools.run`; with `bare`, `env` is the whole environment."""
        started = time.monotonic()
        if self.halt.is_set():
            raise Interrupted("an interruption of the run")
        environment = dict(env or {}) if bare else self.environment(env)
        with started_process(argv, cwd, environment) as process:
            stdout, stderr, timed_out, flooded = _collect(process, stdin, started + timeout, self.halt)
        return Exit(process.returncode, stdout, stderr, timed_out, flooded, time.monotonic() - started)

    @contextlib.contextmanager
    def reading(
        self, argv: Sequence[str], *, cwd: Path, timeout: float, stdin: bytes = b"", env: Mapping[str, str] | None = None
    ) -> Iterator[IO[bytes]]:
        """A program's output as a stream. Leaving the block raises `ProgramFailed` unless the program ended with 0."""
        with self._streamed(argv, cwd, timeout, env) as process:
            threading.Thread(target=_feed, args=(process.stdin, stdin), daemon=True).start()
            yield _pipe(process.stdout)

    @contextlib.contextmanager
    def writing(self, argv: Sequence[str], *, cwd: Path, timeout: float) -> Iterator[IO[bytes]]:
        """A program's input as a stream. Leaving the block raises `ProgramFailed` unless the program ended with 0."""
        with self._streamed(argv, cwd, timeout) as process:
            threading.Thread(target=_drain, args=(process.stdout, bytearray()), daemon=True).start()
            yield _pipe(process.stdin)
            _pipe(process.stdin).close()

    @contextlib.contextmanager
    def talking(self, argv: Sequence[str], *, cwd: Path, timeout: float) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
        """A program's input and output. Leaving the block raises `ProgramFailed` unless the program ended with 0."""
        with self._streamed(argv, cwd, timeout) as process:
            yield _pipe(process.stdin), _pipe(process.stdout)
            _pipe(process.stdin).close()

    @contextlib.contextmanager
    def _streamed(
        self, argv: Sequence[str], cwd: Path, timeout: float, env: Mapping[str, str] | None = None
    ) -> Iterator[subprocess.Popen[bytes]]:
        if self.halt.is_set():
            raise Interrupted("an interruption of the run")
        environment = self.environment({**LOCALE, **(env or {})})
        with started_process(argv, cwd, environment) as process, _judged(process, argv[0], timeout, self.halt):
            yield process


@contextlib.contextmanager
def _judged(process: subprocess.Popen[bytes], program: str, timeout: float, halt: threading.Event) -> Iterator[None]:
    """Keep what it says on standard error, end it when its time is up or the run is halted, and judge how it ended."""
    said, done, late = bytearray(), threading.Event(), threading.Event()
    listener = threading.Thread(target=_drain, args=(process.stderr, said), daemon=True)
    listener.start()
    threading.Thread(target=_watch, args=(process, time.monotonic() + timeout, halt, done, late), daemon=True).start()
    cut = False
    try:
        try:
            yield
        except BrokenPipeError:
            cut = True  # it stopped listening: how it ended says why, and not even 0 makes that good
        code = process.wait()
        if halt.is_set():
            raise Interrupted("an interruption of the run")
        if code != 0 or cut or late.is_set():
            listener.join(GRACE)
            raise ProgramFailed(program, code, bytes(said[-2000:]).decode(errors="replace").strip(), late.is_set())
    finally:
        done.set()


def _watch(
    process: subprocess.Popen[bytes], deadline: float, halt: threading.Event, done: threading.Event, late: threading.Event
) -> None:
    """End the group, so that who reads or writes its pipe is not kept waiting."""
    while not done.wait(0.2):
        if time.monotonic() > deadline:
            late.set()
        if late.is_set() or halt.is_set():
            _signal_group(process.pid, signal.SIGKILL)


def _drain(pipe: IO[bytes] | None, kept: bytearray) -> None:
    with contextlib.suppress(OSError, ValueError):
        while chunk := os.read(_pipe(pipe).fileno(), 65536):
            kept += chunk
            del kept[:-STDERR_BYTES]


@contextlib.contextmanager
def started_process(argv: Sequence[str], cwd: Path, env: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own; the whole group is ended on leaving, whatever happens. Raises `OSError`.

    Leave it in the thread that entered it: the kernel ends the process with the thread that started it.
    """
    us = os.getpid()

    def end_with_us() -> None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != us:
            os._exit(1)  # we were killed before the kernel knew

    with forking():
        process = subprocess.Popen(
            [os.fsencode(word) for word in argv],
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=end_with_us if sys.platform == "linux" else None,  # noqa: PLW1509 - system calls alone, no lock, no import
        )
    try:
        raise_if_told()
        yield process
    finally:
        end_group(process)
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


Outliving = subprocess.Popen[bytes]


@contextlib.contextmanager
def outliving_process(argv: Sequence[str], env: Mapping[str, str]) -> Iterator[Outliving]:
    """A process in a session of its own that is there for when we are not: nothing that ends us ends it.

    Only we hold the other end of its standard input, which closes with us. On leaving it is closed and the process waited for a
    moment; one that still has work is left to it. Raises `OSError`.
    """
    with forking():
        process = subprocess.Popen(
            [os.fsencode(word) for word in argv],
            cwd="/",
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        raise_if_told()
        yield process
    finally:
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                _pipe(pipe).close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Ask the group to end, then end it; a child that outlived its parent is ended too."""
    for number, patience in ((signal.SIGTERM, GRACE), (signal.SIGKILL, GRACE)):
        if process.poll() is None:
            _signal_group(process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience)
    _signal_group(process.pid, signal.SIGKILL)
    process.wait()


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _collect(
    process: subprocess.Popen[bytes], stdin: bytes, deadline: float, halt: threading.Event
) -> tuple[bytes, bytes, bool, bool]:
    """Read both pipes until the process ends, its time is up, its output is too much, or the run is halted."""
    feeder = threading.Thread(target=_feed, args=(process.stdin, stdin), daemon=True)
    feeder.start()
    limits = {"stdout": OUTPUT_BYTES, "stderr": STDERR_BYTES}
    read: dict[str, bytearray] = {name: bytearray() for name in limits}
    with selectors.DefaultSelector() as selector:
        selector.register(_pipe(process.stdout), selectors.EVENT_READ, "stdout")
        selector.register(_pipe(process.stderr), selectors.EVENT_READ, "stderr")
        while selector.get_map():
            if halt.is_set():
                raise Interrupted("an interruption of the run")
            if deadline <= time.monotonic():
                return bytes(read["stdout"]), bytes(read["stderr"]), True, False
            ended = process.poll() is not None  # asked before looking: what it wrote last is in the pipe by now
            events = selector.select(0 if ended else max(min(deadline - time.monotonic(), 0.2), 0))
            for key, _ in events:
                chunk = os.read(key.fd, 65536)
                read[key.data] += chunk
                if not chunk:
                    selector.unregister(key.fileobj)
                if len(read[key.data]) > limits[key.data]:
                    return bytes(read["stdout"]), bytes(read["stderr"]), False, True
            if not events and ended:
                break  # a grandchild holds the pipes; the process itself is done
    return bytes(read["stdout"]), bytes(read["stderr"]), not _ended(process, deadline), False


def _ended(process: subprocess.Popen[bytes], deadline: float) -> bool:
    try:
        process.wait(max(deadline - time.monotonic(), 0.01))
    except subprocess.TimeoutExpired:
        return False
    return True


def _feed(pipe: IO[bytes] | None, content: bytes) -> None:
    with contextlib.suppress(OSError, ValueError):
        _pipe(pipe).write(content)
    with contextlib.suppress(OSError, ValueError):
        _pipe(pipe).close()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ValueError("the process was started without this pipe")
    return pipe

"""Stop and start the shop's one server process. Standard library only: it runs before any release has been prepared.

A site is a folder with `current` (a link to the release that serves), the process file and the log.
"""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_STOP_SECONDS = 5.0  # for a polite end, and again for a forced one
_PORT_SECONDS = 10.0
_START_SECONDS = 15.0
_POLL_SECONDS = 0.05
# The server gets nothing else of our environment: no credentials of the deployment.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "WEBSHOP_SECRET")


class Refusal(Exception):
    """What is wrong, in a sentence that says what to do."""


@dataclass(frozen=True)
class Site:
    """Where the shop lives, and the port it answers on."""

    folder: Path
    port: int

    @property
    def current(self) -> Path:
        """The link to the release that serves."""
        return self.folder / "current"

    @property
    def log(self) -> Path:
        """What the server prints."""
        return self.folder / "webshop.log"

    @property
    def process_file(self) -> Path:
        """Process id, start time and site of the server that we started last."""
        return self.folder / "webshop.pid"


def site_of(environment: Mapping[str, str]) -> Site:
    """The site that SITE and PORT name. Refuses a folder that is not there: a typing error must not look like peace."""
    folder = Path(_needed(environment, "SITE")).resolve()
    if not folder.is_dir():
        raise Refusal(f"SITE: there is no folder {folder}")
    try:
        return Site(folder, int(_needed(environment, "PORT")))
    except ValueError:
        raise Refusal(f"PORT: {environment['PORT']!r} is not a number") from None


@contextmanager
def locked(site: Site) -> Iterator[None]:
    """One restart at a time; the second waits."""
    with (site.folder / "webshop.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def stop(site: Site) -> None:
    """Stop the server that we started, and wait until its port is free. Refuses when someone else holds the port."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        pid = _running(site)
        if pid is None:
            break
        os.kill(pid, sign)
        _wait(lambda: _running(site) is None, _STOP_SECONDS)
    if _running(site) is not None:
        raise Refusal(f"process {_running(site)} does not end")
    site.process_file.unlink(missing_ok=True)
    if not _wait(lambda: _free(site.port), _PORT_SECONDS):
        raise Refusal(f"port {site.port} is held by a process that is not ours: end it or choose another PORT")


def start(site: Site, environment: Mapping[str, str]) -> int:
    """Start the current release, detached, and wait until its port accepts. On a failure nothing is left running."""
    release = site.current.resolve()
    python = release / ".venv" / "bin" / "python"
    if not python.exists():
        raise Refusal(f"{release} has no environment of its own: run deploy/prepare in it")
    command = (str(python), "-m", "webshop", "--port", str(site.port), "--data", str(_data(environment)))
    inherited = {name: environment[name] for name in _PASSED_ON if name in environment}
    with site.log.open("ab") as log:
        server = subprocess.Popen(
            command,
            cwd=release,
            env={**inherited, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # not in our process group, and (close_fds) with none of our pipes
        )
    _write(site.process_file, f"{server.pid} {_started(server.pid)} {site.folder}\n")
    _wait(lambda: server.poll() is not None or _accepts(site.port), _START_SECONDS)
    if server.poll() is None and _accepts(site.port):
        return server.pid
    why = "did not answer in time" if server.poll() is None else f"ended with {server.returncode}"
    server.kill()
    server.wait()
    site.process_file.unlink(missing_ok=True)
    raise Refusal(f"the server {why}; the end of {site.log}:\n{_tail(site.log)}")


def run(work: Callable[[Site], str]) -> int:
    """Do this work on the site of our environment; 0, or 1 with the reason on standard error."""
    try:
        site = site_of(os.environ)
        with locked(site):
            print(work(site))
    except (Refusal, OSError) as problem:
        print(f"{Path(sys.argv[0]).name}: {problem}", file=sys.stderr)
        return 1
    return 0


def _needed(environment: Mapping[str, str], name: str) -> str:
    if not environment.get(name):
        raise Refusal(f"{name} is not set: SITE=<folder with `current`> PORT=<port> DATA=<folder with shop.db>")
    return environment[name]


def _data(environment: Mapping[str, str]) -> Path:
    return Path(_needed(environment, "DATA")).absolute()


def _running(site: Site) -> int | None:
    """The server we started, if it still runs. Neither a process that got the same number later, nor the server of
    another site whose folder was copied here with its process file."""
    try:
        pid, started, folder = site.process_file.read_text(encoding="utf-8").rstrip("\n").split(" ", 2)
    except (FileNotFoundError, ValueError):
        return None
    return int(pid) if folder == str(site.folder) and _started(int(pid)) == started else None


def _started(pid: int) -> str:
    """When a process was started, in clock ticks since boot; "" when it is gone or only waits to be buried."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return "" if fields[0] in "ZX" else fields[19]  # proc(5): fields 3 (state) and 22 (starttime)


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does: TIME_WAIT is free
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait(reached: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > end:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def _write(file: Path, text: str) -> None:
    unfinished = file.with_suffix(".new")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(file)


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:])

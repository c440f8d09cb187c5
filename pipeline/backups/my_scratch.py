"""A MariaDB server of our own for one drill: empty, private, reached by a socket file alone, gone afterwards."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ..keeping import BackupError, ProgramFailed, Programs
from .my_session import Server
from .servers import unprivileged

BESIDE = "/usr/sbin"  # where Debian has the server, not on everybody's PATH
INIT_SECONDS = 300.0
START_SECONDS = 120.0
LIFE_SECONDS = 6 * 3600.0
AUTH = ("--auth-root-authentication-method=normal", "--skip-test-db")
REMEDY = "Install it (Debian: apt-get install mariadb-server); no server of its need run."
# Nothing of it must outlive the machine, so nothing is flushed.
SERVE = (
    *("--skip-networking", "--skip-log-bin", "--skip-slave-start", "--event-scheduler=OFF", "--innodb-doublewrite=0"),
    *("--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync", "--innodb-fast-shutdown=3"),
    *("--innodb-buffer-pool-size=128M", "--max-allowed-packet=1G", "--skip-name-resolve"),
)


@contextlib.contextmanager
def scratch_server(programs: Programs, lower_case: int, place: Path) -> Iterator[Server]:
    """An empty server in the folder `place`, which it is given. Raises `BackupError` when there can be none."""
    install, serve = _found(programs, "mariadb-install-db"), _found(programs, "mariadbd")
    first = unprivileged(programs, "mysql", place)
    data, socket = place / "data", place / "s"
    data.mkdir(mode=0o700)
    shutil.chown(data, place.stat().st_uid, place.stat().st_gid)
    case = f"--lower-case-table-names={lower_case}"
    made = programs.run(
        # without a tmpdir of its own another server that starts would clear its temporary tables away
        (*first, install, "--no-defaults", f"--datadir={data}", f"--tmpdir={place}", *AUTH, case),
        cwd=place,
        timeout=INIT_SECONDS,
    )
    if made.code != 0 or made.timed_out:
        said = (made.stdout + made.stderr).decode(errors="replace").strip()[-400:]
        raise BackupError(f"No scratch server could be made: {said}.", "Mend what it names, then run again.")
    words = ("--no-defaults", f"--datadir={data}", f"--socket={socket}", f"--pid-file={place / 'pid'}", f"--tmpdir={place}", case)
    alive = False
    try:
        with programs.reading((*first, serve, *words, *SERVE), cwd=place, timeout=LIFE_SECONDS) as out:
            alive = _answers(place / "pid", socket, out)
            if alive:
                try:
                    yield Server("drill", "", "", None, str(socket), "root", None)
                finally:
                    _stop(place / "pid", data)
    except ProgramFailed as problem:
        raise BackupError(f"The scratch server failed: {problem}.", "Mend what it names, then run again.") from problem
    if not alive:
        raise BackupError("The scratch server ended at once.", "Look whether this machine lets it run.")


def _found(programs: Programs, name: str) -> str:
    path = programs.find(name) or Path(BESIDE) / name
    if not os.access(path, os.X_OK):
        raise BackupError(f"The drill needs `{name}` on this machine.", REMEDY)
    return str(path)


def _answers(pid: Path, socket: Path, out: IO[bytes]) -> bool:
    """Wait for its socket, where it then answers; false when it ended instead."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if socket.exists() and pid.exists():
            return True
        if select.select([out], [], [], 0.02)[0] and not out.read(1):
            return False
    raise BackupError(f"The scratch server was not ready after {START_SECONDS:.0f} s.", "Run again when the machine is less busy.")


def _stop(pid_file: Path, data: Path) -> None:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError, ValueError):
        pid = int(pid_file.read_text(encoding="utf-8"))
        if Path(f"/proc/{pid}/cwd").readlink() == data:
            os.kill(pid, signal.SIGTERM)

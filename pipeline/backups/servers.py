"""Scratch servers for drills: as whom they run, and their end when the run that started them was killed."""

from __future__ import annotations

import contextlib
import os
import pwd
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from ..keeping import BackupError, Programs

SERVERS = ("postgres", "mariadbd", "mysqld")
END_SECONDS = 10.0


def unprivileged(programs: Programs, account: str, place: Path) -> tuple[str, ...]:
    """The words before a command that must not run as root; `place` is given to that account. Empty when we are not root.

    With them the kernel ends the command when we are killed: changing the account would else undo that.
    """
    if os.geteuid() != 0:
        return ()
    tool = programs.find("setpriv")
    if tool is None:
        raise BackupError("`setpriv` is not on this machine: a scratch server must not run as root.", "Install util-linux.")
    entry = _account(account)
    os.chown(place, entry.pw_uid, entry.pw_gid)
    return (
        *(str(tool), f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups", "--no-new-privs"),
        *("--pdeathsig", "KILL"),
    )


def _account(name: str) -> pwd.struct_passwd:
    for candidate in (name, "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(candidate)
    raise BackupError(f"There is neither an account `{name}` nor `nobody` for a scratch server.", f"Make one: adduser {name}.")


def end_servers(place: Path) -> None:
    """End the database servers that work inside `place`, and no other process. The kernel says where one works."""
    until = time.monotonic() + END_SECONDS
    while running := tuple(_serving(place)):
        for pid in running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if time.monotonic() > until:
            raise BackupError(f"A scratch server in {place} does not end.", f"End the processes {running}, then run again.")
        time.sleep(0.05)


def _serving(place: Path) -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):  # it ended, or is another account's
            inside = (entry / "cwd").readlink().is_relative_to(place)
            if inside and (entry / "exe").readlink().name.removesuffix(" (deleted)") in SERVERS and _alive(entry):
                yield int(entry.name)


def _alive(entry: Path) -> bool:
    return (entry / "stat").read_text().rpartition(")")[2].split()[0] != "Z"

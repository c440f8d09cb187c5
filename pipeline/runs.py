"""The folders of runs: begin one, join one, find the newest; and the scratch space that a killed run leaves."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from .evidence import write_whole
from .journal import JOURNAL_NAME, read_entries, whole_lines
from .release import EXIT_CONFIG, Entry, ReleaseError

STATE = ".secure-release"

MARK = ".secure-release-scratch"
SCRATCH = "secure-release-"
CHANGE = b'"kind":"undo"'


RUN_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")


def run_id(now: datetime) -> str:
    """A name that no other run has, and that sorts by time."""
    return f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


def begin(project: Path, now: datetime) -> Path:
    """A new run's folder, private to its owner. Its name sorts by time."""
    folder = begin_aside(project, now)
    write_whole(state(project) / "last", folder.name.encode())
    return folder


def begin_aside(project: Path, now: datetime) -> Path:
    """The same, and no stage will take it for the newest run."""
    folder = state(project) / "runs" / run_id(now)
    folder.mkdir(mode=0o700, parents=True)
    return folder


def state(project: Path) -> Path:
    """`.secure-release/`, which no release holds: it ignores itself in git."""
    folder = project / STATE
    folder.mkdir(mode=0o700, exist_ok=True)
    if not (folder / ".gitignore").exists():
        write_whole(folder / ".gitignore", b"*\n")
    return folder


def join(project: Path, named: str) -> Path:
    """An existing run's folder, as --run names it: the folder, or the id of a run of this project. Raises `ReleaseError`."""
    for folder in (Path(named), project / STATE / "runs" / Path(named).name):
        if (folder / JOURNAL_NAME).is_file():
            return folder.resolve()
    raise ReleaseError(f"{named} is not a run: it has no {JOURNAL_NAME}.", "Give --run the folder that `scan` printed.", EXIT_CONFIG)


def begin_at(named: str) -> Path | None:
    """The folder where a new run is to begin, as a CI job names it: made, or empty. None when something is in it."""
    folder = Path(named).absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return None if any(folder.iterdir()) else folder
    except OSError as problem:
        text = f"A run can't begin at {named}: {problem.strerror}."
        raise ReleaseError(text, "Give --run an empty folder, or one that does not exist yet.", EXIT_CONFIG) from problem


def known(project: Path, run: str, folder: Path) -> None:
    """A run that lies elsewhere is found by its name too, here, as long as its folder stays."""
    link = state(project) / "runs" / run
    link.parent.mkdir(mode=0o700, exist_ok=True)
    if link.is_symlink():
        link.unlink()
    if not link.exists():
        link.symlink_to(folder.absolute())


def newest(project: Path) -> Path | None:
    """The run that was begun last here, if it is still there."""
    try:
        name = (project / STATE / "last").read_text(encoding="utf-8").strip()
    except OSError:
        return None
    folder = project / STATE / "runs" / Path(name).name
    return folder if (folder / JOURNAL_NAME).is_file() else None


@contextlib.contextmanager
def alone(project: Path) -> Iterator[None]:
    """One release of a project at a time. Raises `ReleaseError`. The kernel frees the lock of a killed process."""
    lock = os.open(state(project) / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            who = os.pread(lock, 20, 0).decode(errors="replace").strip()
            raise ReleaseError(
                f"Another release of this project is under way (process {who}).", "Wait for it, or end it, then run again."
            ) from problem
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(lock)


def with_changes(project: Path) -> Iterator[tuple[Path, tuple[Entry, ...]]]:
    """The runs that began to change something, newest first. Raises `ReleaseError` for one whose journal is broken."""
    for folder in sorted((project / STATE / "runs").glob("*"), reverse=True):
        path = folder / JOURNAL_NAME
        content = path.read_bytes() if path.is_file() else b""
        if CHANGE in content:  # most runs have none, and need not be taken apart
            yield folder, read_entries(whole_lines(content), str(path))


@contextlib.contextmanager
def scratch(project: Path) -> Iterator[Path]:
    """A private folder outside the project, removed on leaving. It is written down first, so that the next run can sweep it."""
    sweep(project)
    folder = Path(tempfile.gettempdir()) / f"{SCRATCH}{secrets.token_hex(8)}"
    pointers = state(project) / "scratch"
    pointers.mkdir(mode=0o700, exist_ok=True)
    pointer = pointers / folder.name
    pointer.symlink_to(folder)
    folder.mkdir(mode=0o700)
    lock = os.open(folder / MARK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(lock)
        remove(folder)
        pointer.unlink(missing_ok=True)


def sweep(project: Path) -> tuple[str, ...]:
    """Remove scratch folders that nobody holds any more; never one without our mark. Returns what was removed."""
    removed = []
    for pointer in sorted((project / STATE / "scratch").glob(f"{SCRATCH}*")):
        folder = pointer.readlink()
        ours = folder.name == pointer.name and folder.is_dir() and not folder.is_symlink()
        if ours and (folder / MARK).is_file() and _held(folder / MARK):
            continue
        if ours and ((folder / MARK).is_file() or not any(folder.iterdir())):
            remove(folder)
            removed.append(str(folder))
        pointer.unlink(missing_ok=True)
    return tuple(removed)


def remove(folder: Path) -> None:
    """Remove a tree of ours, even where something in it was made read-only."""

    def force(function: object, path: str, problem: object) -> None:
        with contextlib.suppress(OSError):
            Path(path).parent.chmod(0o700)
            Path(path).chmod(0o700)
            Path(path).rmdir() if Path(path).is_dir() and not Path(path).is_symlink() else Path(path).unlink()

    shutil.rmtree(folder, onerror=force)


def _held(mark: Path) -> bool:
    lock = os.open(mark, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(lock)

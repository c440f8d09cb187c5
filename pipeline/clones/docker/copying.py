"""Copies trees of files: live and in rounds while they are written to, and what is left while nobody does."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from secure_release.checks import Exit, Tools

from ...release import ReleaseError
from .delta import Delta, Tree, delta, same, unlike
from .trees import clear, look, make_alike, set_times

ENGLISH = {"LC_ALL": "C"}
LIVE_SECONDS = 3600.0  # the longest that one live round may take
WORDS = 2000  # paths in one call: the kernel's limit on arguments is far above, at 2 MB
# File systems that write-protect a page of a mapping once it is on the disk, so that the next write moves the file's times. Others
# (tmpfs) never tell: what lies there is copied only while nobody writes.
TELLING = ("ext2/ext3", "xfs", "btrfs")
ROOM = "Make room where the engine keeps its data, or leave the large volume out of the source."
FASTER = "Raise `docker.max_pause`, lower `docker.precopy_over`, or run when the machine is less busy."


@dataclass(frozen=True)
class Job:
    """One tree, or one file, and its copy; what the copy holds after its last live round, if there was one."""

    what: str  # for people
    source: Path
    target: Path
    trusted: Tree  # what was copied as it was looked at
    there: Tree
    since_ns: int  # when the last live round began

    def left(self, now: Tree) -> Delta:
        return delta(self.trusted, self.there, now, self.since_ns)


def new_job(what: str, source: Path, target: Path) -> Job:
    return Job(what, source, target, {}, {}, 0)


def copy_still(job: Job, tools: Tools, timeout: float) -> Tree:
    """Bring the copy to what the source is, while nobody writes to it. What the source was.

    Raises `ReleaseError` when it changed meanwhile: then somebody writes whom nobody held.
    """
    now = look(job.source)
    if job.there:
        _apply(job, job.left(now), now, tools, timeout)
    else:
        _whole(job, tools, timeout, live=False)
        sockets = [path for path, entry in now.items() if entry.socket]
        clear(job.target, sockets)
        set_times(now, job.target, {path.rpartition("/")[0] or "." for path in sockets})
    if look(job.source) != now:
        raise ReleaseError(
            f"{job.what} was written to while every container of the source held still.",
            "A program outside of the source writes there. Stop it, or make it a service of the project.",
        )
    return now


def check(job: Job, now: Tree) -> None:
    """Raises `ReleaseError` unless the copy is what `copy_still` saw. Asks nothing of the source."""
    if wrong := unlike(now, look(job.target)):
        raise ReleaseError(f"The copy of {job.what} is not faithful: {wrong}.", "Run again; if it stays so, report it.")


def copy_live(job: Job, tools: Tools) -> Job:
    """One round while the source is written to: all of it at first, then what may have changed since the round before."""
    since = time.time_ns()
    _run(tools, ("sync", "--file-system", str(job.source)), LIVE_SECONDS)
    now = look(job.source)
    if job.there:
        _apply(job, job.left(now), now, tools, LIVE_SECONDS, live=True)
    else:
        _whole(job, tools, LIVE_SECONDS, live=True)
    there = look(job.target)
    clear(job.target, sorted(there.keys() - now.keys(), reverse=True))
    return replace(job, trusted=same(now, there), there=there, since_ns=since)


def tells_of_writes(place: Path, tools: Tools) -> bool:
    ended = _run(tools, ("stat", "--file-system", "--format=%T", str(place)), 30.0)
    return ended.stdout.decode().strip() in TELLING


def _whole(job: Job, tools: Tools, timeout: float, live: bool) -> None:
    end = "/." if job.source.is_dir() else ""
    _copied(job, tools, timeout, (f"{job.source}{end}", f"{job.target}{end}"), live)


def _apply(job: Job, left: Delta, now: Tree, tools: Tools, timeout: float, live: bool = False) -> None:
    clear(job.target, left.gone)
    clear(job.target, left.files)
    make_alike(job.source, job.target, left.folders)
    deadline = time.monotonic() + timeout
    for words in _batches(left.files, now):
        _copied(job, tools, deadline - time.monotonic(), ("--parents", "--target-directory", str(job.target), "--", *words), live)
    set_times(now, job.target, left.folders)


def _batches(files: Sequence[str], now: Tree) -> Iterator[Sequence[str]]:
    """All names of one file in one batch."""
    start = 0
    while start < len(files):
        end = min(start + WORDS, len(files))
        while end < len(files) and now[files[end]].inode == now[files[end - 1]].inode:
            end += 1
        yield [f"./{path}" for path in files[start:end]]
        start = end


def _copied(job: Job, tools: Tools, timeout: float, words: Sequence[str], live: bool) -> None:
    folder = job.source if job.source.is_dir() else job.source.parent
    ended = tools.run(("cp", "--archive", "--reflink=auto", *words), cwd=folder, timeout=max(timeout, 0.01), env=ENGLISH)
    said = ended.stderr.decode("utf-8", "replace")
    if ended.timed_out:
        raise ReleaseError(f"Copying {job.what} took too long.", FASTER)
    if "No space left on device" in said or "quota exceeded" in said.lower():
        raise ReleaseError(f"The disk was full before {job.what} was copied.", ROOM)
    if ended.code != 0 and not (live and all(_vanished(line) for line in said.splitlines())):
        raise ReleaseError(f"{job.what} can't be copied: {said.strip()[-500:]}", "Run as root; look at the disk.")


def _vanished(line: str) -> bool:
    """What happens to files that somebody works with; the next round looks again."""
    return "No such file or directory" in line or "as it was replaced while being copied" in line


def _run(tools: Tools, command: Sequence[str], timeout: float) -> Exit:
    ended = tools.run(command, cwd=Path("/"), timeout=timeout, env=ENGLISH)
    if ended.code != 0 or ended.timed_out:
        said = ended.stderr.decode("utf-8", "replace").strip()[-300:]
        raise ReleaseError(f"`{' '.join(command)}` ended with exit {ended.code}: {said}", "GNU coreutils must be installed.")
    return ended

"""Finds processes that still run what a patch replaced, and those that will, from what the kernel says of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

DELETED = " (deleted)"
# Deleted on purpose, and never replaced by a package: shared memory, anonymous files, what is unpacked to be run once.
_PASSING = ("/dev/zero", "/memfd:", "memfd:", "/SYSV", "/dev/shm/", "/[aio]", "[aio]", "/tmp/", "/run/", "/var/run/")  # noqa: S108
# Interpreters read such files at their start, and map none of them.
_READ_BY = ((".py", "python"), (".pm", "perl"), (".rb", "ruby"), (".js", "node"), (".php", "php"))
_MERGED = ("/bin/", "/sbin/", "/lib/", "/lib32/", "/lib64/", "/libx32/")  # the same folders below /usr, by a link


@dataclass(frozen=True)
class Stale:
    """One process that must be started anew: because of `files`, or because it can't be read and nobody knows (`unknown`)."""

    pid: int
    command: str
    files: tuple[str, ...]
    unknown: str  # why it can't be read; "" when it can


@dataclass(frozen=True)
class _Seen:
    pid: int
    command: str
    program: str
    mapped: tuple[str, ...]  # executable mappings and the program itself


def stale(pids: Iterable[int], proc: Path) -> tuple[Stale, ...]:
    """Processes that run files which are gone, or were replaced. `proc` is where the kernel shows processes."""
    return _judged(pids, proc, lambda seen: _gone(seen.mapped))


def needs_restart(files: Iterable[str], pids: Iterable[int], proc: Path) -> tuple[Stale, ...]:
    """Processes that run any of these files; the paths are those in their own container."""
    replaced = frozenset(map(_merged, files))
    readers = {name for ending, name in _READ_BY if any(path.endswith(ending) for path in replaced)}

    def hit(seen: _Seen) -> tuple[str, ...]:
        mapped = tuple(path for path in seen.mapped if _merged(path.removesuffix(DELETED)) in replaced)
        reads = any(Path(seen.program).name.startswith(name) for name in readers)
        return mapped or ((seen.program,) if reads else ())

    return _judged(pids, proc, hit)


def _judged(pids: Iterable[int], proc: Path, hit: Callable[[_Seen], tuple[str, ...]]) -> tuple[Stale, ...]:
    found = []
    for pid in pids:
        match _look(pid, proc):
            case _Seen() as seen if files := hit(seen):
                found.append(Stale(pid, seen.command, files, ""))
            case str(why):
                found.append(Stale(pid, "", (), why))
    return tuple(found)


def _look(pid: int, proc: Path) -> _Seen | str | None:
    """None: it has ended. Text: it can't be read."""
    folder = proc / str(pid)
    try:
        lines = (folder / "maps").read_bytes().decode("utf-8", "replace").splitlines()
        command = (folder / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except (FileNotFoundError, ProcessLookupError):
        return None
    except OSError as problem:
        return f"process {pid} can't be read: {problem.strerror}"
    try:
        program = str((folder / "exe").readlink())
    except (FileNotFoundError, ProcessLookupError):
        program = ""  # a thread of the kernel, or it has ended and nobody has asked how
    except OSError as problem:
        return f"process {pid} can't be read: {problem.strerror}"
    mapped = dict.fromkeys(words[5] for line in lines if len(words := line.split(None, 5)) == 6 and "x" in words[1])
    return _Seen(pid, command, program, tuple(dict.fromkeys((*((program,) if program else ()), *mapped))))


def _gone(mapped: Iterable[str]) -> tuple[str, ...]:
    return tuple(path for path in mapped if path.endswith(DELETED) and not path.startswith(_PASSING))


def _merged(path: str) -> str:
    return f"/usr{path}" if path.startswith(_MERGED) else path

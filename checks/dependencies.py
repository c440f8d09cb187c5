"""Find a project's dependency files, read them all, and settle what one file leaves open and another pins. Pure."""

from __future__ import annotations

import codecs
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from . import locks, requirement_lines
from .finding import Place
from .requirements import (
    MAX_BYTES,
    MAX_DEPTH,
    Declared,
    Elsewhere,
    Include,
    Line,
    Loose,
    Pinned,
    Reader,
    Unauditable,
    beside,
    contradictions,
    unpinned,
)

READERS: Mapping[str, Reader] = {
    r"pyproject\.toml": locks.pyproject,
    r"(uv|poetry|pdm)\.lock|pylock(\.[^./]+)?\.toml": locks.toml_lock,
    r"Pipfile\.lock": locks.pipfile_lock,
    r"([\w.-]*[-_.])?(requirements|constraints)([-_.][\w.-]*)?\.txt": requirement_lines.lines,
}
FOLDER = r"(.*/)?(requirements|constraints)/[^/]+\.txt"
LOCK = re.compile(r"(uv|poetry|pdm|Pipfile)\.lock|pylock(\.[^./]+)?\.toml")
AGAIN = "Write it again with the tool that made it."
KEEP_INSIDE = "Name a file of the project, by its path from the file that includes it."


def reader_of(path: str) -> Reader | None:
    """How a file is read, by its name; None when it declares no dependencies."""
    name = posixpath.basename(path)
    if re.fullmatch(FOLDER, path):
        return requirement_lines.lines
    return next((reader for pattern, reader in READERS.items() if re.fullmatch(pattern, name)), None)


def declared(paths: Sequence[str], read: Callable[[str], bytes]) -> Declared:
    """All that the dependency files among `paths` declare. `read` may raise `OSError`: then the file is unauditable."""
    reading = _Reading(frozenset(paths), read)
    for path in sorted(paths):
        reader = reader_of(path)
        if reader is not None:
            reading.file(path, reader, 0)
    return _settled(reading)


@dataclass
class _Reading:
    known: frozenset[str]
    read: Callable[[str], bytes]
    lines: dict[str, list[Line]] = field(default_factory=dict)
    includes: dict[str, set[str]] = field(default_factory=dict)

    def file(self, path: str, reader: Reader, depth: int) -> None:
        """Read a file once, and what it includes; a loop ends where it began."""
        if path in self.lines:
            return
        self.lines[path] = []
        found = self._parsed(path, reader)
        self.lines[path] = contradictions(found) if reader is requirement_lines.lines else list(found)
        for include in [line for line in found if isinstance(line, Include)]:
            self._include(include, path, depth)

    def _parsed(self, path: str, reader: Reader) -> list[Line]:
        try:
            content = self.read(path)
        except OSError as problem:
            return [_whole(path, f"can't be read: {problem.strerror or problem}", "Make it readable.")]
        if len(content) > MAX_BYTES:
            return [_whole(path, f"is larger than {MAX_BYTES // 1_000_000} MB", "Split the file.")]
        try:
            return list(reader(_text(content), path))
        except UnicodeDecodeError:
            return [_whole(path, "is not UTF-8", "Save it as UTF-8.")]
        except locks.Unreadable as problem:
            return [_whole(path, str(problem), AGAIN)]
        except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as problem:
            return [_whole(path, f"has not the shape that its name says ({type(problem).__name__}: {problem})", AGAIN)]

    def _include(self, include: Include, path: str, depth: int) -> None:
        target = beside(path, include.path)
        reason = ""
        if target is None or "://" in include.path:
            reason = "leads out of the project"
        elif target not in self.known:
            reason = "is not a file of the release"
        elif depth >= MAX_DEPTH:
            reason = f"is included more than {MAX_DEPTH} deep"
        if reason or target is None:
            gap = Unauditable(f"-r {include.path[:200]}", "", include.place, reason, KEEP_INSIDE)
            self.lines[path].append(gap)
            return
        self.includes.setdefault(path, set()).add(target)
        self.file(target, reader_of(target) or requirement_lines.lines, depth + 1)


def _text(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16")
    return content.decode("utf-8-sig")


def _whole(path: str, reason: str, remedy: str) -> Unauditable:
    return Unauditable(path, "", Place(path, 0, 0), reason, remedy)


def _settled(reading: _Reading) -> Declared:
    """Loose requirements are settled by a lock beside them, or by a file that they are installed together with."""
    pinned = {path: _pins(lines) for path, lines in reading.lines.items()}
    unauditable, notes = [], []
    for path, lines in sorted(reading.lines.items()):
        helpers = _helpers(path, reading)
        loose = [line for line in lines if isinstance(line, Loose)]
        open_ones = [gap for line in loose if (gap := _open(line, helpers, pinned)) is not None]
        unauditable += [line for line in lines if isinstance(line, Unauditable)] + open_ones
        if len(loose) > len(open_ones):
            notes.append(f"{path}: {len(loose) - len(open_ones)} loose requirements are pinned by {', '.join(helpers)}.")
    every = [line for _, lines in sorted(reading.lines.items()) for line in lines]
    return Declared(
        tuple(sorted(reading.lines)),
        tuple(line for line in every if isinstance(line, Pinned)),
        tuple(unauditable),
        tuple(line for line in every if isinstance(line, Elsewhere)),
        tuple(notes),
    )


def _pins(lines: Iterable[Line]) -> dict[str, Pinned]:
    return {line.pin.name: line for line in lines if isinstance(line, Pinned)}


def _helpers(path: str, reading: _Reading) -> list[str]:
    """The files whose pins count for this file's loose requirements."""
    folder, name = posixpath.split(path)
    if name == "pyproject.toml":
        beside_it = [p for p in reading.lines if posixpath.dirname(p) == folder and p != path]
        return sorted(beside_it, key=lambda p: (LOCK.fullmatch(posixpath.basename(p)) is None, p))
    return sorted(_together(path, reading.includes) - {path})


def _together(path: str, includes: Mapping[str, set[str]]) -> set[str]:
    """A file with all that it includes."""
    seen, waiting = set[str](), [path]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += includes.get(one, ())
    return seen


def _open(loose: Loose, helpers: Sequence[str], pinned: Mapping[str, Mapping[str, Pinned]]) -> Unauditable | None:
    """Why a loose requirement stays open; None when a helper pins it to a version that it allows."""
    found = next((pinned[h][loose.name] for h in helpers if loose.name in pinned.get(h, {})), None)
    if found is None:
        return unpinned(loose)
    try:
        if loose.specifier.contains(found.pin.version, prereleases=True):
            return None
    except ValueError:  # a bound of more digits than Python reads
        return unpinned(loose)
    reason = f"is not what {found.place} pins ({found.pin.version})"
    return Unauditable(loose.text, loose.name, loose.place, reason, "Write the lock again.")

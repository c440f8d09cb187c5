"""Reads the release once: the digest of every file, and a mirror that holds what is looked at."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Protocol

from secure_release.checks import Gap, SourceFile
from secure_release.checks.source import is_binary, is_python, printable

from ..config import Exclude
from ..release import SUPPRESSIONS, Progress, Source
from ..shipping import Shipped
from .git import Listed, State, differing
from .mirror import BLOCK, Mirror, opened

SNIFF = 8000  # bytes: where git looks for a NUL to tell text from binary
SEAM = max(map(len, SUPPRESSIONS))
NAME_BYTES, PATH_BYTES = 255, 3_800  # Linux: NAME_MAX, and PATH_MAX (4,096) less room for the mirror's own folder
COMPILED = (".pyc", ".pyo")  # Python imports it like its source
LINK, SUBMODULE = "120000", "160000"


@dataclass(frozen=True, slots=True)  # as many as there are files
class _Found:
    """One file that can be looked at."""

    file: SourceFile
    origin: str
    marked: bool


@dataclass(frozen=True)
class Content:
    """What counts of the bytes of a regular file."""

    sha256: str
    binary: bool
    script: bool  # its `#!` line names python
    marked: bool  # a tool could be asked in it to look away


Contents = Callable[[str, os.stat_result], Content]  # of the file at an absolute path; raises `OSError`


@dataclass(frozen=True, slots=True)  # as many as there are files
class _Read:
    """What became of one listed path."""

    shipped: Shipped | None
    file: _Found | None
    gap: Gap | None
    left_out: tuple[str, str] | None


class Tracked(Protocol):
    """What lists the files: a git repository, or a plain folder."""

    project: Path

    def state(self) -> State: ...

    def listed(self) -> tuple[Listed, ...]: ...


def read_source(
    git: Tracked,
    tree: Path,
    version: Callable[[str], str],
    excludes: Iterable[Exclude],
    max_size: int,
    progress: Progress,
    contents: Contents | None = None,
) -> Source:
    """The release as it is now. A path that can't be read, leads out of the project or is too large is a gap.

    `contents` tells what a file holds; by default every byte is read.
    """
    tree.mkdir(mode=0o700, parents=True)
    listed, excluded = git.listed(), tuple(excludes)
    names = frozenset(item.name for item in listed)
    mirror = Mirror(tree, git.project)
    look = _Look(excluded, max_size, contents or content_of)
    reads, root = [], os.fspath(git.project)
    for number, item in enumerate(sorted(listed, key=lambda entry: entry.name)):
        if number % 500 == 0:
            progress.doing("reading the source", number, len(listed))
        reads.append(_read(git.project, root, item, names, look))
    shipped = tuple(read.shipped for read in reads if read.shipped)
    found = [read.file for read in reads if read.file]
    for each in found:
        mirror.add(each.file.path, each.origin, each.file.sha256)
    state = git.state()  # after reading: what was changed meanwhile differs
    return Source(
        root=git.project,
        tree=tree,
        commit=state.commit,
        branch=state.branch,
        dirty=tuple(printable(name) for name in differing(state, listed)),
        version=version(state.commit),
        digest=tree_digest(shipped),
        files=tuple(each.file for each in found),
        shipped=shipped,
        left_out=tuple(read.left_out for read in reads if read.left_out),
        gaps=tuple(read.gap for read in reads if read.gap),
        marked=frozenset(each.file.path for each in found if each.marked),
        fill=mirror.fill,
        content=mirror.read,
    )


def tree_digest(shipped: Iterable[Shipped]) -> str:
    """One digest over every file's name, mode and content."""
    whole = hashlib.sha256()
    for item in sorted(shipped, key=lambda each: each.name):
        whole.update(b"\0".join((os.fsencode(item.name), b"x" if item.executable else b"-", item.sha256.encode())))
        whole.update(b"\0" + os.fsencode(item.link or "") + b"\n")
    return whole.hexdigest()


def excluded_by(path: str, excludes: Iterable[Exclude]) -> str | None:
    """The reason why the policy leaves a path out, or None."""
    return next((item.reason for item in excludes if matches(path, item.path)), None)


def matches(path: str, pattern: str) -> bool:
    """`*` within a folder, `**` across folders; a pattern without a `/` names files anywhere."""
    from wcmatch import glob  # most releases leave nothing out

    return bool(glob.globmatch(path, pattern, flags=glob.GLOBSTAR | glob.DOTGLOB | glob.MATCHBASE | glob.FORCEUNIX))


@dataclass(frozen=True)
class _Look:
    """How each file is looked at."""

    excludes: tuple[Exclude, ...]
    max_size: int
    contents: Contents


def _read(root: Path, folder: str, item: Listed, names: frozenset[str], look: _Look) -> _Read:
    shown, path = printable(item.name), f"{folder}/{item.name}"
    if item.mode == SUBMODULE:
        return _gap(shown, "it is a submodule", "Release the submodule by itself, or vendor its files.")
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return _Read(None, None, None, None)  # deleted in the working tree: not part of what is released
    except OSError as problem:
        return _gap(shown, f"it can't be read: {problem.strerror}", "Give the user who releases the right to read it.")
    if stat.S_ISLNK(status.st_mode):
        return _link(root, Path(path), item.name, names, lambda target: _file(str(target), target.lstat(), item.name, shown, look))
    if not stat.S_ISREG(status.st_mode):
        return _gap(shown, "it is neither a file nor a link", "Remove it from the project.")
    return _file(path, status, item.name, shown, look)


def _link(root: Path, path: Path, name: str, names: frozenset[str], look: Callable[[Path], _Read]) -> _Read:
    """A link is shipped as it is. What it leads to is looked at where it lies, so it must lie in the project.

    Under the link's name too, unless it is Python under both: `app.py` may lead to `notes.txt`, and Python would import it.
    """
    shown, target = printable(name), str(path.readlink())
    shipped = Shipped(name, 0, "", False, target)
    try:
        end, base = (path.parent / target).resolve(strict=True), root.resolve()
    except (OSError, RuntimeError):
        return _gap(shown, "the link leads nowhere", "Remove the link, or mend where it leads.", shipped)
    if not end.is_relative_to(base) or PurePosixPath(target).is_absolute():
        return _gap(shown, "the link leads out of the project", "Put what it leads to into the project.", shipped)
    inside = end.relative_to(base).as_posix()
    if end.is_dir() or (is_python(name) and is_python(inside) and inside in names):
        return _Read(shipped, None, None, None)
    if inside not in names:
        return _gap(shown, "the link leads to what git does not list", "Put what it leads to under version control.", shipped)
    return replace(look(end), shipped=shipped)


def _file(path: str, status: os.stat_result, name: str, shown: str, look: _Look) -> _Read:
    executable = bool(status.st_mode & stat.S_IXUSR)
    reason = excluded_by(shown, look.excludes)
    try:
        if reason is None and status.st_size <= look.max_size:
            _mirrored(shown)
        content = look.contents(path, status)
    except OSError as problem:
        return _gap(shown, f"it can't be read: {problem.strerror}", "Give the user who releases the right to read it.")
    shipped = Shipped(name, status.st_size, content.sha256, executable, None)
    if reason is not None:
        return _Read(shipped, None, None, (shown, reason))
    if shown.endswith(COMPILED):
        return _gap(shown, "it is compiled Python, which nobody can look at", "Commit its source, and take it out.", shipped)
    python = is_python(shown) or content.script
    binary = content.binary and not python
    if status.st_size > look.max_size:
        if binary:
            return _Read(shipped, None, None, (shown, "binary, above the size limit"))
        remedy = "Raise `scan.max_file_size`, or exclude it with a reason (`scan.exclude`)."
        return _gap(shown, f"it has {status.st_size:,} bytes, more than the limit of {look.max_size:,}", remedy, shipped)
    file = SourceFile(shown, status.st_size, content.sha256, binary, python, executable)
    return _Read(shipped, _Found(file, path, content.marked and not binary), None, None)


def _mirrored(shown: str) -> None:
    """Raises `OSError` for a name that the mirror can't hold: it may be longer than the file's own by what is percent-encoded."""
    name = os.fsencode(shown)
    if len(name) <= NAME_BYTES:
        return
    if len(name) > PATH_BYTES or any(len(part) > NAME_BYTES for part in name.split(b"/")):
        raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))


def _digested(path: Path) -> tuple[str, bytes, bool]:
    """Of a regular file: its digest, its first bytes, and whether a tool could be asked in it to look away."""
    whole, start, marked, before = hashlib.sha256(), b"", False, b""
    with os.fdopen(opened(path), "rb", buffering=0) as file:
        while block := file.read(BLOCK):
            start = start or block[:SNIFF]
            whole.update(block)
            marked = marked or any(mark in part for part in (block, before + block[:SEAM]) for mark in SUPPRESSIONS)
            before = block[-SEAM:]
    return whole.hexdigest(), start, marked


def content_of(path: str, status: os.stat_result) -> Content:
    """By reading it. Raises `OSError`."""
    digest, start, marked = _digested(Path(path))
    return Content(digest, is_binary(start), is_python("", start), marked)


def _gap(shown: str, reason: str, remedy: str, shipped: Shipped | None = None) -> _Read:
    return _Read(shipped, None, Gap("source", shown, reason, remedy), None)

"""Copies exactly the files that were scanned: each is compared with its digest while it is copied."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from ..shipping import DeployError, Shipped

CHUNK = 1 << 20  # bytes
HINTS = {
    errno.EACCES: "Give the user who deploys write permission there.",
    errno.EPERM: "Give the user who deploys write permission there.",
    errno.EROFS: "The file system is mounted read-only: mount it writable, or choose another folder.",
    errno.ENOSPC: "Make room on that file system, then deploy again.",
    errno.EDQUOT: "Make room on that file system, then deploy again.",
}


@contextlib.contextmanager
def told(what: str) -> Iterator[None]:
    """An error of the file system becomes a `DeployError` with a remedy."""
    try:
        yield
    except OSError as problem:
        where = f" ({problem.filename})" if problem.filename else ""
        hint = HINTS.get(problem.errno or 0, "Look at that folder, mend it, then run again.")
        raise DeployError(f"Could not {what}: {problem.strerror or problem}{where}.", hint) from problem


def fill(root: Path, files: Sequence[Shipped], folder: Path) -> None:
    """Make `folder`, with these files of `root` and nothing else, modes 0644 and 0755, all on the disk on return.

    Raises `DeployError` for a file that is not what was scanned; then there is no `folder`'s worth to use.
    """
    with told("fill the new release"):
        folder.mkdir()
        folder.chmod(0o755)
        for file in files:
            _copy(root, file, folder)
        for made in (*(path for path in folder.rglob("*") if path.is_dir()), folder):
            made.chmod(0o755)
            sync_folder(made)


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _copy(root: Path, file: Shipped, folder: Path) -> None:
    pure = PurePosixPath(file.name)
    if pure.is_absolute() or ".." in pure.parts:
        raise DeployError(f"The path {file.name!r} leads out of the release.", "Report this: the scan should have refused it.")
    target = folder / pure
    target.parent.mkdir(parents=True, exist_ok=True)
    if file.link is not None:
        _link(root / pure, file, target)
        return
    made = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(made, "wb") as out:
        digest = hashlib.sha256()
        for chunk in _chunks(root / pure, file):
            digest.update(chunk)
            out.write(chunk)
        if digest.hexdigest() != file.sha256:
            raise _changed(file.name, "its content is another")
        os.fchmod(out.fileno(), 0o755 if file.executable else 0o644)
        out.flush()
        os.fsync(out.fileno())


def _link(path: Path, file: Shipped, target: Path) -> None:
    """A link goes out as a link; what it leads to was looked at where it lies."""
    try:
        leads = str(path.readlink())
    except OSError as problem:
        raise _changed(file.name, problem.strerror or "it cannot be read") from problem
    if leads != file.link:
        raise _changed(file.name, "it leads elsewhere")
    target.symlink_to(leads)


def _chunks(path: Path, file: Shipped) -> Iterator[bytes]:
    """The content, never more than was scanned: a file that grows while it is read is not copied without end."""
    try:
        # without waiting: a named pipe in the file's place must not hold up the release
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as problem:
        raise _changed(file.name, problem.strerror or "it cannot be read") from problem
    with os.fdopen(handle, "rb") as content:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise _changed(file.name, "it is no regular file")
        left = file.size
        while chunk := content.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise _changed(file.name, "it has grown")
            yield chunk


def _changed(path: str, how: str) -> DeployError:
    return DeployError(f"{path} was changed since it was scanned: {how}.", "Start a new run: only what was scanned may go out.")

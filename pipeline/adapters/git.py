"""git, asked read-only: the commit, the file list, and files as they are at another ref."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..release import EXIT_CONFIG, ReleaseError
from .process import Processes

TIMEOUT = 120.0
# Nothing that the repository's own configuration names is run.
QUIET = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false")


@dataclass(frozen=True)
class Listed:
    """One path that git lists below the project: its name, and its mode in the index ("" for an untracked file)."""

    name: str
    mode: str


class Git:
    """The repository that holds `project`, which may be a folder of it. Paths are relative to `project`."""

    def __init__(self, processes: Processes, project: Path) -> None:
        self._processes = processes
        self.project = project

    def commit(self) -> str:
        """The commit that is checked out. Raises `ReleaseError` (exit 2) where there is none."""
        found = self.resolve("HEAD")
        if found is None:
            raise ReleaseError(
                f"{self.project} has no commit: a release needs a name that stays.",
                "Run `git init` there if need be, then `git add` and `git commit`, and run again.",
                EXIT_CONFIG,
            )
        return found

    def resolve(self, ref: str) -> str | None:
        """The commit that a ref names, or None."""
        if ref.startswith("-"):
            return None
        code, out = self._ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        return out.decode().strip() if code == 0 else None

    def trusted(self, ref: str) -> str | None:
        """As `resolve`, but what was fetched goes before a tag or a branch of that name: a change may bring those."""
        return self.resolve(f"refs/remotes/{ref}") or self.resolve(ref)

    def branch(self) -> str:
        code, out = self._ask("symbolic-ref", "--quiet", "--short", "HEAD")
        return out.decode("utf-8", "replace").strip() if code == 0 else ""

    def prefix(self) -> str:
        """The project's folder in its repository, with a `/` at the end; "" when it is the whole."""
        return self._need("rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").strip("\n")

    def user(self) -> str:
        """The address that git would put on a commit, or ""."""
        code, out = self._ask("config", "user.email")
        return out.decode("utf-8", "replace").strip() if code == 0 else ""

    def dirty(self) -> tuple[str, ...]:
        """Paths below the project that differ from the commit, untracked ones included, and those git is told not to compare."""
        out = self._need("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--", ".")
        flagged = [record for record in self._need("ls-files", "-v", "-z").split(b"\0") if record[:1] == b"S" or record[:1].islower()]
        return tuple(dict.fromkeys(_name(path) for path in (*(r[3:] for r in out.split(b"\0")), *(r[2:] for r in flagged)) if path))

    def tracks(self, path: str) -> bool:
        return bool(self._need("ls-files", "-z", "--", path))

    def ignores(self, path: Path) -> bool:
        """Whether what appears there is no part of the project's files."""
        code, _ = self._ask("check-ignore", "--quiet", "--", str(path))
        return code == 0

    def listed(self) -> tuple[Listed, ...]:
        """Tracked files, and untracked ones that are not ignored. A tracked file counts even if an ignore file names it."""
        tracked = [record.split(b"\t", 1) for record in self._need("ls-files", "--stage", "-z").split(b"\0") if record]
        others = self._need("ls-files", "--others", "--exclude-standard", "-z").split(b"\0")
        known = {_name(path): Listed(_name(path), info.split()[0].decode()) for info, path in tracked}
        return (*known.values(), *(Listed(_name(path), "") for path in others if path))

    def show(self, commit: str, path: str) -> bytes | None:
        """A file as it is at a commit, or None."""
        code, out = self._ask("cat-file", "blob", f"{commit}:./{path}")
        return out if code == 0 else None

    def paths(self, commit: str) -> tuple[str, ...]:
        out = self._need("ls-tree", "-r", "-z", "--name-only", commit, "--", ".")
        return tuple(_name(path) for path in out.split(b"\0") if path)

    def _ask(self, *words: str) -> tuple[int, bytes]:
        git = self._processes.find("git")
        if git is None:
            raise ReleaseError("git is not installed.", "Install it: apt-get install git.", EXIT_CONFIG)
        ended = self._processes.run((str(git), *QUIET, *words), cwd=self.project, timeout=TIMEOUT)
        self._said = ended.stderr.decode("utf-8", "replace").strip()
        return ended.code, ended.stdout

    def _need(self, *words: str) -> bytes:
        code, out = self._ask(*words)
        if code != 0:
            raise ReleaseError(f"git {words[0]} failed: {self._said[-300:]}", "Mend the repository, and run again.")
        return out


class TrustedRef:
    """The tree of the ref from which the law is read."""

    def __init__(self, git: Git, ref: str, commit: str) -> None:
        self._git = git
        self.name, self.commit = ref, commit
        self.ref = f"{ref} ({commit[:12]})"

    def read(self, path: str) -> bytes | None:
        return self._git.show(self.commit, path)

    def paths(self) -> tuple[str, ...]:
        return self._all

    @cached_property
    def _all(self) -> tuple[str, ...]:
        return self._git.paths(self.commit)


class NoRef:
    """Where no ref is trusted, the law is read from the working tree."""

    ref = ""

    def read(self, path: str) -> bytes | None:
        raise LookupError(f"no ref is trusted: {path} can't be read from it")

    def paths(self) -> tuple[str, ...]:
        raise LookupError("no ref is trusted")


def _name(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")

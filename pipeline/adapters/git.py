"""git, asked read-only: the commit, the file list, and files as they are at another ref."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NoReturn

from ..release import EXIT_CONFIG, ReleaseError
from .process import Processes

TIMEOUT = 120.0
HEX_DIGITS = 40  # of a commit's name, at the least
# Nothing that the repository's own configuration names is run.
QUIET = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false", "-c", "core.untrackedCache=false")
STATUS = ("status", "--porcelain=v2", "--branch", "--no-ahead-behind", "-z", "--no-renames", "--untracked-files=all", "--", ".")
WORDS = {b"1": 8, b"u": 10, b"?": 1}  # of a record of it, before the path


ALONE = {"GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}  # it asks no other machine for what is missing


@dataclass(frozen=True, slots=True)  # as many as there are files
class Listed:
    """One path that git lists below the project: its name, and its mode in the index ("" for an untracked file)."""

    name: str
    mode: str
    flagged: bool = False  # git is told not to compare it


@dataclass(frozen=True)
class State:
    """What is checked out, and the paths that differ from it as far as git compares."""

    commit: str
    branch: str  # "" when none is checked out
    changed: tuple[str, ...]


class Git:
    """The repository that holds `project`, which may be a folder of it. Paths are relative to `project`."""

    def __init__(self, processes: Processes, project: Path) -> None:
        self._processes = processes
        self.project = project

    def commit(self) -> str:
        """The commit that is checked out. Raises `ReleaseError` (exit 2) where there is none."""
        return self.resolve("HEAD") or self._no_commit()

    def _no_commit(self) -> NoReturn:
        raise ReleaseError(
            f"{self.project} has no commit: a release needs a name that stays.",
            "Run `git init` there if need be, then `git add` and `git commit`, and run again.",
            EXIT_CONFIG,
        )

    def resolve(self, ref: str) -> str | None:
        """The commit that a ref names, or None."""
        if ref.startswith("-"):
            return None
        code, out = self._ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        return out.decode().strip() if code == 0 else None

    def trusted(self, ref: str) -> str | None:
        """As `resolve`, but what was fetched goes before a tag or a branch of that name: a change may bring those."""
        return next(self.trusted_of((ref,)), ("", None))[1]

    def trusted_of(self, refs: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Those of these refs that there are, each with the commit that `trusted` gives; one question for all."""
        asked = [name for ref in refs for name in (f"refs/remotes/{ref}", ref)]
        if any("\n" in name or name.startswith("-") for name in refs):
            return
        told = self._need("cat-file", "--batch-check", stdin="".join(f"{name}^{{commit}}\n" for name in asked).encode())
        answers = [line.split() for line in told.decode("utf-8", "replace").splitlines()]
        commits = [answer[0] if len(answer) == 3 and answer[1] == "commit" else "" for answer in answers]
        for ref, fetched, named in zip(refs, commits[::2], commits[1::2], strict=True):
            if fetched or named:
                yield ref, fetched or named

    def prefix(self) -> str:
        """The project's folder in its repository, with a `/` at the end; "" when it is the whole."""
        return self._need("rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").strip("\n")

    def user(self) -> str:
        """The address that git would put on a commit, or ""."""
        code, out = self._ask("config", "user.email")
        return out.decode("utf-8", "replace").strip() if code == 0 else ""

    def state(self) -> State:
        """As it is now. Raises `ReleaseError` (exit 2) where there is no commit."""
        commit, branch, changed = "", "", []
        for record in self._need(*STATUS).split(b"\0"):
            kind, _, rest = record.partition(b" ")
            if kind == b"#":
                what, _, value = rest.partition(b" ")
                commit = value.decode() if what == b"branch.oid" else commit
                branch = value.decode("utf-8", "replace") if what == b"branch.head" else branch
            elif kind in WORDS:
                changed.append(_name(record.split(b" ", WORDS[kind])[-1]))
        if len(commit) < HEX_DIGITS:
            self._no_commit()
        return State(commit, "" if branch == "(detached)" else branch, tuple(changed))

    def dirty(self) -> tuple[str, ...]:
        """Paths below the project that differ from the commit, untracked ones included, and those git is told not to compare."""
        return differing(self.state(), self.listed())

    def tracks(self, path: str) -> bool:
        return bool(self._need("ls-files", "-z", "--", path))

    def ignores(self, path: Path) -> bool:
        """Whether what appears there is no part of the project's files."""
        code, _ = self._ask("check-ignore", "--quiet", "--", str(path))
        return code == 0

    def listed(self) -> tuple[Listed, ...]:
        """Tracked files, and untracked ones that are not ignored. A tracked file counts even if an ignore file names it."""
        known, others = dict[str, Listed](), []
        for record in self._need("ls-files", "-v", "--stage", "--cached", "--others", "--exclude-standard", "-z").split(b"\0"):
            if record.startswith(b"? "):
                others.append(Listed(_name(record[2:]), ""))
            elif record:
                info, path = record.split(b"\t", 1)
                tag, mode, _ = info.split(b" ", 2)
                name = _name(path)
                known[name] = Listed(name, mode.decode(), tag == b"S" or tag.islower())
        return (*known.values(), *others)

    def show(self, commit: str, path: str) -> bytes | None:
        """A file as it is at a commit, or None."""
        code, out = self._ask("cat-file", "blob", f"{commit}:./{path}")
        return out if code == 0 else None

    def paths(self, commit: str) -> tuple[str, ...]:
        out = self._need("ls-tree", "-r", "-z", "--name-only", commit, "--", ".")
        return tuple(_name(path) for path in out.split(b"\0") if path)

    def commits_since(self, base: str) -> tuple[str, ...]:
        """The commits that HEAD has and `base` has not, the newest first."""
        return tuple(self._need("rev-list", "HEAD", f"^{base}").decode().split())

    def shallow(self) -> frozenset[str]:
        """The commits whose parents were not fetched."""
        if self._need("rev-parse", "--is-shallow-repository").strip() != b"true":
            return frozenset()
        path = self.project / self._need("rev-parse", "--git-path", "shallow").decode("utf-8", "surrogateescape").strip("\n")
        try:
            return frozenset(path.read_text("ascii").split())
        except (OSError, UnicodeDecodeError) as problem:
            raise ReleaseError(f"{path} can't be read: {problem}.", "Mend the repository, and run again.") from problem

    def objects_since(self, base: str) -> tuple[tuple[str, str], ...]:
        """What HEAD's commits brought that `base` does not hold: object, and path from the top of the repository."""
        out = self._need("rev-list", "--objects", "HEAD", f"^{base}")
        pairs = (line.partition(b" ") for line in out.split(b"\n") if line)
        return tuple((object_.decode(), _name(path)) for object_, _, path in pairs if path)

    def sizes(self, objects: Sequence[str]) -> tuple[tuple[str, int | None], ...]:
        """The size of each of these that is a file's content; None for one that is not there."""
        told = self._need("cat-file", "--batch-check", stdin="".join(f"{each}\n" for each in objects).encode()).decode().splitlines()
        parts = [line.split() for line in told]
        return tuple((part[0], int(part[2]) if len(part) > 2 else None) for part in parts if part[1] in ("blob", "missing"))

    def contents(self, blobs: Sequence[str]) -> tuple[bytes, ...]:
        """Each of these contents. Raises `ReleaseError` when one is missing."""
        out, contents, at = self._need("cat-file", "--batch", stdin="".join(f"{blob}\n" for blob in blobs).encode()), [], 0
        for blob in blobs:
            head, _, _ = out[at : at + 200].partition(b"\n")
            if head.split()[:2] != [blob.encode(), b"blob"]:
                raise ReleaseError(f"git does not give the content {blob[:12]}.", "Mend the repository, and run again.")
            start = at + len(head) + 1
            at = start + int(head.split()[2]) + 1
            contents.append(out[start : at - 1])
        return tuple(contents)

    def oldest_with(self, blob: str, base: str) -> str:
        """The first commit since `base` that added this content."""
        return self._need("log", "--format=%H", "-m", "--reverse", f"--find-object={blob}", "HEAD", f"^{base}").decode().split("\n")[0]

    def _ask(self, *words: str, stdin: bytes = b"") -> tuple[int, bytes]:
        git = self._processes.find("git")
        if git is None:
            raise ReleaseError("git is not installed.", "Install it: apt-get install git.", EXIT_CONFIG)
        ended = self._processes.run((str(git), *QUIET, *words), cwd=self.project, timeout=TIMEOUT, env=ALONE, stdin=stdin)
        self._said = ended.stderr.decode("utf-8", "replace").strip()
        if ended.timed_out or ended.flooded:
            raise ReleaseError(f"git {words[0]} did not finish, or said too much.", "Mend the repository, and run again.")
        return ended.code, ended.stdout

    def _need(self, *words: str, stdin: bytes = b"") -> bytes:
        code, out = self._ask(*words, stdin=stdin)
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


def differing(state: State, listed: Iterable[Listed]) -> tuple[str, ...]:
    """Paths that differ from the commit, or that nobody can tell of, because git is told not to compare them."""
    return tuple(dict.fromkeys((*state.changed, *(item.name for item in listed if item.flagged))))


def _name(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")

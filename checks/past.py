"""What the commits of a change held on their way, as values: the port through which a check reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from .finding import Gap


@dataclass(frozen=True)
class Version:
    """One content that a file had in a commit of the change. `path` as in `SourceFile`; `commit` is the oldest that has it."""

    path: str
    blob: str
    content: bytes
    commit: Callable[[], str]  # asked of git only when there is something to say


@dataclass(frozen=True)
class Past:
    """The commits between what is trusted (or published) and what is released, newest contents first."""

    range: str  # for people: "3 commits since origin/main"; "" when nobody can say where the change begins
    note: str  # why not, and what to do; "" when there is a range
    commits: tuple[str, ...]
    versions: tuple[Version, ...]
    before: Callable[[str], bytes | None]  # a file as it was where the change begins
    gaps: tuple[Gap, ...]


class History(Protocol):
    """The version control of the project."""

    def read(self) -> Past:
        """Never raises: what git does not say is a gap."""


class NoHistory:
    """`History` of a tree that is under nobody's version control."""

    def read(self) -> Past:
        return Past("", "This tree is under no version control: there are no commits to look at.", (), (), lambda path: None, ())

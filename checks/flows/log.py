"""What one part of the work asked of the files and of the parts before it, and what it left behind."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .frame import SinkPlace
    from .world import Flow

Names = tuple[str, str]  # a dotted name, and the file that asks; or a file and a function in it
Cell = tuple[Hashable, ...]  # what parts of the work leave for later ones: a summary, the variables of a file, a field
ABSENT = -1  # the number of what a cell holds that holds nothing


class Log:
    """Of one part of the work."""

    def __init__(self) -> None:
        self.outlines: set[str] = set()
        self.bodies: set[Names] = set()
        self.tellings: set[Names] = set()
        self.names: set[Names] = set()
        self.reads: dict[Cell, int] = {}  # what each held when it was first asked for
        self.room: dict[Names, tuple[int, int]] = {}  # with how many summaries of a function before this all would be the same
        self.added: dict[Names, int] = {}  # how many summaries of a function are from here
        self.writes: dict[Cell, None] = {}
        self.unfinished: set[Names] = set()
        self.changed: set[Names] = set()
        self.flows: dict[SinkPlace, Flow] = {}

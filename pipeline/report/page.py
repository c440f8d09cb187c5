"""The parts that the HTML page is set from: sections of tables, lists, rails and quoted text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .text import cut

GROUP = 200  # rows that are laid out at once; the rest is folded, so that a long list does not freeze the page
LONGEST = 4_000  # characters of one cell; the whole text is in verdict.json


class Tone(StrEnum):
    """How a word is set. Each tone has a mark of its own, so that none needs colour."""

    PLAIN = ""
    GOOD = "good"
    BAD = "bad"
    OPEN = "open"  # no answer
    QUIET = "quiet"
    CODE = "code"
    NUMBER = "number"
    PROSE = "prose"  # the widest column


@dataclass(frozen=True)
class Cell:
    text: str
    tone: Tone
    note: str  # a second, quieter line; "" for none


@dataclass(frozen=True)
class Table:
    """Rows in groups of `GROUP`: the first is shown, the others are folded."""

    kind = "table"
    caption: str
    columns: tuple[str, ...]
    groups: tuple[tuple[tuple[Cell, ...], ...], ...]

    @property
    def total(self) -> int:
        return sum(len(group) for group in self.groups)


@dataclass(frozen=True)
class Listing:
    kind = "listing"
    caption: str
    items: tuple[str, ...]
    ordered: bool
    folded: bool


@dataclass(frozen=True)
class Rail:
    """Moments in time: when, what, and what is said of it."""

    kind = "rail"
    caption: str
    stops: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True)
class Quoted:
    """What a program printed, as it printed it."""

    kind = "quoted"
    caption: str
    text: str


Block = Table | Listing | Rail | Quoted


@dataclass(frozen=True)
class Section:
    """One part of the page. `lead` says in a sentence what it shows, also when there is nothing to show."""

    anchor: str
    title: str
    lead: str
    blocks: tuple[Block, ...]


def cell(text: object, tone: Tone = Tone.PLAIN, note: str = "") -> Cell:
    return Cell(cut(str(text), LONGEST), tone, cut(note, LONGEST))


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> tuple[Block, ...]:
    """The table, or nothing when it has no rows."""
    listed = [tuple(row) for row in rows]
    groups = tuple(tuple(listed[start : start + GROUP]) for start in range(0, len(listed), GROUP))
    return (Table(caption, tuple(columns), groups),) if groups else ()


def listing(caption: str, items: Iterable[str], ordered: bool = False, folded: bool = False) -> tuple[Block, ...]:
    """The list, or nothing when it is empty."""
    listed = tuple(cut(item, LONGEST) for item in items)
    return (Listing(caption, listed, ordered, folded),) if listed else ()


def quoted(caption: str, text: str) -> tuple[Block, ...]:
    return (Quoted(caption, cut(text, LONGEST)),) if text.strip() else ()

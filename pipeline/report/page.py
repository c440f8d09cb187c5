"""The parts that the HTML page is set from: sections of tables, lists, rails and quoted text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .text import cut, visible

GROUP = 200  # rows that are laid out at once, so that a long table does not freeze the page
MOST = 20_000  # rows of one table that the page holds: 10 MB, open in a second; the rest is in verdict.json
MOST_ITEMS = 1_000  # of a folded list
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


@dataclass(frozen=True, slots=True)  # as many as five times the findings
class Cell:
    text: str
    tone: Tone
    note: str  # a second, quieter line; "" for none


@dataclass(frozen=True)
class Table:
    """The first `GROUP` rows; where there are more, `data` holds the first `MOST` for the page's own script."""

    kind = "table"
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    data: str  # "" when `rows` is all there is
    total: int
    held: int


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
    laid, packed_rows, total = list[tuple[Cell, ...]](), list[str](), 0
    for total, row in enumerate(rows, 1):
        if total <= GROUP:
            laid.append(tuple(row))
        if total <= MOST:
            packed_rows.append(packed(row))
    data = f"[{','.join(packed_rows)}]" if total > GROUP else ""
    return (Table(caption, tuple(columns), tuple(laid), data, total, len(packed_rows)),) if total else ()


def packed(row: Iterable[Cell]) -> str:
    """A row as JSON that no HTML parser finds a tag in: `[[text, tone, note], ...]`, and a text alone for a plain cell."""
    text = json.dumps([_packed(cell) for cell in row], ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _packed(cell: Cell) -> object:
    text, note = visible(cell.text), visible(cell.note)
    return [text, cell.tone, note] if note else [text, cell.tone] if cell.tone else text


def listing(caption: str, items: Iterable[str], ordered: bool = False, folded: bool = False) -> tuple[Block, ...]:
    """The list, or nothing when it is empty. A folded one is cut, and says so: nobody acts by it."""
    listed = tuple(cut(item, LONGEST) for item in items)
    if folded and len(listed) > MOST_ITEMS:
        listed = (*listed[:MOST_ITEMS], f"and {len(listed) - MOST_ITEMS:,} more: verdict.json holds all of them")
    return (Listing(caption, listed, ordered, folded),) if listed else ()


def quoted(caption: str, text: str) -> tuple[Block, ...]:
    return (Quoted(caption, cut(text, LONGEST)),) if text.strip() else ()

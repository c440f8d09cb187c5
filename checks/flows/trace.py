"""What an earlier run did, part by part: what each part asked for, was told and left behind. Written as JSON and read again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from .log import ABSENT, Cell
from .project import Kind

MOST_BYTES = 48_000_000  # larger ones are not kept: they would have to go through a pipe
ROOM = 1.5  # how much larger than what is needed a trace grows before what nobody needs is thrown away


class Part(NamedTuple):
    """One part of the work. Numbers stand for facts, for cells and for what cells hold."""

    ask: list[list[str]]  # what it was to do: nothing said for all functions of a file
    todo: list[str]
    facts: list[int]
    reads: list[int]  # a cell, what it held, a cell, what it held ...
    room: list[list[Any]]  # path, function, with how many summaries at the least and at the most
    writes: list[int]  # as `reads`
    unfinished: list[list[str]]
    changed: list[list[str]]
    flows: list[list[Any]]


@dataclass
class Trace:
    files: dict[str, tuple[str, Kind]]  # path to the digest of its content, and what it is, in the order of the run
    facts: list[Cell]
    digests: list[str]
    cells: list[Cell]
    parts: dict[str, Part]
    texts: list[str]
    needed: int  # texts, when it was last made as small as it can be


def empty() -> Trace:
    return Trace({}, [], [], [], {}, [], 0)


def loaded(content: bytes) -> Trace | None:
    """None for what is none."""
    head, *texts = content.decode("ascii", "replace").split("\n")
    try:
        files, facts, digests, cells, parts, needed = json.loads(head)
        return Trace(
            {path: (sha256, Kind(*kind)) for path, sha256, kind in files},
            [tuple(fact) for fact in facts],
            digests,
            [tuple(cell) for cell in cells],
            {name: Part(*part) for name, part in parts.items()},
            texts,
            needed,
        )
    except (ValueError, TypeError, AttributeError):
        return None


def dumped(trace: Trace) -> bytes:
    """Empty for one that is too large."""
    if len(trace.texts) > ROOM * trace.needed:
        trace = small(trace)
    files = [(path, sha256, kind) for path, (sha256, kind) in trace.files.items()]
    head = json.dumps((files, trace.facts, trace.digests, trace.cells, trace.parts, trace.needed), separators=(",", ":"))
    content = "\n".join((head, *trace.texts)).encode("ascii")
    return content if len(content) <= MOST_BYTES else b""


def small(trace: Trace) -> Trace:
    """The same without what no part needs."""
    parts = trace.parts.values()
    facts = _places(number for part in parts for number in part.facts)
    cells = _places(number for part in parts for number in (*part.reads[::2], *part.writes[::2]))
    texts = _places(number for part in parts for number in (*part.reads[1::2], *part.writes[1::2]) if number != ABSENT)
    return Trace(
        trace.files,
        [trace.facts[number] for number in facts],
        [trace.digests[number] for number in facts],
        [trace.cells[number] for number in cells],
        {name: _moved(part, facts, cells, texts) for name, part in trace.parts.items()},
        [trace.texts[number] for number in texts],
        len(texts),
    )


def _places(numbers: Iterable[int]) -> dict[int, int]:
    return {number: place for place, number in enumerate(dict.fromkeys(numbers))}


def _moved(part: Part, facts: Mapping[int, int], cells: Mapping[int, int], texts: Mapping[int, int]) -> Part:
    return part._replace(
        facts=[facts[number] for number in part.facts],
        reads=_pairs(part.reads, cells, texts),
        writes=_pairs(part.writes, cells, texts),
    )


def _pairs(numbers: list[int], cells: Mapping[int, int], texts: Mapping[int, int]) -> list[int]:
    return [place for cell, text in zip(numbers[::2], numbers[1::2], strict=True) for place in (cells[cell], texts.get(text, ABSENT))]

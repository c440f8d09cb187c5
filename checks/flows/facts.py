"""What the files say by themselves, in digests: an outline, a function's text, what decides in a function, where a name leads."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from .log import Cell, Log
from .modules import Unreadable
from .world import Whole, functions_of

OUTLINE, BODY, TELLING, SPLIT = "o", "b", "t", "r"
GONE = "gone"


def facts_of(log: Log, whole: Whole) -> Iterator[Cell]:
    """All that a part of the work asked of the files."""
    ways = [whole.project.ways[key] for key in log.names]
    outlines = log.outlines.union(*(files for _, files in ways))
    yield from ((OUTLINE, path) for path in outlines)
    yield from ((BODY, *key) for key in log.bodies)
    yield from ((TELLING, *key) for key in log.tellings)
    yield from ((SPLIT, *key) for key in {key for asked, _ in ways for key in asked})


def digest(fact: Cell, whole: Whole, sha256: Mapping[str, str]) -> str:
    """What the files say now."""
    project = whole.project
    kind, path, *rest = (str(part) for part in fact)
    if kind == SPLIT:
        return json.dumps(project.split(path, rest[0]))
    if path not in project.names:
        return GONE
    if kind == BODY and rest == [""]:
        return sha256[path]
    try:
        module = project.module(path)
    except Unreadable as problem:
        return f"{GONE}: {problem}"
    if kind == TELLING:
        function = next((each for each in functions_of(module) if each.name == rest[0]), None)
        return GONE if function is None else ",".join(sorted(whole.tells(function)))
    return module.marks.get(rest[0] if kind == BODY else "", GONE)

"""The calls that must not get a client's text, as a table: one line for each, by weakness.

`owner.name arguments conditions`. The owner is a module or class (`os`), `*` for any object, `~words` for objects whose name or
class holds one of the words, or nothing for functions that people import by name. Arguments: positions, keywords, `@` for the object
itself, `**` for fields given by dictionary, `all` for every position, `0!` for the first element of a list (or a whole text).
Conditions: `if:shell` the keyword is true, `unless:x` it is given, `with:requests` the file imports one of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from .sinks_answering import TELLING
from .sinks_reaching_out import REACHING
from .sinks_running import RUNNING

TABLE: Mapping[str, str] = {**RUNNING, **REACHING, **TELLING}
WORDS = frozenset({"html", "onlyhtml", "unsafeyaml", "safeparser", "openparser", "unsandboxed", "plain", "pages", "archived", "noarguments", "onetext", "unbundled"})  # conditions that `conditions.py` knows by name


class Sink(NamedTuple):
    rule: str
    name: str
    dotted: str  # the whole name, "" where the owner is looked at by `owner`
    owner: re.Pattern[str] | None  # None: any object
    bare: bool  # a function that people import by name
    arguments: tuple[str, ...]
    conditions: tuple[str, ...]


def _sink(rule: str, line: str) -> Sink:
    pattern, *words = line.split()
    conditions = tuple(word for word in words if ":" in word or word in WORDS)
    arguments = tuple(word for word in words if word not in conditions)
    owner, _, name = pattern.rpartition(".")
    if owner.startswith("~"):
        return Sink(rule, name, "", re.compile(owner[1:], re.IGNORECASE), False, arguments, conditions)
    dotted = "" if owner == "*" else pattern
    return Sink(rule, name, dotted, None, not owner, arguments, conditions)


def _rows() -> Iterator[Sink]:
    for rule, text in TABLE.items():
        for line in text.strip().splitlines():
            yield _sink(rule, line.strip())


def _by_name() -> Mapping[str, tuple[Sink, ...]]:
    names: dict[str, list[Sink]] = {}
    for sink in _rows():
        names.setdefault(sink.name, []).append(sink)
    return {name: tuple(sinks) for name, sinks in names.items()}


SINKS = _by_name()
CALLED = re.compile(r"((?:[\w\]\)]\.)?(?:\w+\.)*)(\w+)\s*\(")


def watched(text: str) -> Iterator[str]:
    """The rules whose table has a line for one of the calls in this text, as far as the text alone can tell.

    What a view returns is a page.
    """
    if text.lstrip().startswith("return "):
        yield "page-flow"
    for owner, name in CALLED.findall(text):
        yield from (sink.rule for sink in SINKS.get(name, ()) if _may_be(sink, owner.rstrip(".")))


def _may_be(sink: Sink, owner: str) -> bool:
    """Whether a call on what is written so can be the one that the line means."""
    if any(condition.startswith("with:") for condition in sink.conditions):
        return False  # what the file imports is not in the line
    if sink.owner is not None:
        return bool(owner) and sink.owner.search(owner) is not None
    if sink.bare:
        return not owner or sink.name not in {"open", "eval", "exec", "compile", "getattr", "setattr"}
    return not owner or not sink.dotted or sink.dotted.split(".")[-2] == owner.rpartition(".")[2]

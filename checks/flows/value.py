"""What is known of a value while a program is read: where its text comes from, and for which weaknesses it was made harmless."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple


class Unknown:
    """The constant of a value that is none."""


UPLOAD = re.compile(r"(?i)^\w*(file|upload|image|archive|document|photo|picture|avatar|attachment|audio|video|pdf|csv)\w*$|[.](files|FILES)$|^f$")
UNKNOWN = Unknown()
UNSURE = -1  # among the cleared weaknesses: it came through a call that nobody here has read
ARCHIVED = -3  # the name of a file in an archive
ROOTED = -4  # begins with a slash
BARE = -6  # begins with no slash
SINGLE = -5  # does not begin with two
NORMAL = -2  # among the cleared weaknesses: a path without `..` in it
DEPTH = 2  # how many attributes and keys of a parameter are told apart
MOST_ORIGINS = 8  # of one value; more do not change what is said of it
MOST_ITEMS = 40
LEVELS = 2  # of items in items


class Source(NamedTuple):
    """A place where text of a client (or of whoever starts the program) comes in."""

    kind: str  # "client" or "operator"
    path: str
    line: int
    what: str


class Param(NamedTuple):
    """What a caller hands in: a parameter, or an attribute or key of it."""

    name: str
    keys: tuple[object, ...]


class Ref(NamedTuple):
    """What a value is: `kind` is function, class, instance, library (an object of a class that is not ours), or closure."""

    kind: str
    path: str
    name: str
    extra: object = None


Origin = Source | Param
Cleared = frozenset[int]
Marks = Mapping[Origin, Cleared]
Effects = Mapping[str, Cleared | None]  # variable to what it is cleared of; None: of everything


class Guard(NamedTuple):
    """What is known of variables when a value is true, and when it is false."""

    true: Effects
    false: Effects


NONE: Cleared = frozenset()
FILE_NAME: Cleared = frozenset({22, 915, 943})
NO_MARKS: Marks = {}
NO_EFFECTS: Effects = {}
NO_GUARD = Guard(NO_EFFECTS, NO_EFFECTS)


class Value(NamedTuple):
    """`items` says more of single keys and attributes; `marks` is about all the others, and the value itself."""

    marks: Marks = NO_MARKS
    items: Mapping[object, Value] | None = None
    const: object = UNKNOWN
    ref: Ref | None = None
    guard: Guard = NO_GUARD
    root: tuple[tuple[str, str], ...] = ()  # variables that it was cut from, and how
    size: int | None = None  # of a list or tuple, when all its elements are among the items


CLEAN = Value()


def marked(origin: Origin, cleared: Cleared = NONE) -> Value:
    return Value({origin: cleared})


def both(one: Marks, other: Marks) -> Marks:
    """Marks of a value that may be either, or that holds both: cleared is what is cleared in both."""
    if not other or one is other:
        return one
    if not one:
        return other
    result = dict(one)
    for origin, cleared in other.items():
        known = result.get(origin)
        if known is not None:
            result[origin] = known & cleared
        elif len(result) < MOST_ORIGINS:
            result[origin] = cleared
    return result


def everything(value: Value) -> Marks:
    """The marks of the value and of all its parts."""
    marks = value.marks
    for item in (value.items or {}).values():
        marks = both(marks, everything(item))
    return marks


def joined(one: Value, other: Value) -> Value:
    """What is known when the value is one of the two."""
    if one is other:
        return one
    if not (one.marks or one.items or other.marks or other.items) and one[2:] == other[2:]:
        return one
    return Value(
        both(one.marks, other.marks),
        _joined_items(one, other),
        one.const if type(one.const) is type(other.const) and one.const == other.const else UNKNOWN,
        one.ref or other.ref,
        one.guard if one.guard == other.guard else NO_GUARD,
        _root(one, other),
        one.size if one.size == other.size else None,
    )


def _root(one: Value, other: Value) -> tuple[tuple[str, str], ...]:
    if one.root == other.root or not (other.marks or other.items):
        return one.root
    return other.root if not (one.marks or one.items) else ()


def _joined_items(one: Value, other: Value) -> Mapping[object, Value] | None:
    if one.items is None and other.items is None:
        return None
    first, second = one.items or {}, other.items or {}
    keys = [*first, *(key for key in second if key not in first)][: max(MOST_ITEMS, len(first))]
    return {key: joined(first.get(key, Value(one.marks)), second.get(key, Value(other.marks))) for key in keys}


def cleared(value: Value, of: Cleared | None) -> Value:
    """The value after it was made harmless for these weaknesses, or for all (None)."""
    if of is None:
        return Value(const=value.const, ref=value.ref)
    if not value.marks and not value.items:
        return value
    items = {key: cleared(item, of) for key, item in value.items.items()} if value.items else value.items
    return value._replace(marks={origin: known | of for origin, known in value.marks.items()}, items=items)


def only(marks: Marks, of: Cleared = NONE) -> Value:
    """A value of which only the origin is known."""
    if not marks:
        return CLEAN
    return Value({origin: known | of for origin, known in marks.items()} if of else marks)


def part(value: Value, key: object, of: Cleared = NONE) -> Value:
    """An attribute or element."""
    if value.items is not None and key in value.items:
        return value.items[key]
    if not value.marks:
        return CLEAN
    return Value({deeper(origin, key): _sent(origin, key, known) | of for origin, known in value.marks.items()})


def _sent(origin: Origin, key: object, known: Cleared) -> Cleared:
    """The name of a file that a client sends is dangerous in its own way."""
    if ARCHIVED in known:
        return known
    if isinstance(origin, Source) and (key == "filename" or (key == "name" and "FILES" in origin.what)):
        return known - {434} | FILE_NAME
    if isinstance(origin, Source) and key in {"file", "stream"} and UPLOAD.search(origin.what):
        return known | {22, 73}  # what was sent, and is open already
    if isinstance(key, str) and key.lower() in {"http_referer", "referer", "referrer"}:
        return known | {601}  # nobody can make another's browser send a false one
    return known


def deeper(origin: Origin, key: object) -> Origin:
    if isinstance(origin, Param) and len(origin.keys) < DEPTH:
        return Param(origin.name, (*origin.keys, key))
    return origin


def with_part(value: Value, key: object, new: Value) -> Value:
    """The value after one of its attributes or elements was set."""
    items = dict(value.items or {})
    new = shallow(new, LEVELS - 1)
    if key in items or len(items) < MOST_ITEMS:  # of an object with more, the others are not followed
        items[key] = new
    return value._replace(items=items, const=UNKNOWN)


def shallow(value: Value, levels: int) -> Value:
    """The value with no more than so many levels of items: what a program builds up in a loop would never end."""
    if value.items is None:
        return value
    if levels == 0:
        return Value(everything(value), const=value.const, ref=value.ref, guard=value.guard, root=value.root)
    items = {key: shallow(item, levels - 1) for key, item in value.items.items()}
    return value._replace(items=items) if any(items[key] is not item for key, item in value.items.items()) else value


def shortened(marks: Marks) -> Marks:
    """The path of a request without its last slash can begin with two: it names a host."""
    if not any(isinstance(origin, Source) and origin.what.endswith((".path", ".full_path")) for origin in marks):
        return marks
    return {origin: known - {601} if isinstance(origin, Source) and origin.what.endswith("path") else known for origin, known in marks.items()}


def holding(value: Value, new: Value) -> Value:
    """The value after something was put into it, nobody knows where."""
    return value._replace(marks=both(value.marks, everything(new)), const=UNKNOWN, size=None)


def together(args: list[Value]) -> Marks:
    marks: Marks = NO_MARKS
    for arg in args:
        marks = both(marks, everything(arg))
    return marks

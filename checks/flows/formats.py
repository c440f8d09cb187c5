"""Texts that a format puts together: which of the values it takes, and how it shows them."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator, Mapping

from .binding import element
from .sequences import elements
from .texts import TEXT, after
from .value import CLEAN, NO_MARKS, UNKNOWN, Cleared, Marks, Value, both, everything

PERCENT = re.compile(r"%(?:\((\w+)\))?[-#0 +]*[\d*]*(?:\.[\d*]+)?([a-zA-Z%])")
NUMBERS = frozenset("dioxXeEfFgGcbn")
SHOWN: Cleared = frozenset({113, 117})


def formatted(text: str, node: ast.Call, args: list[Value], keywords: Mapping[str, Value], table: Value | None = None) -> Value:
    """`text.format(...)`, `text.format_map(table)`."""
    spread = any(isinstance(each, ast.Starred) for each in node.args) or any(keyword.arg is None for keyword in node.keywords)
    marks: Marks = NO_MARKS
    try:
        fields = list(_fields(text))
    except ValueError:
        spread = True
    if spread:
        return _all(text, [*args, *keywords.values(), *([table] if table is not None else [])])
    before: str | None = ""
    for literal, name, spec, shown in fields:
        before = before + literal if before is not None else None
        value = _field(name, args, keywords, table)
        if value is not CLEAN and not (spec[-1:] in NUMBERS and spec):
            of = after(before) | TEXT | (SHOWN if shown else TEXT)
            marks = both(marks, {origin: known | of for origin, known in everything(value).items()})
        if name:
            const = value.const
            before = before + str(const) if before is not None and isinstance(const, str | int) else "" if before == "" and everything(value) else None
    return Value(marks, const=UNKNOWN)


def _fields(text: str) -> Iterator[tuple[str, str, str, bool]]:
    """Literal text, the field behind it, how it is shown, and whether with `!r`."""
    count = 0
    for literal, name, spec, conversion in string.Formatter().parse(text):
        if name is None:
            continue
        numbered = not name or name[0] in ".["
        yield literal, f"{count}{name}" if numbered else name, spec or "", conversion in {"r", "a"}
        count += numbered


def _field(name: str, args: list[Value], keywords: Mapping[str, Value], table: Value | None) -> Value:
    first = re.split(r"[.\[]", name, maxsplit=1)[0]
    if table is not None:
        value = element(table, first)
    elif first.isdigit():
        value = args[int(first)] if int(first) < len(args) else CLEAN
    else:
        value = keywords.get(first, CLEAN)
    return value if first == name else Value(everything(value))


def percent(text: str, right: Value) -> Value:
    """`text % right`"""
    given = elements(right)
    places = [(match[1], match[2], match.start()) for match in PERCENT.finditer(text) if match[2] != "%"]
    if given is None and right.items is None and len(places) == 1:
        given = [right]
    marks: Marks = NO_MARKS
    for at, (key, kind, start) in enumerate(places):
        value = element(right, key) if key else given[at] if given is not None and at < len(given) else Value(everything(right))
        if kind in NUMBERS or not everything(value):
            continue
        of = TEXT | (SHOWN if kind in "ra" else TEXT) | (after(text[:start]) if at == 0 or everything(value) else TEXT)
        marks = both(marks, {origin: known | of for origin, known in everything(value).items()})
    return Value(marks)


def _all(text: str, values: list[Value]) -> Value:
    of = TEXT | after(text.partition("{")[0])
    marks: Marks = NO_MARKS
    for value in values:
        marks = both(marks, {origin: known | of for origin, known in everything(value).items()})
    return Value(marks)

"""Lists, dictionaries, comprehensions and texts as they are written down."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .binding import bind, iterated
from .guards import guard_of
from .objects import special
from .reports import reached
from .sequences import elements, sequence
from .texts import concatenated
from .value import (
    CLEAN,
    MOST_ITEMS,
    NONE,
    UNKNOWN,
    Cleared,
    Marks,
    Value,
    both,
    cleared,
    everything,
    with_part,
)

if TYPE_CHECKING:
    from .frame import Frame


CODE_KEYS = ("$where", "$function", "$accumulator")  # of a document query: JavaScript


def read_text(node: ast.JoinedStr, frame: Frame) -> Value:
    pieces: list[tuple[Value, Cleared]] = []
    for each in node.values:
        if isinstance(each, ast.FormattedValue):
            piece = frame.value(each.value)
            piece = special(piece, "__str__", [], frame) or piece
            spec = each.format_spec
            number = isinstance(spec, ast.JoinedStr) and _number_format(spec)
            pieces.append((CLEAN if number else piece, frozenset({113, 117}) if each.conversion == ord("r") else NONE))
        else:
            pieces.append((frame.value(each), NONE))
    return concatenated(pieces)


def _number_format(spec: ast.JoinedStr) -> bool:
    return any(isinstance(each, ast.Constant) and str(each.value).endswith(("d", "f", "x", "e", "%")) for each in spec.values)


def read_sequence(node: ast.List | ast.Tuple | ast.Set, frame: Frame) -> Value:
    values: list[Value] | None = []
    others = CLEAN.marks
    for each in node.elts:
        value = frame.value(each)
        known = elements(value) if isinstance(each, ast.Starred) else [value]
        if known is None or values is None or len(values) >= MOST_ITEMS:
            values = None
        else:
            values += known
        others = both(others, everything(value))
    return sequence(values) if values is not None else Value(others)


def read_dict(node: ast.Dict, frame: Frame) -> Value:
    result = Value(items={})
    for key, item in zip(node.keys, node.values, strict=True):
        value = frame.value(item)
        known = frame.value(key).const if key is not None else UNKNOWN
        if known in CODE_KEYS:
            reached("nosql-flow", Value({origin: of - {943} for origin, of in everything(value).items()}), item, frame)
        if known == "$eq":
            value = cleared(value, frozenset({943}))
        if key is not None and known is not UNKNOWN:
            result = with_part(result, known, value)
        elif key is None and value.items is not None:
            result = result._replace(items={**(result.items or {}), **value.items}, marks=both(result.marks, value.marks))
        else:
            result = result._replace(marks=both(result.marks, everything(value)))
            if key is not None:  # whoever writes the key names the field
                names: Marks = {origin: of - {915} for origin, of in everything(frame.value(key)).items()}
                result = result._replace(marks=both(result.marks, names))
    return result


def read_comprehension(node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, frame: Frame) -> Value:
    before = dict(frame.env)
    for generator in node.generators:
        bind(generator.target, iterated(frame.value(generator.iter)), frame)
        for test in generator.ifs:
            frame.value(test)
            frame.apply(guard_of(test, frame).true)
    if isinstance(node, ast.DictComp):
        entry = sequence([frame.value(node.key), frame.value(node.value)])
        frame.env = before
        return Value(items={"entries of": entry})
    else:
        marks = everything(frame.value(node.elt))
    frame.env = before
    return Value(marks)

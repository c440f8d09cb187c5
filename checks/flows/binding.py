"""Elements of values, and values that get a name."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .names import path_of
from .value import CLEAN, UNKNOWN, Marks, Source, Value, both, everything, holding, joined, only, part, with_part

if TYPE_CHECKING:
    from .frame import Frame


def element(owner: Value, key: object = UNKNOWN) -> Value:
    """What stands under a key; under any, when it is not known."""
    if owner.items is not None and key is not UNKNOWN and not (isinstance(key, int) and key < 0):
        if key in owner.items:
            return owner.items[key]
        return part(Value(owner.marks), key, frozenset({915}))
    if owner.items is None and key is not UNKNOWN:
        return part(owner, key, frozenset({915}))
    if owner.items is None:
        return only(owner.marks, frozenset({915})) if owner.marks else CLEAN
    result = only(owner.marks, frozenset({915}))
    for item in owner.items.values():
        result = joined(result, item) if result is not CLEAN else item
    return result


def iterated(value: Value) -> Value:
    """What a loop gets out of it."""
    if value.items is not None and "pairs of" in value.items:
        return value.items["pairs of"]
    return element(value)


def bind(target: ast.expr, value: Value, frame: Frame) -> None:
    """Give the value to a variable, an attribute, an element, or to several of them."""
    match target:
        case ast.Name(id=name):
            frame.bind(name, value)
        case ast.Attribute(value=owner, attr=attr):
            put(owner, attr, value, frame)
        case ast.Subscript(value=owner, slice=index):
            key = frame.value(index)
            if key.const is UNKNOWN:
                put(owner, None, Value(both(everything(value), everything(key))), frame)
            else:
                put(owner, key.const, value, frame)
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            for at, each in enumerate(targets):
                bind(each, iterated(value) if isinstance(each, ast.Starred) else element(value, at), frame)
        case ast.Starred(value=inner):
            bind(inner, value, frame)


def put(owner: ast.expr, key: object, value: Value, frame: Frame) -> None:
    """Set an attribute or element (None: nobody knows which) of what an expression stands for."""
    if isinstance(owner, ast.Name):
        if owner.id not in frame.env:
            return
        known = frame.env[owner.id]
        frame.env[owner.id] = holding(known, value) if key is None else with_part(known, key, value)
        _field(owner.id, key, value, frame)
    elif isinstance(owner, ast.Attribute | ast.Subscript) and path_of(owner).partition(".")[0].partition("[")[0] in frame.env:
        known = frame.value(owner)
        bind_part(owner, holding(known, value) if key is None else with_part(known, key, value), frame)


def bind_part(owner: ast.Attribute | ast.Subscript, value: Value, frame: Frame) -> None:
    if isinstance(owner, ast.Attribute):
        put(owner.value, owner.attr, value, frame)
    elif isinstance(owner.slice, ast.Constant):
        put(owner.value, owner.slice.value, value, frame)
    else:
        put(owner.value, None, value, frame)


def _field(name: str, key: object, value: Value, frame: Frame) -> None:
    """What a method writes to its own object, the other methods may read."""
    function = frame.function
    if name != "self" or function is None or not function.owner or not isinstance(key, str):
        return
    own = _sources(value)
    if own.marks or own.items or own.ref is not None:
        frame.world.set_field(function.path, function.owner, key, own)


def _sources(value: Value) -> Value:
    """The value without what callers hand in."""
    marks: Marks = {origin: known for origin, known in value.marks.items() if isinstance(origin, Source)}
    items = {key: _sources(item) for key, item in value.items.items()} if value.items else None
    return Value(marks, items, ref=value.ref if value.ref is not None and value.ref.kind in {"instance", "library"} else None)

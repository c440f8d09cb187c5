"""Elements of values, and values that get a name."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .names import path_of
from .sequences import changed, elements, sequence
from .value import CLEAN, UNKNOWN, Marks, Source, Value, both, everything, holding, joined, only, part, with_part

if TYPE_CHECKING:
    from .frame import Frame


def element(owner: Value, key: object = UNKNOWN) -> Value:
    """What stands under a key; under any, when it is not known."""
    if isinstance(key, int) and key < 0 and owner.size is not None:
        key += owner.size
    if owner.items is not None and "entries of" in owner.items:
        return element(owner.items["entries of"], 1)
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
    if value.items is None:
        return only(value.marks)
    return element(value)


def bind(target: ast.expr, value: Value, frame: Frame) -> None:
    """Give the value to a variable, an attribute, an element, or to several of them."""
    match target:
        case ast.Name(id=name):
            frame.bind(name, value)
            if name in frame.shared and name in frame.module.globals and frame.function is not None:
                own = sources(value)
                if own.marks or own.items:
                    frame.world.set_field(frame.module.path, "", name, own)
        case ast.Attribute(value=owner, attr=attr):
            put(owner, attr, value, frame)
        case ast.Subscript(value=owner, slice=index):
            key = frame.value(index)
            if key.const is UNKNOWN:
                put(owner, None, Value(both(everything(value), everything(key))), frame)
            else:
                put(owner, _place(frame.value(owner), key.const), value, frame)
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            _unpacked(targets, value, frame)
        case ast.Starred(value=inner):
            bind(inner, value, frame)


def _place(owner: Value, key: object) -> object:
    return key + owner.size if isinstance(key, int) and key < 0 and owner.size is not None else key


def _unpacked(targets: list[ast.expr], value: Value, frame: Frame) -> None:
    """`a, *b, c = value`"""
    known = elements(value)
    star = next((at for at, each in enumerate(targets) if isinstance(each, ast.Starred)), None)
    if known is None or star is None or len(known) < len(targets) - 1:
        for at, each in enumerate(targets):
            later = star is not None and at >= star
            bind(each, iterated(value) if later else element(value, at), frame)
        return
    rest = len(known) - (len(targets) - star - 1)
    for at, each in enumerate(targets):
        if at == star:
            bind(each, sequence(known[star:rest]), frame)
        else:
            bind(each, known[at] if at < star else known[rest + at - star - 1], frame)


def put(owner: ast.expr, key: object, value: Value, frame: Frame) -> None:
    """Set an attribute or element (None: nobody knows which) of what an expression stands for."""
    if isinstance(owner, ast.Name):
        if owner.id not in frame.env:
            _share(owner.id, key, value, frame)
            return
        known = frame.env[owner.id]
        if isinstance(key, str) and known.ref is not None and frame.world.set_property(owner, key, value, frame):
            return
        frame.env[owner.id] = holding(known, value) if key is None else with_part(known, key, value)
        _field(owner.id, key, value, frame)
    elif isinstance(owner, ast.Attribute | ast.Subscript) and path_of(owner).partition(".")[0].partition("[")[0] in frame.env:
        known = frame.value(owner)
        bind_part(owner, holding(known, value) if key is None else with_part(known, key, value), frame)


def _share(name: str, key: object, value: Value, frame: Frame) -> None:
    """What a function puts into a class, a variable of the file, or Flask's `g`, other functions may read."""
    own, module = sources(value), frame.module
    if frame.function is None or not (own.marks or own.items):
        return
    if module.imports.get(name) == "flask.g" and isinstance(key, str):
        frame.world.set_field("", "flask.g", key, own)
    elif name in module.classes and isinstance(key, str):
        frame.world.set_field(module.path, name, key, own)
    elif name in frame.world.variables(module) or name in module.globals:
        frame.world.set_field(module.path, "", name, Value(everything(own)) if key is None else Value(items={key: own}))


def bind_part(owner: ast.Attribute | ast.Subscript, value: Value, frame: Frame) -> None:
    if isinstance(owner, ast.Attribute):
        put(owner.value, owner.attr, value, frame)
    else:
        key = frame.value(owner.slice).const
        put(owner.value, None if key is UNKNOWN else key, value, frame)


def _field(name: str, key: object, value: Value, frame: Frame) -> None:
    """What a method writes to its own object, the other methods may read."""
    function = frame.function
    if name != "self" or function is None or not function.owner or not isinstance(key, str):
        return
    own = sources(value)
    if own.marks or own.items or own.ref is not None:
        frame.world.set_field(function.path, function.owner, key, own)


def sources(value: Value) -> Value:
    """The value without what callers hand in."""
    marks: Marks = {origin: known for origin, known in value.marks.items() if isinstance(origin, Source)}
    items = {key: sources(item) for key, item in value.items.items()} if value.items else None
    return Value(marks, items, ref=value.ref if value.ref is not None and value.ref.kind in {"instance", "library"} else None)


def rebind(owner: ast.expr, value: Value, frame: Frame) -> None:
    """The object that an expression stands for was changed into this."""
    if isinstance(owner, ast.Name):
        if owner.id in frame.env:
            frame.env[owner.id] = value
    elif isinstance(owner, ast.Attribute | ast.Subscript) and path_of(owner).partition(".")[0].partition("[")[0] in frame.env:
        bind_part(owner, value, frame)


def removed(owner: ast.expr, key: object, frame: Frame) -> None:
    """`del owner[key]`"""
    value = frame.value(owner)
    if value.size is not None:
        after = changed("pop", value, [Value(const=key)])
        rebind(owner, value._replace(size=None) if after is None else after[0], frame)
    elif value.items is not None and key in value.items and not value.marks:
        rebind(owner, value._replace(items={each: item for each, item in value.items.items() if each != key}), frame)

"""Calls that make lists and dictionaries of others, element by element."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .binding import iterated, put
from .sequences import elements, pairwise, sequence
from .value import (
    CLEAN,
    UNKNOWN,
    Value,
    both,
    everything,
    together,
)

if TYPE_CHECKING:
    from .frame import Frame


def made_of(name: str, node: ast.Call, args: list[Value], keywords: dict[str, Value]) -> Value | None:
    """Containers that are made of others, element by element."""
    match name, args:
        case "zip", _ if not keywords:
            return pairwise(args)
        case "enumerate", [first] if (known := elements(first)) is not None:
            return sequence([sequence([Value(const=at), each]) for at, each in enumerate(known)])
        case "enumerate", [first, *_]:
            return Value(items={"pairs of": Value(items={0: CLEAN, 1: iterated(first)}, size=2)})
        case "reversed", [first] if (known := elements(first)) is not None:
            return sequence(known[::-1])
        case ("dict" | "OrderedDict" | "collections.OrderedDict"), [first] if not keywords and (pairs := _pairs(first)) is not None:
            return Value(items=pairs)
        case ("dict" | "collections.OrderedDict"), [first] if keywords and first.items is not None and all(k.arg for k in node.keywords):
            more: dict[object, Value] = dict(keywords.items())
            return first._replace(items={**first.items, **more})
        case "dict.fromkeys", [keys, value] if (known := elements(keys)) is not None and all(each.const is not UNKNOWN for each in known):
            return Value(items={each.const: value for each in known})
        case "dict.fromkeys", [keys, value]:
            return Value(both(everything(keys), everything(value)))
        case ("list" | "deque" | "queue.Queue" | "collections.deque" | "set"), []:
            return Value(items={}, size=0 if name != "set" else None) if not keywords else None
        case ("deque" | "collections.deque"), [first, *_] if first.size is not None:
            return first
        case ("types.SimpleNamespace" | "argparse.Namespace"), []:
            return Value(items=dict(keywords.items()))
    return None


def _pairs(value: Value) -> dict[object, Value] | None:
    """The entries of `dict([(key, value), ...])`."""
    entries: dict[object, Value] = {}
    for pair in elements(value) or [CLEAN]:
        known = elements(pair)
        if known is None or len(known) != 2 or known[0].const is UNKNOWN:
            return None
        entries[known[0].const] = known[1]
    return entries


def filled(owner: ast.expr, last: str, args: list[Value], keywords: dict[str, Value], frame: Frame) -> None:
    """Something is put into an object."""
    if last in {"set", "setdefault", "insert"} and len(args) > 1 and args[0].const is not UNKNOWN and last != "insert":
        put(owner, args[0].const if len(args) == 2 else None, args[-1], frame)
    elif last == "update" and len(args) == 1 and args[0].items and not args[0].marks:
        for key, item in args[0].items.items():
            put(owner, key, item, frame)
    elif args and (together(args) or frame.value(owner).size is not None):
        put(owner, None, Value(together(args)), frame)
    for key, value in keywords.items():
        if last == "update":
            put(owner, key, value, frame)

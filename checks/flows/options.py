"""Parsers of command lines and of configuration files: what each option holds."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .binding import element, rebind
from .cleaners import CONVERSIONS
from .value import (
    CLEAN,
    UNKNOWN,
    Value,
    with_part,
)

if TYPE_CHECKING:
    from .frame import Frame


def declared(owner: ast.expr, receiver: Value, args: list[Value], keywords: dict[str, Value], node: ast.Call, frame: Frame) -> Value:
    """`parser.add_argument("--size", type=int, choices=...)`: such an option holds no free text."""
    names = [arg.const for arg in args if isinstance(arg.const, str)]
    dest = keywords["dest"].const if "dest" in keywords else next((each for each in names if each.startswith("--")), names[0] if names else None)
    kinds = [ast.unparse(each.value) for each in node.keywords if each.arg == "type"]
    switch = str(keywords["action"].const).startswith(("store_", "count", "version")) if "action" in keywords else False
    if isinstance(dest, str) and ("choices" in keywords or switch or any(kind in CONVERSIONS for kind in kinds)):
        known = (receiver.items or {}).get("fields of", CLEAN).items or {}
        fields = Value(items={**known, dest.lstrip("-").replace("-", "_"): CLEAN})
        rebind(owner, receiver._replace(items={**(receiver.items or {}), "fields of": fields}), frame)
    return CLEAN


def option(owner: ast.expr, last: str, receiver: Value, args: list[Value], frame: Frame) -> Value | None:
    """`config.set(section, option, value)`, `config.get(section, option)`"""
    key = args[0].const, args[1].const
    if UNKNOWN in key:
        return None
    if last == "set" and len(args) > 2:
        rebind(owner, with_part(receiver, key, args[2]), frame)
        return CLEAN
    return element(receiver, key) if last == "get" else None

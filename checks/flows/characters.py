"""Tests of every character of a text, or of every element of a list."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .cleaners import FORBIDDEN, FORM_TESTS
from .names import dotted
from .regexes import WORD, harmless
from .value import (
    Cleared,
    Source,
    everything,
)

if TYPE_CHECKING:
    from .frame import Frame


def clears(tested: ast.expr, each: str, frame: Frame) -> Cleared | bool | None:
    """What a text is cleared of when this is true of each of its characters; False: of nothing."""
    match tested:
        case ast.BoolOp(op=ast.Or(), values=values):
            answers = [clears(value, each, frame) for value in values]
            if False in answers:
                return False
            sets = [answer for answer in answers if answer is not None and not isinstance(answer, bool)]
            return frozenset.intersection(*sets) if sets else None
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if name == each and attr in FORM_TESTS:
            return None
        case ast.Compare(left=ast.Name(id=name), ops=[ast.In()], comparators=[known]) if name == each:
            return of_these(known, frame)
    return False


def of_these(node: ast.expr, frame: Frame) -> Cleared | bool | None:
    """The characters of a constant text, or of a constant that is not known."""
    if of_client(node, frame) or FORBIDDEN.search(dotted(node, frame)):
        return False
    known = frame.value(node.args[0] if isinstance(node, ast.Call) and node.args else node).const
    name = dotted(node, frame)
    if isinstance(known, str):
        return harmless(known)
    parts = [each.rpartition(".")[2] for each in (dotted(part, frame) for part in ast.walk(node) if isinstance(part, ast.Attribute)) if each]
    if parts and all(part in {"ascii_letters", "digits", "ascii_lowercase", "ascii_uppercase", "hexdigits"} for part in parts):
        return harmless([*WORD, *"".join(str(c.value) for c in ast.walk(node) if isinstance(c, ast.Constant) and isinstance(c.value, str))])
    return None if name and not name.startswith("request") else False


def of_client(node: ast.expr, frame: Frame) -> bool:
    """Whether a client has a say in it."""
    return any(isinstance(origin, Source) for origin in everything(frame.value(node)))

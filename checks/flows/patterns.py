"""The patterns of `match`: which constants they fit, and what their names take."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .binding import element
from .names import path_of
from .sequences import elements, sequence
from .value import CLEAN, Value, everything

if TYPE_CHECKING:
    from .frame import Frame


def fits(pattern: ast.pattern, const: object) -> bool | None:
    """Whether the constant fits; None when that can't be said."""
    match pattern:
        case ast.MatchValue(value=ast.Constant(value=value)):
            return bool(value == const)
        case ast.MatchSingleton(value=single):
            return const is single
        case ast.MatchOr(patterns=patterns):
            answers = [fits(each, const) for each in patterns]
            return True if True in answers else None if None in answers else False
        case ast.MatchAs(pattern=None):
            return True
        case ast.MatchAs(pattern=inner) if inner is not None:
            return fits(inner, const)
    return None


def takes_all(pattern: ast.pattern) -> bool:
    return isinstance(pattern, ast.MatchAs) and pattern.pattern is None


def captured(pattern: ast.pattern, subject: Value, node: ast.expr | None, frame: Frame) -> None:
    """A literal pattern says what the value is; a name takes it, or its part."""
    match pattern:
        case ast.MatchValue() | ast.MatchSingleton() | ast.MatchOr() if _literal(pattern):
            _known(node, frame)
        case ast.MatchOr(patterns=patterns):
            for each in patterns:
                captured(each, subject, None, frame)
        case ast.MatchAs(pattern=inner, name=name):
            value = subject
            if inner is not None:
                captured(inner, subject, node, frame)
                value = CLEAN if _literal(inner) else subject
            if name:
                frame.bind(name, value)
        case ast.MatchSequence(patterns=patterns):
            written = node.elts if isinstance(node, ast.Tuple | ast.List) and len(node.elts) == len(patterns) else [None] * len(patterns)
            for at, (each, part) in enumerate(zip(patterns, written, strict=True)):
                _item(each, at, len(patterns), subject, part, frame)
        case ast.MatchMapping(keys=keys, patterns=patterns, rest=rest):
            for key, each in zip(keys, patterns, strict=True):
                captured(each, element(subject, frame.value(key).const), None, frame)
            if rest:
                frame.bind(rest, Value(everything(subject)))
        case ast.MatchClass(patterns=patterns, kwd_attrs=names, kwd_patterns=named):
            for each in patterns:
                captured(each, Value(everything(subject)), None, frame)
            for name, each in zip(names, named, strict=True):
                captured(each, element(subject, name), None, frame)


def _item(pattern: ast.pattern, at: int, count: int, subject: Value, node: ast.expr | None, frame: Frame) -> None:
    if not isinstance(pattern, ast.MatchStar):
        captured(pattern, element(subject, at), node, frame)
    elif pattern.name:
        known = elements(subject)
        frame.bind(pattern.name, Value(everything(subject)) if known is None else sequence(known[at : len(known) - (count - at - 1)]))


def _literal(pattern: ast.pattern) -> bool:
    parts = pattern.patterns if isinstance(pattern, ast.MatchOr) else [pattern]
    return all(isinstance(each, ast.MatchValue | ast.MatchSingleton) for each in parts)


def _known(node: ast.expr | None, frame: Frame) -> None:
    path = path_of(node) if node is not None else ""
    if path:
        frame.apply({path: None})

"""Which parameters decide what a function does: those it tests, those it calls, the switches it hands on, and its object's methods."""

from __future__ import annotations

import ast
from collections.abc import Iterator

SWITCHES = frozenset({"shell", "weights_only", "allow_pickle", "resolve_entities", "autoescape", "safe", "escape"})


def telling(body: list[ast.stmt]) -> set[str]:
    return {name for statement in body for node in ast.walk(statement) for name in _of(node)}


def _of(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) | ast.Match(subject=test):
            yield from _tested(test)
        case ast.Call(func=ast.Name(id=name)):
            yield name
        case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=attr):
            yield f".{attr}"
        case ast.keyword(arg=str(arg), value=ast.Name(id=name)) if arg in SWITCHES:
            yield name


def _tested(test: ast.expr) -> Iterator[str]:
    """`flag`, `not flag`, `mode == "x"`, `n > 5`"""
    match test:
        case ast.Name(id=name):
            yield name
        case ast.UnaryOp(operand=inner):
            yield from _tested(inner)
        case ast.BoolOp(values=values):
            for each in values:
                yield from _tested(each)
        case ast.Compare(left=left, comparators=others):
            for each in (left, *others):
                if isinstance(each, ast.Name):
                    yield each.id

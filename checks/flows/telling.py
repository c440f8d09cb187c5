"""Which parameters decide what a function does: those it tests, those it calls, the switches it hands on, and its object's methods."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

SWITCHES = frozenset({"shell", "weights_only", "allow_pickle", "resolve_entities", "autoescape", "safe", "escape"})
TELLS = frozenset({ast.If, ast.IfExp, ast.While, ast.Match, ast.Call, ast.Attribute, ast.keyword})
LEAVES = frozenset({"ctx", "op", "ops", "name", "names", "id", "attr", "arg", "module", "level", "kind", "type_comment", "simple", "is_async", "conversion"})


def telling(body: list[ast.stmt]) -> set[str]:
    """Walks by hand, because it goes through every function that is read: `ast.walk` takes four times as long."""
    found: set[str] = set()
    waiting: list[ast.AST] = [*body]
    while waiting:
        node = waiting.pop()
        kind = type(node)
        if kind in TELLS:
            found.update(_of(node))
        for name in PARTS[kind]:
            part = getattr(node, name, None)
            if isinstance(part, list):
                waiting += [each for each in part if isinstance(each, ast.AST)]
            elif isinstance(part, ast.AST):
                waiting.append(part)
    return found


def _parts(kind: type[ast.AST]) -> tuple[str, ...]:
    """The fields that can hold what tells something. Of a parameter, `arg` is a name; nothing else has a node there."""
    if kind in (ast.Constant, ast.Name, ast.Global, ast.Nonlocal, ast.Import, ast.ImportFrom):
        return ()
    return tuple(name for name in kind._fields if name not in LEAVES)


class _Parts(dict[type[ast.AST], tuple[str, ...]]):
    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        parts = self[kind] = _parts(kind)
        return parts


PARTS: Mapping[type[ast.AST], tuple[str, ...]] = _Parts()


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

"""Values and summaries as JSON and back: lists, in which a 0 stands for what is nothing special."""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from typing import Any, Protocol

from .frame import Closure, Env, Reach, SinkPlace, Summary, Written
from .handing import Partial
from .modules import Function
from .value import CLEAN, NO_GUARD, UNKNOWN, Cleared, Effects, Guard, Marks, Origin, Param, Ref, Source, Value

MOST = 20_000  # values in one: what functions inside of functions take along may be said many times over
MOST_DIGITS = 300


class Unstorable(Exception):
    """It can't be written down."""


class Lost(Exception):
    """What was written down is about a text that is no longer there."""


class Texts(Protocol):
    """Where `lambda`s and inner functions are written."""

    def mark_of(self, path: str, line: int, column: int) -> str: ...
    def written(self, path: str, line: int, column: int) -> ast.AST | None: ...


class Writer:
    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self.left = MOST

    def summary(self, summary: Summary) -> list[Any]:
        self.left = MOST
        return [
            self.value(summary.result),
            [[self.origin(r.param), list(r.sink), sorted(r.cleared), list(r.via)] for r in summary.reaches],
            [[name, self.value(value)] for name, value in summary.effects.items()],
            self.effects(summary.checked),
        ]

    def env(self, env: Env) -> list[Any]:
        self.left = MOST
        return [[name, self.value(value)] for name, value in env.items()]

    def value(self, value: Value) -> Any:
        if value is CLEAN:
            return 0
        self.left -= 1
        if self.left < 0:
            raise Unstorable
        marks, items, const, ref, guard, root, size = value
        made: list[Any] = [
            [[self.origin(origin), sorted(of)] for origin, of in marks.items()] if marks else 0,
            0 if items is None else [[self.const(key), self.value(item)] for key, item in items.items()],
            self.const(const),
            self.ref(ref) if ref is not None else 0,
            0 if guard is NO_GUARD or guard == NO_GUARD else [self.effects(guard.true), self.effects(guard.false)],
            [list(each) for each in root] if root else 0,
            -1 if size is None else size,
        ]
        while made and made[-1] == (-1 if len(made) == 7 else 0):
            made.pop()
        return made

    def origin(self, origin: Origin) -> list[Any]:
        if isinstance(origin, Source):
            return list(origin)
        return [origin.name, [self.const(key) for key in origin.keys]]

    def const(self, const: object) -> Any:
        match const:
            case str():
                return const
            case None:
                return ["n"]
            case bool():
                return ["b", int(const)]
            case int() if abs(const) < 10**MOST_DIGITS:
                return ["i", str(const)]
            case float() if not math.isnan(const):
                return ["f", const.hex()]
            case bytes():
                return ["y", const.hex()]
        if const is UNKNOWN:
            return 0
        raise Unstorable

    def effects(self, effects: Effects) -> list[Any]:
        return [[name, None if of is None else sorted(of)] for name, of in effects.items()]

    def ref(self, ref: Ref) -> list[Any]:
        made = [ref.kind, ref.path, ref.name]
        return made if ref.extra is None else [*made, self._extra(ref)]

    def _extra(self, ref: Ref) -> list[Any]:
        match ref.extra:
            case Ref():
                return ["ref", self.ref(ref.extra)]
            case Partial(home=home) if home is None or home.function is not None:
                return ["partial"]  # nothing is known of it outside of the function that made it
            case Written(path=path, node=node):
                return ["lambda", path, *self._place(path, node.lineno, node.col_offset)]
            case Closure(function=function, env=env):
                taken = [[name, self.value(value)] for name, value in env.items()]
                return ["closure", function.path, *self._place(function.path, function.line, function.column), function.name, taken]
            case tuple() as names if all(isinstance(name, str) for name in names):
                return ["names", list(names)]
        raise Unstorable

    def _place(self, path: str, line: int, column: int) -> list[Any]:
        mark = self.texts.mark_of(path, line, column)
        if not mark:
            raise Unstorable
        return [line, column, mark]


class Reader:
    """The other way round. Raises `Lost`."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts

    def summary(self, made: Any) -> Summary:
        result, reaches, effects, checked = made
        return Summary(
            self.value(result),
            tuple(Reach(self._param(param), SinkPlace(*sink), frozenset(of), tuple(via)) for param, sink, of, via in reaches),
            {name: self.value(value) for name, value in effects},
            _effects(checked),
        )

    def env(self, made: Any) -> Env:
        return {name: self.value(value) for name, value in made}

    def value(self, made: Any) -> Value:
        if made == 0:
            return CLEAN
        parts: list[Any] = [*made, *(0, 0, 0, 0, 0, 0, -1)[len(made) :]]
        marks, items, const, ref, guard, root, size = parts
        return Value(
            self._marks(marks or []),
            None if items == 0 else {_const(key): self.value(item) for key, item in items},
            _const(const),
            self._ref(ref) if ref else None,
            NO_GUARD if guard == 0 else Guard(_effects(guard[0]), _effects(guard[1])),
            tuple((one, other) for one, other in root or ()),
            None if size == -1 else size,
        )

    def _marks(self, made: Any) -> Marks:
        return {Source(*origin) if len(origin) == 4 else self._param(origin): frozenset(of) for origin, of in made}

    def _param(self, made: Any) -> Param:
        name, keys = made
        return Param(name, tuple(_const(key) for key in keys))

    def _ref(self, made: Any) -> Ref:
        kind, path, name, *extra = made
        return Ref(kind, path, name, self._extra(extra[0]) if extra else None)

    def _extra(self, made: Any) -> object:
        match made:
            case ["ref", ref]:
                return self._ref(ref)
            case ["names", names]:
                return tuple(names)
            case ["lambda", path, line, column, mark] if isinstance(node := self._node(path, line, column, mark), ast.Lambda):
                return Written(path, node)
            case ["closure", path, line, column, mark, name, taken]:
                node = self._node(path, line, column, mark)
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    function = Function(path, name, "", node.args, tuple(node.decorator_list), tuple(node.body), line, column)
                    return Closure(function, {key: self.value(value) for key, value in taken})
            case ["partial"]:
                return Partial(ast.Constant(None), [], {}, None)
        raise Lost

    def _node(self, path: str, line: int, column: int, mark: str) -> ast.AST | None:
        if not mark or self.texts.mark_of(path, line, column) != mark:
            raise Lost
        return self.texts.written(path, line, column)


def _const(made: Any) -> object:
    match made:
        case str():
            return made
        case 0:
            return UNKNOWN
        case ["n"]:
            return None
        case ["b", value]:
            return bool(value)
        case ["i", value]:
            return int(value)
        case ["f", value]:
            return float.fromhex(value)
        case ["y", value]:
            return bytes.fromhex(value)
    raise Lost


def _effects(made: Any) -> Mapping[str, Cleared | None]:
    return {name: None if of is None else frozenset(of) for name, of in made}

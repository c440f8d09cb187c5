"""One function while it is read: its variables, what it has returned so far, and what it tells its callers."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Protocol

from .modules import Class, Function, Module
from .value import (
    CLEAN,
    NO_EFFECTS,
    NO_GUARD,
    NO_MARKS,
    Cleared,
    Effects,
    Guard,
    Marks,
    Param,
    Ref,
    Source,
    Value,
    cleared,
    joined,
)

MOST_STEPS = 400_000  # expressions of one function: the longest one in Django's source takes 9,000
MOST_REACHES = 60  # of one function

Env = dict[str, Value]
Known = tuple[tuple[str, object], ...]  # parameters whose constant, function or class is known to the caller


class TooMuch(Exception):
    """The function is too large to be read."""


class SinkPlace(NamedTuple):
    rule: str
    path: str
    line: int
    end_line: int


class Reach(NamedTuple):
    """What a caller hands in as `param` reaches this sink, through these functions."""

    param: Param
    sink: SinkPlace
    cleared: Cleared
    via: tuple[str, ...]


class Summary(NamedTuple):
    """All that callers must know of a function."""

    result: Value
    reaches: tuple[Reach, ...]
    effects: Mapping[str, Value]  # parameters whose objects it changes, as they are afterwards
    checked: Effects  # what it clears parameters of, when it returns at all


EMPTY = Summary(CLEAN, (), {}, NO_EFFECTS)


class Exit(NamedTuple):
    """One way to return."""

    value: Value
    env: Env
    guard: Guard


@dataclass(frozen=True, eq=False)
class Written:
    """A `lambda`, equal to whatever else was read from the same place of the same text."""

    path: str
    node: ast.Lambda

    @property
    def place(self) -> tuple[int, int]:
        return self.node.lineno, self.node.col_offset

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Written) and (self.path, self.place) == (other.path, other.place)

    def __hash__(self) -> int:
        return hash((self.path, self.place))


@dataclass(frozen=True, eq=False)
class Closure:
    """A function inside of a function, with the variables around it as they were."""

    function: Function
    env: Env

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Closure) and self.function.place == other.function.place and self.env == other.env

    def __hash__(self) -> int:
        return hash(self.function.place)


class World(Protocol):
    """What a frame asks of the whole project."""

    def summary(self, function: Function, known: Known = ()) -> Summary: ...
    def tells(self, function: Function) -> frozenset[str]: ...
    def overrides(self, ref: Ref, function: Function) -> bool: ...
    def variables(self, module: Module) -> Env: ...
    def look_up(self, dotted: str, near: str) -> Value: ...
    def module(self, path: str) -> Module: ...
    def class_of(self, ref: Ref) -> Class | None: ...
    def method(self, ref: Ref, name: str) -> Function | None: ...
    def function(self, ref: Ref) -> Function | None: ...
    def standing(self, function: Function) -> None: ...
    def entered(self, function: Function, frame: Frame) -> None: ...
    def inside(self, function: Function, values: Env, frame: Frame, around: Env | None = None) -> Value: ...
    def field(self, path: str, owner: str, name: str) -> Value: ...
    def set_field(self, path: str, owner: str, name: str, value: Value) -> None: ...
    def set_property(self, owner: ast.Name, name: str, value: Value, frame: Frame) -> bool: ...
    def found(self, sink: SinkPlace, source: Source, cleared: Cleared, via: tuple[str, ...]) -> None: ...


@lru_cache(maxsize=2048)
def _expression(path: str) -> ast.expr | None:
    """What was tested, such as `d['k']`."""
    try:
        return ast.parse(path, mode="eval").body
    except SyntaxError:
        return None


class Frame:
    """`value` and `run` are the two halves of the reader; they call each other through the frame."""

    value_of: Callable[[ast.expr, Frame], Value]
    attribute_of: Callable[[ast.Attribute, Value, Frame], Value]
    run_body: Callable[[list[ast.stmt], Frame], bool]

    def __init__(self, world: World, module: Module, function: Function | None, env: Env, depth: int = 0, coarse: bool = False) -> None:
        self.world = world
        self.module = module
        self.function = function
        self.env = env
        self.depth = depth  # of functions inside of functions
        self.coarse = coarse  # it is too large to be read with all care
        self.loops = 0
        self.raised: Marks = NO_MARKS  # what exceptions of this attempt hold
        self.left: list[Env] = []  # the variables at each `break` of the loop around
        self.again: list[Env] = []  # and at each `continue`
        self.shared: set[str] = set()  # names of the file, or of a function around, that it writes
        self.exits: list[Exit] = []
        self.reaches: dict[tuple[Param, SinkPlace], Reach] = {}
        self.rebound: set[str] = set()
        self.overlays = False  # some variable of `env` is an expression that was tested, such as `d['k']`
        self.html = False  # what it returns is a page
        self.steps = 0
        self.handing = 0  # functions that are called by what they were handed to, inside of each other
        self.turn = 0  # statements that were run
        self.seen: dict[int, tuple[ast.Call, int, Value]] = {}  # calls with their values, by the statement that was run
        self.asking = 0  # what a test tells is asked for: its calls were read before
        self.ours: ast.Call | None = None  # the last call of a function of the project
        self.done: dict[int, tuple[ast.Call, int, Value]] = {}  # calls that changed their object, by the statement that was run

    def value(self, node: ast.expr) -> Value:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooMuch
        return Frame.value_of(node, self)

    def attribute(self, node: ast.Attribute, owner: Value) -> Value:
        """The attribute of an object whose value is known already."""
        if self.overlays:
            return self.value(node)
        return Frame.attribute_of(node, owner, self)

    def run(self, body: list[ast.stmt]) -> bool:
        """Whether the end of the body is reached."""
        return Frame.run_body(body, self)

    def name(self, name: str) -> Value:
        """What a name stands for here."""
        known = self.env.get(name)
        if known is not None:
            return known
        if self.function is not None or self.depth:
            variables = self.world.variables(self.module)
            shared = self.world.field(self.module.path, "", name)
            if name in variables:
                value = variables[name] if shared is CLEAN else joined(variables[name], shared)._replace(size=None)
                return value._replace(const=CLEAN.const) if isinstance(value.const, bool | int | float) or value.const is None else value
            if shared is not CLEAN:
                return shared
        if name in self.module.functions:
            return Value(ref=Ref("function", self.module.path, name))
        if name in self.module.classes:
            return Value(ref=Ref("class", self.module.path, name))
        if name in self.module.imports:
            return self.world.look_up(self.module.imports[name], self.module.path)
        return CLEAN

    def bind(self, name: str, value: Value) -> None:
        self.env[name] = value if name not in self.shared or value.const is CLEAN.const else value._replace(const=CLEAN.const)
        self.rebound.add(name)
        if self.overlays:
            for known in [known for known in self.env if known.startswith((f"{name}.", f"{name}["))]:
                del self.env[known]

    def apply(self, effects: Effects) -> None:
        """What was learnt by a test."""
        for path, of in effects.items():
            if path in self.env:
                self.env[path] = cleared(self.env[path], of)
            elif "." in path or "[" in path:
                node = _expression(path)
                if node is not None:
                    self.env[path] = cleared(self.value(node), of)
                    self.overlays = True

    def reach(self, reach: Reach) -> None:
        known = self.reaches.get((reach.param, reach.sink))
        if known is not None:
            self.reaches[reach.param, reach.sink] = known._replace(cleared=known.cleared & reach.cleared)
        elif len(self.reaches) < MOST_REACHES:
            self.reaches[reach.param, reach.sink] = reach

    def leave(self, value: Value, guard: Guard = NO_GUARD) -> None:
        self.exits.append(Exit(value, dict(self.env), guard))

"""A call of a function of the project: what its summary says of these arguments."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .binding import bind_part
from .frame import Closure, Known, Summary
from .modules import Function
from .names import path_of
from .regexes import formed
from .reports import told
from .sequences import elements, sequence
from .sources import numeric
from .value import (
    CLEAN,
    LEVELS,
    MOST_ITEMS,
    NO_GUARD,
    NO_MARKS,
    UNKNOWN,
    UNSURE,
    Cleared,
    Effects,
    Guard,
    Marks,
    Param,
    Ref,
    Value,
    both,
    cleared,
    everything,
    joined,
    part,
    shallow,
)

if TYPE_CHECKING:
    from .frame import Frame, World

MOST_CALLS = 7  # functions between a source and a sink



class Arguments:
    """The values of a call by parameter; what an object holds is put together once, however often it is asked for."""

    def __init__(self, values: Mapping[str, Value], world: World) -> None:
        self.values = values
        self.world = world
        self._marks: dict[Param, Marks] = {}

    def part(self, param: Param) -> Value:
        value = self.values.get(param.name, CLEAN)
        for key in param.keys:
            found = self.world.class_of(value.ref) if value.ref is not None and value.marks else None
            if found is not None and isinstance(key, str) and key in found.fields and numeric(found.fields[key]):
                return CLEAN
            form = formed(found.fields[key]) if found is not None and isinstance(key, str) and key in found.fields else False
            value = part(value, key) if isinstance(form, bool) else cleared(part(value, key), form)
        return value

    def marks(self, param: Param) -> Marks:
        known = self._marks.get(param)
        if known is None:
            known = self._marks[param] = everything(self.part(param))
        return known


def bound(function: Function, call: ast.Call, receiver: Value | None, frame: Frame) -> tuple[dict[str, Value], dict[str, ast.expr]]:
    """The arguments by parameter, as values and as they are written."""
    a = function.args
    names = [arg.arg for arg in (*a.posonlyargs, *a.args)]
    values: dict[str, Value] = {}
    written: dict[str, ast.expr] = {}
    if receiver is not None and names:
        values[names.pop(0)] = receiver
    given, rest = _positional(call, frame)
    for name, (value, node) in zip(names, given, strict=False):
        values[name] = value
        if node is not None:
            written[name] = node
    known = {*names, *(arg.arg for arg in a.kwonlyargs)}
    more: dict[object, Value] = {}
    for keyword in call.keywords:
        value = frame.value(keyword.value)
        if keyword.arg in known:
            values[str(keyword.arg)] = value
            written[str(keyword.arg)] = keyword.value
        elif keyword.arg is not None:
            more[keyword.arg] = value
        else:
            rest = both(rest, value.marks)
            values |= {key: item for key, item in (value.items or {}).items() if isinstance(key, str) and key in known}
            more |= {key: item for key, item in (value.items or {}).items() if key not in known}
    if rest:
        values |= {name: Value(rest) for name in sorted(known - set(values))}
    if a.vararg is not None:
        values[a.vararg.arg] = Value(rest) if rest else sequence([value for value, _ in given[len(names) :]])
    if a.kwarg is not None:
        values[a.kwarg.arg] = Value(rest, more)
    return values, written


def _positional(call: ast.Call, frame: Frame) -> tuple[list[tuple[Value, ast.expr | None]], Marks]:
    """The arguments by position, and what may be at any later one."""
    given: list[tuple[Value, ast.expr | None]] = []
    for place, node in enumerate(call.args):
        value = frame.value(node)
        if not isinstance(node, ast.Starred):
            given.append((value, node))
        elif (known := elements(value)) is not None:
            given += [(each, None) for each in known]
        else:
            marks = everything(value)
            for later in call.args[place + 1 :]:
                marks = both(marks, everything(frame.value(later)))
            return given, marks
    return given, NO_MARKS


def apply(
    function: Function, given: Mapping[str, Value], frame: Frame, written: Mapping[str, ast.expr] | None = None, sure: bool = True
) -> Value:
    """The value of the call; tells what it reaches, changes what it changes."""
    summary = frame.world.summary(function)
    told_by_caller = () if frame.coarse else _known(function, given, summary, frame)
    if told_by_caller:
        summary = frame.world.summary(function, told_by_caller)
    values = Arguments(given, frame.world)
    unsure: Cleared = frozenset() if sure else frozenset({UNSURE})
    name = function.name.rpartition(".")[2]
    for reach in summary.reaches:
        if len(reach.via) < MOST_CALLS:
            for origin, known in values.marks(reach.param).items():
                told(origin, reach.sink, known | reach.cleared | unsure, (name, *reach.via), frame)
    if written:
        _changed(summary, values, written, frame)
    guard = _guard(summary.result.guard, written or {})
    result = substituted(summary.result, values)
    return result._replace(guard=guard)


def _known(function: Function, given: Mapping[str, Value], summary: Summary, frame: Frame) -> Known:
    """What is known of these arguments that decides what the function does."""
    own = function.parameters()[:1] if function.owner and not function.static else []
    known: list[tuple[str, object]] = []
    for arg in own:
        ref = given[arg.arg].ref if arg.arg in given else None
        if ref is not None and ref.kind == "instance" and (ref.path, ref.name) != (function.path, function.owner) and frame.world.overrides(ref, function):
            known.append((arg.arg, ref))
    matters = bool(summary.reaches or summary.result.marks or summary.result.items) or summary.result.ref is not None
    if not matters:
        return tuple(known)
    settled: dict[str, object] = {}
    for arg in function.parameters():
        value = given.get(arg.arg) or _default(function, arg.arg)
        if value.ref is not None and value.ref.kind in {"function", "lambda"}:
            settled[arg.arg] = value.ref
        elif not value.marks and value.items is None and value.const is not UNKNOWN:
            settled[arg.arg] = value.const
    telling = frame.world.tells(function) if settled else frozenset()
    return (*known, *((name, what) for name, what in sorted(settled.items(), key=lambda item: item[0]) if name in telling))


def _default(function: Function, name: str) -> Value:
    a = function.args
    plain = [*a.posonlyargs, *a.args]
    defaults = dict(zip([arg.arg for arg in plain[len(plain) - len(a.defaults) :]], a.defaults, strict=True))
    defaults |= {arg.arg: default for arg, default in zip(a.kwonlyargs, a.kw_defaults, strict=True) if default is not None}
    node = defaults.get(name)
    return Value(const=node.value) if isinstance(node, ast.Constant) and isinstance(node.value, str | int | bool | None) else CLEAN


def _changed(summary: Summary, values: Arguments, written: Mapping[str, ast.expr], frame: Frame) -> None:
    for param, value in summary.effects.items():
        target = written.get(param)
        if isinstance(target, ast.Name) and target.id in frame.env:
            frame.env[target.id] = _after(frame.env[target.id], param, value, values, frame)
        elif isinstance(target, ast.Attribute):
            bind_part(target, _after(frame.value(target), param, value, values, frame), frame)
    frame.apply(_renamed(summary.checked, written))


def _after(known: Value, param: str, effect: Value, values: Arguments, frame: Frame) -> Value:
    """The object that was handed in as `param`, with what the call may have put into it."""
    items = dict(known.items or {})
    for key, item in (effect.items or {}).items():
        frame.steps += 1
        if key in items or len(items) < MOST_ITEMS:
            items[key] = shallow(joined(part(known, key), substituted(item, values)), LEVELS - 1)
    others: Marks = {origin: of for origin, of in effect.marks.items() if origin != Param(param, ())}
    marks = both(known.marks, substituted(Value(others), values).marks) if others else known.marks
    return known._replace(marks=marks, items=items or known.items, size=None if others else known.size)


def _guard(guard: Guard, written: Mapping[str, ast.expr]) -> Guard:
    if guard == NO_GUARD:
        return NO_GUARD
    return Guard(_renamed(guard.true, written), _renamed(guard.false, written))


def _renamed(effects: Effects, written: Mapping[str, ast.expr]) -> Effects:
    """What was learnt of parameters, said of the variables that were handed in."""
    renamed = {path_of(written[name]): of for name, of in effects.items() if name in written}
    renamed.pop("", None)
    return renamed


def substituted(value: Value, values: Arguments) -> Value:
    """The value with the arguments in the place of the parameters."""
    if not value.marks and not value.items:
        return Value(const=value.const, ref=_moved(value.ref, values), size=value.size, items=value.items)
    if len(value.marks) == 1 and not value.items:
        ((origin, known),) = value.marks.items()
        if isinstance(origin, Param) and not known:
            given = values.part(origin)
            return given._replace(ref=given.ref or value.ref, guard=NO_GUARD, root=())
    marks: Marks = {}
    items: dict[object, Value] = {}
    for origin, known in value.marks.items():
        if isinstance(origin, Param):
            given = values.part(origin)
            changed = value.items is not None  # an object that got new parts keeps its old ones; a text is made of all of them
            items |= (given.items or {}) if changed else {}
            handed = given.marks if changed else values.marks(origin)
            marks = both(marks, {each: of | known for each, of in handed.items()})
        else:
            marks = both(marks, {origin: known})
    items |= {key: substituted(item, values) for key, item in (value.items or {}).items()}
    return shallow(Value(marks, items or None, ref=value.ref, size=value.size), LEVELS)


def _moved(ref: Ref | None, values: Arguments) -> Ref | None:
    """A function that is returned takes the arguments along."""
    if ref is None or not isinstance(ref.extra, Closure):
        return ref
    env = {name: substituted(value, values) if value.ref is None or value.ref.kind != "closure" else value for name, value in ref.extra.env.items()}
    return ref._replace(extra=Closure(ref.extra.function, env))

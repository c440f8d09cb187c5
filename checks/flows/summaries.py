"""What callers are told of a function, from the ways in which it ends."""

from __future__ import annotations

from .frame import Env, Exit, Frame, Summary
from .modules import Function
from .value import (
    CLEAN,
    NO_EFFECTS,
    NO_GUARD,
    Cleared,
    Effects,
    Guard,
    Marks,
    Origin,
    Param,
    Value,
    everything,
    joined,
)

HANDED = frozenset({"request", "req"})


def summed(function: Function, frame: Frame) -> Summary:
    exits = frame.exits
    if not exits:
        return Summary(CLEAN, tuple(frame.reaches.values()), {}, NO_EFFECTS)
    result = exits[0].value
    for each in exits[1:]:
        result = joined(result, each.value)
    names = [arg.arg for arg in function.parameters()]
    effects = {name: value for name in names if (value := _effect(name, exits, frame)) is not None}
    fixed = [name for name in names if name not in frame.rebound]
    checked = _common([_cleared(each.env, fixed) for each in exits])
    return Summary(result._replace(guard=_guard(exits, fixed), root=()), tuple(frame.reaches.values()), effects, checked)


def _effect(name: str, exits: list[Exit], frame: Frame) -> Value | None:
    """The object of a parameter, when the function put something into it."""
    if name in frame.rebound or name in HANDED:
        return None
    values = [each.env[name] for each in exits if name in each.env]
    result = CLEAN
    for value in values:
        result = joined(result, value) if result is not CLEAN else value
    items = {key: new for key, item in (result.items or {}).items() if (new := _brought(item, name)) != CLEAN}
    marks: Marks = {origin: known for origin, known in result.marks.items() if not _of(origin, name)}
    return Value({**marks, Param(name, ()): frozenset()}, items, ref=result.ref) if items or marks else None


def _brought(value: Value, name: str) -> Value:
    """What comes from elsewhere than the object itself: what its parts say of each other is not told the callers."""
    marks: Marks = {origin: known for origin, known in value.marks.items() if not _of(origin, name)}
    items = {key: new for key, item in (value.items or {}).items() if (new := _brought(item, name)) != CLEAN}
    return Value(marks, items or None, ref=value.ref)


def _of(origin: Origin, name: str) -> bool:
    return isinstance(origin, Param) and origin.name == name


def _cleared(env: Env, names: list[str]) -> Effects:
    """What each parameter is cleared of, where it started with nothing cleared."""
    effects: dict[str, Cleared | None] = {}
    for name in names:
        value = env.get(name)
        if value is None:
            continue
        known = value.marks.get(Param(name, ()))
        if known is None and not everything(value):
            effects[name] = None
        elif known:
            effects[name] = known
    return effects


def _common(parts: list[Effects]) -> Effects:
    first, *rest = parts
    result: dict[str, Cleared | None] = {}
    for name, of in first.items():
        if all(name in other for other in rest):
            sets = [each for each in (of, *(other[name] for other in rest)) if each is not None]
            result[name] = frozenset.intersection(*sets) if sets else None
    return result


def _guard(exits: list[Exit], names: list[str]) -> Guard:
    """What a caller learns when the result is true, and when it is not."""
    true, false = [], []
    for each in exits:
        env = _cleared(each.env, names)
        const = each.value.const
        known = isinstance(const, bool) or const is None
        if not (known and not const):
            true.append(_sum(env, each.guard.true))
        if not (known and const):
            false.append(_sum(env, each.guard.false))
    if len(true) == len(exits) == len(false):
        simple = len(exits) == 1 and exits[0].guard != NO_GUARD
        if not simple:
            return NO_GUARD
    names_only = set(names)
    made = Guard(_common(true) if true else NO_EFFECTS, _common(false) if false else NO_EFFECTS)
    return Guard({n: o for n, o in made.true.items() if n in names_only}, {n: o for n, o in made.false.items() if n in names_only})


def _sum(one: Effects, other: Effects) -> Effects:
    result = dict(one)
    for name, of in other.items():
        known = result.get(name, frozenset())
        result[name] = None if of is None or known is None else known | of
    return result

"""Lists whose elements are all known one by one: what their methods do to the positions."""

from __future__ import annotations

from .value import CLEAN, LEVELS, MOST_ITEMS, UNKNOWN, Value, both, everything, joined, shallow

TAKES = frozenset({"pop", "popleft"})
CHANGES = TAKES | {"append", "appendleft", "insert", "extend", "remove", "reverse", "clear", "sort", "rotate"}


def sequence(values: list[Value]) -> Value:
    """A list of these elements."""
    if len(values) > MOST_ITEMS:
        marks = CLEAN.marks
        for value in values:
            marks = both(marks, everything(value))
        return Value(marks)
    return Value(items={at: shallow(value, LEVELS - 1) for at, value in enumerate(values)}, size=len(values))


def elements(value: Value) -> list[Value] | None:
    """All elements of a list or tuple in their order; None when they are not known one by one."""
    if value.size is None or value.items is None or value.marks or len(value.items) < value.size:
        return None
    return [value.items.get(at, CLEAN) for at in range(value.size)]


def sliced(owner: Value, lower: Value | None, upper: Value | None, step: Value | None) -> Value | None:
    known = elements(owner)
    bounds = [None if each is None else each.const for each in (lower, upper, step)]
    numbers = [bound for bound in bounds if bound is None or isinstance(bound, int)]
    if len(numbers) < len(bounds) or numbers[2] == 0:
        return None
    cut = slice(*numbers)
    if isinstance(owner.const, str | bytes):
        return Value(const=owner.const[cut])
    return sequence(known[cut]) if known is not None else None


def changed(name: str, owner: Value, args: list[Value]) -> tuple[Value, Value] | None:
    """The list after the call, and the call's value; None when that can't be said."""
    known = elements(owner)
    if known is None or name not in CHANGES or len(known) >= MOST_ITEMS:
        return None
    after, result = _changed(name, list(known), args)
    return None if after is None else (sequence(after)._replace(ref=owner.ref), result)


def _changed(name: str, known: list[Value], args: list[Value]) -> tuple[list[Value] | None, Value]:
    place = args[0].const if args else UNKNOWN
    match name, len(args):
        case "append", 1:
            return [*known, args[0]], CLEAN
        case "appendleft", 1:
            return [args[0], *known], CLEAN
        case "insert", 2 if isinstance(place, int):
            known.insert(place, args[1])
            return known, CLEAN
        case "extend", 1 if (more := elements(args[0])) is not None:
            return [*known, *more], CLEAN
        case "pop", 0 if known:
            return known[:-1], known[-1]
        case "popleft", 0 if known:
            return known[1:], known[0]
        case "pop", 1 if isinstance(place, int) and -len(known) <= place < len(known):
            return [each for at, each in enumerate(known) if at != place % len(known)], known[place]
        case "remove", 1:
            return _without(known, place), CLEAN
        case "reverse", 0:
            return known[::-1], CLEAN
        case "clear", 0:
            return [], CLEAN
    return None, CLEAN


def _without(known: list[Value], const: object) -> list[Value] | None:
    """The list without the first element that is this constant, when no client's text can be it before."""
    for at, each in enumerate(known):
        if each.const is UNKNOWN or const is UNKNOWN:
            return None
        if each.const == const:
            return [*known[:at], *known[at + 1 :]]
    return None


def repeated(value: Value, times: object) -> Value | None:
    known = elements(value)
    if known is None or not isinstance(times, int) or not 0 <= times * len(known) <= MOST_ITEMS:
        return None
    return sequence(known * times)


def pairwise(columns: list[Value]) -> Value | None:
    """`zip` of lists that are known."""
    known = [elements(column) for column in columns]
    if not columns or any(column is None for column in known):
        return None
    return sequence([sequence(list(row)) for row in zip(*[column for column in known if column is not None], strict=False)])


def any_of(values: list[Value]) -> Value:
    result = values[0] if values else CLEAN
    for value in values[1:]:
        result = joined(result, value)
    return result

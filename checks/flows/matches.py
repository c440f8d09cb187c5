"""Calls of regular expressions that are known: what they let through."""

from __future__ import annotations

from .binding import element
from .regexes import groups, kept
from .sequences import sequence
from .value import (
    Cleared,
    Marks,
    Value,
    cleared,
    everything,
    joined,
    only,
    together,
)


def matched_by(name: str, last: str, receiver: Value | None, args: list[Value]) -> Value | None:
    """What an expression that is known lets through."""
    compiled = name == f"re.Pattern.{last}" and receiver is not None
    given = [receiver, *args] if compiled and receiver is not None else args
    if not (compiled or name in {f"re.{last}", f"regex.{last}"}) or not given or not isinstance(pattern := given[0].const, str):
        return None
    match last:
        case "sub" if len(given) > 2:
            clear = kept(pattern) if isinstance(given[1].const, str) and not any(each in given[1].const for each in "/\\'\"<;&|") else False
            of = frozenset() if isinstance(clear, bool) else clear
            return joined(cleared(Value(everything(given[2])), of), Value(everything(given[1])))
        case "match" | "fullmatch" | "search" if len(given) > 1:
            whole = everything(given[1])
            items: dict[object, Value] = {key: _part(whole, of) for key, of in groups(pattern).items()}
            return Value(whole, {"group": Value(whole, items)})
        case "findall" if len(given) > 1:
            known = groups(pattern)
            parts = [_part(everything(given[1]), of) for key, of in known.items() if isinstance(key, int) and (key or len(known) == 1)]
            return Value(together(parts))
    return None


def _part(marks: Marks, of: Cleared | bool | None) -> Value:
    return only(marks) if isinstance(of, bool) else cleared(only(marks), of)


def group_of(last: str, found: Value, args: list[Value]) -> Value:
    if last == "groupdict":
        return found
    if last == "groups":
        numbered = [found.items[number] for number in range(1, 20) if found.items and number in found.items]
        return sequence(numbered)
    return element(found, args[0].const if args else 0)

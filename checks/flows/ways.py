"""The variables where several ways through a function meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .value import UNKNOWN, joined

if TYPE_CHECKING:
    from .frame import Env, Frame


def merged(one: Env, other: Env, frame: Frame) -> Env:
    """What is known of the variables when it is one of the two ways."""
    result = {}
    for name in one.keys() | other.keys():
        first, second = one.get(name), other.get(name)
        if first is None or second is None:
            known = first if first is not None else second
            if known is not None and "." not in name and "[" not in name:  # what was tested on one way only is not known after
                result[name] = known._replace(const=UNKNOWN)
        else:
            if first is not second:
                frame.steps += len(first.items or ())
            result[name] = first if first is second else joined(first, second)
    return result


def meeting(ends: list[Env], frame: Frame) -> bool:
    """The function goes on with what is known after any of these ways; whether there is one."""
    if not ends:
        return False
    frame.env = ends[0]
    for other in ends[1:]:
        frame.env = merged(frame.env, other, frame)
    return True

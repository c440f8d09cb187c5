"""The variables where several ways through a function meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .value import UNKNOWN, joined

if TYPE_CHECKING:
    from .frame import Env, Frame


def merged(one: Env, other: Env, frame: Frame) -> Env:
    """What is known of the variables when it is one of the two ways."""
    result = {}
    for name, first in one.items():
        second = other.get(name)
        if second is first:
            result[name] = first
        elif second is not None and first == second:
            result[name] = first  # two copies are told apart nowhere
        elif second is not None:
            frame.steps += len(first.items or ())
            result[name] = joined(first, second)
        elif "." not in name and "[" not in name:  # what was tested on one way only is not known after
            result[name] = first if first.const is UNKNOWN else first._replace(const=UNKNOWN)
    for name, second in other.items():
        if name not in one and "." not in name and "[" not in name:
            result[name] = second if second.const is UNKNOWN else second._replace(const=UNKNOWN)
    return result


def meeting(ends: list[Env], frame: Frame) -> bool:
    """The function goes on with what is known after any of these ways; whether there is one."""
    if not ends:
        return False
    frame.env = ends[0]
    for other in ends[1:]:
        frame.env = merged(frame.env, other, frame)
    return True

"""Something reaches a sink: found when a client's text does, told to the callers when a parameter does."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .frame import Reach, SinkPlace
from .value import NONE, ROOTED, SINGLE, Cleared, Origin, Source, Value, everything
from .weaknesses import WEAKNESSES

if TYPE_CHECKING:
    from .frame import Frame


def reached(rule: str, value: Value, node: ast.expr, frame: Frame, of: Cleared = NONE) -> None:
    """The value stands where the weakness begins; `of` is what the place itself makes harmless."""
    marks = everything(value)
    if not marks:
        return
    place = SinkPlace(rule, frame.module.path, node.lineno, node.end_lineno or node.lineno)
    for origin, known in marks.items():
        told(origin, place, known | of, (), frame)


# What is no client's choice of names is harmless here, as it is where fields are set: a number of the CWE list says so for both.
AS: Mapping[str, int] = {"lookup-flow": 915}


def told(origin: Origin, place: SinkPlace, cleared: Cleared, via: tuple[str, ...], frame: Frame) -> None:
    weakness = WEAKNESSES[place.rule]
    if AS.get(place.rule, weakness.cwe) in cleared or (weakness.cwe == 601 and {ROOTED, SINGLE} <= cleared):
        return
    if isinstance(origin, Source):
        if origin.kind == "client" or weakness.operator:
            frame.world.found(place, origin, cleared, via)
    else:
        frame.reach(Reach(origin, place, cleared, via))

"""Statements with several ways: conditions, attempts, and `match`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .folding import decided
from .guards import guard_of
from .patterns import captured, fits, takes_all
from .value import NO_MARKS, Value, both, everything
from .ways import meeting, merged

if TYPE_CHECKING:
    from .frame import Env, Frame


def run_if(node: ast.If, frame: Frame) -> bool:
    truth = decided(node.test, frame.value(node.test), frame)
    if truth is not None:
        return frame.run(node.body if truth else node.orelse)
    guard = guard_of(node.test, frame)
    before = dict(frame.env)
    frame.apply(guard.true)
    goes_on = frame.run(node.body)
    after = frame.env
    frame.env = before
    frame.apply(guard.false)
    other = frame.run(node.orelse)
    if goes_on:
        frame.env = merged(after, frame.env, frame) if other else after
    return goes_on or other


def run_try(node: ast.Try | ast.TryStar, frame: Frame) -> bool:
    before, around = dict(frame.env), frame.raised
    frame.raised = NO_MARKS
    goes_on = frame.run(node.body)
    middle, raised = frame.env, frame.raised
    frame.raised = both(around, raised)
    if goes_on:
        goes_on = frame.run(node.orelse)
    ends = [frame.env] if goes_on else []
    for handler in node.handlers:
        frame.env = merged(before, middle, frame)
        if handler.name:
            frame.env[handler.name] = Value(raised)
        if frame.run(handler.body):
            ends.append(frame.env)
    if meeting(ends, frame):
        return frame.run(node.finalbody)
    frame.env = merged(before, middle, frame)
    frame.run(node.finalbody)
    return False


def run_match(node: ast.Match, frame: Frame) -> bool:
    subject = frame.value(node.subject)
    known = decided(node.subject, subject, frame) is not None and not everything(subject)
    before = dict(frame.env)
    ends: list[Env] = []
    for case in node.cases:
        fit = fits(case.pattern, subject.const) if known else None
        if fit is False:
            continue
        frame.env = dict(before)
        captured(case.pattern, subject, node.subject, frame)
        if case.guard is not None:
            frame.value(case.guard)
            frame.apply(guard_of(case.guard, frame).true)
        if frame.run(case.body):
            ends.append(frame.env)
        if case.guard is None and (fit is True or takes_all(case.pattern)):
            return meeting(ends, frame)
    return meeting([*ends, before], frame)

"""Loops: what the end of the body did, its beginning sees; what leaves by `break` goes on behind it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from .binding import bind, iterated
from .folding import decided
from .guards import guard_of
from .objects import special
from .value import UNKNOWN, Source, Value, marked
from .ways import meeting, merged

if TYPE_CHECKING:
    from .frame import Env, Frame

MOST_LOOPS = 3  # inside of each other that are read twice


def run_while(node: ast.While, frame: Frame) -> bool:
    truth = decided(node.test, frame.value(node.test), frame)
    if truth is False:
        return frame.run(node.orelse)
    endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
    return _loop(node, frame, lambda: frame.apply(guard_of(node.test, frame).true), truth is True, endless)


def run_for(node: ast.For | ast.AsyncFor, frame: Frame) -> bool:
    value = frame.value(node.iter)
    value = special(value, "__iter__", [], frame) or value
    if isinstance(node, ast.AsyncFor) and isinstance(node.iter, ast.Name) and node.iter.id in {"websocket", "ws"} and "websockets" in frame.module.roots:
        value = marked(Source("client", frame.module.path, node.lineno, "message"), frozenset({434, 915, 943}))
    return _loop(node, frame, lambda: bind(node.target, _turn(value), frame), _filled(node.iter, value), False)


def _turn(value: Value) -> Value:
    one = iterated(value)
    return one._replace(root=value.root) if value.root else one


def _filled(node: ast.expr, value: Value) -> bool:
    """Whether there is a first turn for sure."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
        return all(isinstance(arg, ast.Constant) for arg in node.args) and not (len(node.args) == 1 and node.args[0].value == 0)  # type: ignore[attr-defined]
    if any(how == "host" for _, how in value.root):
        return True  # the addresses of a host
    return isinstance(node, ast.List | ast.Tuple | ast.Constant) and (bool(value.size) or bool(isinstance(value.const, str) and value.const))


def _loop(node: ast.While | ast.For | ast.AsyncFor, frame: Frame, start: Callable[[], None], once: bool, endless: bool) -> bool:
    """Twice. `once`: it has a first turn; `endless`: it is left by `break` only."""
    _forget(node.body, frame)
    before = dict(frame.env)
    left, frame.left = frame.left, []
    frame.loops += 1
    after: list[Env] = [] if once or endless else [before]
    for _ in range(2 if frame.loops <= MOST_LOOPS and not frame.coarse else 1):
        frame.again = []
        start()
        ends = [frame.env] if frame.run(node.body) else []
        ends += frame.again
        if not ends:
            break
        meeting(ends, frame)
        after = after if endless else [*after, frame.env]
        frame.env = merged(before, frame.env, frame)
        before = dict(frame.env)
    frame.loops -= 1
    breaks, frame.left = frame.left, left
    ends = [dict(frame.env)] if meeting(after, frame) and frame.run(node.orelse) else []
    return meeting([*ends, *breaks], frame)


def _forget(body: list[ast.stmt], frame: Frame) -> None:
    """A constant that the body sets anew is none while it runs."""
    constant = {name for name, value in frame.env.items() if value.const is not UNKNOWN}
    for statement in body if constant else ():
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and node.id in constant and isinstance(node.ctx, ast.Store):
                frame.env[node.id] = frame.env[node.id]._replace(const=UNKNOWN)
                constant.discard(node.id)


def run_break(node: ast.Break, frame: Frame) -> bool:
    frame.left.append(dict(frame.env))
    return False


def run_continue(node: ast.Continue, frame: Frame) -> bool:
    frame.again.append(dict(frame.env))
    return False

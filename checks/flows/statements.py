"""What statements do to the variables of a function."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .binding import bind, iterated
from .cleaners import EXITS
from .frame import Env
from .guards import guard_of
from .modules import Function
from .names import dotted
from .reports import reached
from .value import CLEAN, NO_GUARD, UNKNOWN, Ref, Value, everything, joined

if TYPE_CHECKING:
    from .frame import Frame

MOST_LOOPS = 3  # inside of each other that are read twice


def run_body(body: list[ast.stmt], frame: Frame) -> bool:
    """Whether the end is reached."""
    for statement in body:
        run = RUNNERS.get(type(statement))
        if run is not None and not run(statement, frame):
            return False
    return True


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


def _assign(node: ast.Assign, frame: Frame) -> bool:
    value = frame.value(node.value)
    if isinstance(node.value, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.Call):
        guard = guard_of(node.value, frame)
        value = value._replace(guard=guard) if guard != NO_GUARD else value
    for target in node.targets:
        _stored(target, value, node.value, frame)
        bind(target, value, frame)
    return True


def _stored(target: ast.expr, value: Value, node: ast.expr, frame: Frame) -> None:
    """`response["Location"] = value`, `response.headers[name] = value`"""
    if not isinstance(target, ast.Subscript) or not everything(value):
        return
    owner = dotted(target.value, frame).lower()
    if frame.value(target.value).items is not None:
        return  # a dictionary that is called so
    last = owner.rpartition(".")[2]
    response = last == "headers" and any(word in owner for word in ("resp", "res.", "self.")) and "session" not in owner
    if response or last in {"response", "resp", "res", "http_response"} or last.endswith("response"):
        key = frame.value(target.slice).const
        location = isinstance(key, str) and key.lower() == "location"
        reached("redirect-flow" if location else "header-flow", value, node, frame)


def _ann_assign(node: ast.AnnAssign, frame: Frame) -> bool:
    if node.value is not None:
        bind(node.target, frame.value(node.value), frame)
    return True


def _aug_assign(node: ast.AugAssign, frame: Frame) -> bool:
    load: ast.expr = ast.copy_location(_loaded(node.target), node)
    value = frame.value(ast.copy_location(ast.BinOp(load, node.op, node.value), node))
    bind(node.target, value, frame)
    return True


def _loaded(target: ast.Name | ast.Attribute | ast.Subscript) -> ast.expr:
    return target  # the context of a node is never looked at


def _expr(node: ast.Expr, frame: Frame) -> bool:
    value = frame.value(node.value)
    call = node.value.value if isinstance(node.value, ast.Await) else node.value
    if not isinstance(call, ast.Call):
        return True
    name = dotted(call.func, frame)
    if name in EXITS or (name.rpartition(".")[2] in {"abort", "fail"} and not isinstance(call.func, ast.Attribute)):
        return False
    ref = frame.value(call.func).ref
    ours = ref is not None and ref.kind in {"function", "closure"}
    if not ours and value.guard == NO_GUARD and _raises(name):
        frame.apply(guard_of(call, frame).true)
    return True


def _raises(name: str) -> bool:
    """A check whose answer nobody looks at says no by raising; of the project's own functions it is known."""
    return not name.rpartition(".")[2].startswith(("is", "fullmatch", "match", "search", "endswith", "startswith"))


def _return(node: ast.Return, frame: Frame) -> bool:
    if node.value is None:
        frame.leave(Value(const=None))
        return False
    value = frame.value(node.value)
    guard = guard_of(node.value, frame) if isinstance(node.value, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.Call | ast.Name) else NO_GUARD
    if frame.html:
        _page(node.value, value, frame)
    frame.leave(value, guard)
    return False


def _page(node: ast.expr, value: Value, frame: Frame) -> None:
    """What a view returns as text is HTML: a dictionary or a list is not."""
    if isinstance(node, ast.Tuple) and node.elts:
        if any(isinstance(each, ast.Dict) and _typed(each) for each in node.elts[1:]):
            return
        node = node.elts[0]
        value = frame.value(node)
    if isinstance(node, ast.Dict | ast.List | ast.DictComp | ast.ListComp) or value.items is not None:
        return
    texts = {origin: known for origin, known in value.marks.items() if 915 in known and -1 not in known}
    reached("page-flow", Value(texts), node, frame)


def _typed(headers: ast.Dict) -> bool:
    return any(isinstance(key, ast.Constant) and str(key.value).lower() == "content-type" for key in headers.keys)


def _raise(node: ast.Raise, frame: Frame) -> bool:
    if node.exc is not None:
        frame.value(node.exc)  # `raise HTTPFound(url)`
    return False


def _stop(node: ast.stmt, frame: Frame) -> bool:
    return False


def _if(node: ast.If, frame: Frame) -> bool:
    test = frame.value(node.test)
    if isinstance(test.const, bool | int) and not (isinstance(node.test, ast.Name) and frame.loops):
        return frame.run(node.body if test.const else node.orelse)
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


def _while(node: ast.While, frame: Frame) -> bool:
    test = frame.value(node.test)
    if test.const is False or test.const == 0:
        return frame.run(node.orelse)
    _loop(node.body, frame, lambda: frame.apply(guard_of(node.test, frame).true))
    return frame.run(node.orelse)


def _for(node: ast.For | ast.AsyncFor, frame: Frame) -> bool:
    value = frame.value(node.iter)
    _loop(node.body, frame, lambda: bind(node.target, iterated(value), frame))
    return frame.run(node.orelse)


def _loop(body: list[ast.stmt], frame: Frame, start: Callable[[], None]) -> None:
    """Twice: what the end of the body did, its beginning sees."""
    before = dict(frame.env)
    frame.loops += 1
    for _ in range(2 if frame.loops <= MOST_LOOPS else 1):
        start()
        frame.run(body)
        frame.env = merged(before, frame.env, frame)
        before = dict(frame.env)
    frame.loops -= 1


def _with(node: ast.With | ast.AsyncWith, frame: Frame) -> bool:
    for item in node.items:
        value = frame.value(item.context_expr)
        if item.optional_vars is not None:
            bind(item.optional_vars, value, frame)
    return frame.run(node.body)


def _try(node: ast.Try | ast.TryStar, frame: Frame) -> bool:
    before = dict(frame.env)
    goes_on = frame.run(node.body)
    middle = frame.env
    if goes_on:
        goes_on = frame.run(node.orelse)
    ends = [frame.env] if goes_on else []
    for handler in node.handlers:
        frame.env = merged(before, middle, frame)
        if handler.name:
            frame.env[handler.name] = CLEAN
        if frame.run(handler.body):
            ends.append(frame.env)
    if not ends:
        frame.env = merged(before, middle, frame)
        frame.run(node.finalbody)
        return False
    frame.env = ends[0]
    for other in ends[1:]:
        frame.env = merged(frame.env, other, frame)
    return frame.run(node.finalbody)


def _assert(node: ast.Assert, frame: Frame) -> bool:
    frame.value(node.test)
    frame.apply(guard_of(node.test, frame).true)
    return True


def _delete(node: ast.Delete, frame: Frame) -> bool:
    for target in node.targets:
        if isinstance(target, ast.Name):
            frame.env.pop(target.id, None)
    return True


def _match(node: ast.Match, frame: Frame) -> bool:
    subject = frame.value(node.subject)
    if subject.const is not UNKNOWN and not everything(subject):
        for case in node.cases:
            if _fits(case.pattern, subject.const):
                return frame.run(case.body)
    before = dict(frame.env)
    ends: list[Env] = []
    for case in node.cases:
        frame.env = dict(before)
        _captured(case.pattern, subject, node.subject, frame)
        if case.guard is not None:
            frame.value(case.guard)
            frame.apply(guard_of(case.guard, frame).true)
        if frame.run(case.body):
            ends.append(frame.env)
    if not any(isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None for case in node.cases):
        ends.append(before)
    if not ends:
        return False
    frame.env = ends[0]
    for other in ends[1:]:
        frame.env = merged(frame.env, other, frame)
    return True


def _fits(pattern: ast.pattern, const: object) -> bool:
    match pattern:
        case ast.MatchValue(value=ast.Constant(value=value)):
            return value == const
        case ast.MatchOr(patterns=patterns):
            return any(_fits(each, const) for each in patterns)
        case ast.MatchAs(pattern=None):
            return True
    return False


def _captured(pattern: ast.pattern, subject: Value, node: ast.expr, frame: Frame) -> None:
    """A literal pattern says what the value is; a name takes it."""
    literal = pattern.patterns if isinstance(pattern, ast.MatchOr) else [pattern]
    if all(isinstance(each, ast.MatchValue) for each in literal) and isinstance(node, ast.Name):
        frame.env[node.id] = CLEAN
        return
    for each in ast.walk(pattern):
        if isinstance(each, ast.MatchAs | ast.MatchStar) and each.name:
            frame.bind(each.name, Value(everything(subject)))
        elif isinstance(each, ast.MatchMapping) and each.rest:
            frame.bind(each.rest, Value(everything(subject)))


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> bool:
    """A function inside of a function: read at once, for what it takes from around, and again when it is called."""
    if frame.function is None and not frame.depth:
        return True  # the world reads it by itself
    function = Function(frame.module.path, node.name, "", node.args, tuple(node.decorator_list), tuple(node.body))
    frame.bind(node.name, Value(ref=Ref("closure", frame.module.path, node.name, extra=function)))
    frame.world.entered(function, frame)
    return True


def _class(node: ast.ClassDef, frame: Frame) -> bool:
    return True


RUNNERS: Mapping[type[ast.stmt], Callable[[Any, Frame], bool]] = {
    ast.Assign: _assign,
    ast.AnnAssign: _ann_assign,
    ast.AugAssign: _aug_assign,
    ast.Expr: _expr,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Break: _stop,
    ast.Continue: _stop,
    ast.If: _if,
    ast.While: _while,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.Assert: _assert,
    ast.Delete: _delete,
    ast.Match: _match,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
}

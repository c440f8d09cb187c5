"""What statements do to the variables of a function."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .binding import bind, removed
from .branches import run_if, run_match, run_try
from .cleaners import EXITS
from .frame import Closure, Env
from .guards import guard_of
from .loops import run_break, run_continue, run_for, run_while
from .modules import Function, local_name
from .names import dotted
from .objects import special
from .reports import reached
from .value import LEVELS, MOST_ITEMS, NO_GUARD, Ref, Value, both, everything, shallow

if TYPE_CHECKING:
    from .frame import Frame


SESSIONS = frozenset({"session", "flask.session", "request.session", "self.request.session", "quart.session"})


def run_body(body: list[ast.stmt], frame: Frame) -> bool:
    """Whether the end is reached."""
    for statement in body:
        run = RUNNERS.get(type(statement))
        frame.turn += 1
        if run is not None and not run(statement, frame):
            return False
    return True


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
    if not isinstance(target, ast.Subscript):
        return
    key = frame.value(target.slice)
    if everything(key) and dotted(target.value, frame) in SESSIONS:
        reached("trust-flow", key, target.slice, frame)
    if not everything(value):
        return
    owner = dotted(target.value, frame).lower()
    if owner in SESSIONS:
        reached("trust-flow", value, node, frame)
    if frame.value(target.value).items is not None:
        return  # a dictionary that is called so
    last = owner.rpartition(".")[2]
    response = last == "headers" and any(word in owner for word in ("resp", "res.", "self.")) and "session" not in owner
    if response or last in {"response", "resp", "res", "http_response"} or last.endswith("response"):
        location = isinstance(key.const, str) and key.const.lower() == "location"
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
    if frame.ours is not call and value.guard == NO_GUARD and _raises(name):
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
    guard = guard_of(node.value, frame) if isinstance(node.value, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.Call | ast.Name | ast.Attribute) else NO_GUARD
    if frame.html:
        _page(node.value, value, frame)
    elif isinstance(node.value, ast.Dict):
        _handled(node.value, frame)
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


def _handled(answer: ast.Dict, frame: Frame) -> None:
    """`{"headers": {"Content-Type": "text/html"}, "body": page}`, as a function in a cloud answers."""
    parts = {key.value: part for key, part in zip(answer.keys, answer.values, strict=True) if isinstance(key, ast.Constant)}
    body, headers = parts.get("body"), parts.get("headers")
    if body is not None and isinstance(headers, ast.Dict) and any(_html(key, kind) for key, kind in zip(headers.keys, headers.values, strict=True)):
        reached("page-flow", frame.value(body), body, frame)


def _html(key: ast.expr | None, kind: ast.expr) -> bool:
    return isinstance(key, ast.Constant) and str(key.value).lower() == "content-type" and "html" in ast.unparse(kind)


def _typed(headers: ast.Dict) -> bool:
    """Whether they say what the answer is, and that is no page."""
    entries = zip(headers.keys, headers.values, strict=True)
    return any(isinstance(key, ast.Constant) and str(key.value).lower() == "content-type" and "html" not in ast.unparse(kind) for key, kind in entries)


def _raise(node: ast.Raise, frame: Frame) -> bool:
    if node.exc is not None:
        value = frame.value(node.exc)  # `raise HTTPFound(url)`
        frame.raised = both(frame.raised, everything(value))
    return False


def _with(node: ast.With | ast.AsyncWith, frame: Frame) -> bool:
    for item in node.items:
        value = frame.value(item.context_expr)
        value = special(value, "__enter__", [], frame) or value
        if item.optional_vars is not None:
            bind(item.optional_vars, value, frame)
    return frame.run(node.body)


def _assert(node: ast.Assert, frame: Frame) -> bool:
    frame.value(node.test)
    frame.apply(guard_of(node.test, frame).true)
    return True


def _delete(node: ast.Delete, frame: Frame) -> bool:
    for target in node.targets:
        if isinstance(target, ast.Name):
            frame.env.pop(target.id, None)
        elif isinstance(target, ast.Subscript):
            removed(target.value, frame.value(target.slice).const, frame)
    return True


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> bool:
    """A function inside of a function: read at once, for what it takes from around, and again when it is called."""
    if frame.function is None and not frame.depth:
        return True  # the world reads it by itself
    function = Function(frame.module.path, node.name, "", node.args, tuple(node.decorator_list), tuple(node.body), node.lineno, node.col_offset)
    frame.bind(node.name, Value(ref=Ref("closure", frame.module.path, node.name, extra=Closure(function, _captured(node, frame)))))
    frame.world.entered(function, frame)
    return True


def _captured(node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> Env:
    """The variables around that the function reads."""
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return {name: shallow(frame.env[name], LEVELS) for name in sorted(names)[:MOST_ITEMS] if name in frame.env}


def _class(node: ast.ClassDef, frame: Frame) -> bool:
    """A class inside of a function gets its name here; the world reads its methods."""
    name = local_name(node)
    if name in frame.module.classes and frame.function is not None:
        frame.bind(node.name, Value(ref=Ref("class", frame.module.path, name)))
    return True


def _shared(node: ast.Global | ast.Nonlocal, frame: Frame) -> bool:
    frame.shared.update(node.names)
    return True


RUNNERS: Mapping[type[ast.stmt], Callable[[Any, Frame], bool]] = {
    ast.Assign: _assign,
    ast.AnnAssign: _ann_assign,
    ast.AugAssign: _aug_assign,
    ast.Expr: _expr,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Break: run_break,
    ast.Continue: run_continue,
    ast.If: run_if,
    ast.While: run_while,
    ast.For: run_for,
    ast.AsyncFor: run_for,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: run_try,
    ast.TryStar: run_try,
    ast.Assert: _assert,
    ast.Global: _shared,
    ast.Nonlocal: _shared,
    ast.Delete: _delete,
    ast.Match: run_match,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
}

"""Calls that are handed a function and call it: now, later, in a thread, for every element."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .binding import element, iterated, put
from .guards import guard_of
from .objects import special
from .sequences import any_of, elements, sequence
from .sources import numeric
from .value import CLEAN, UNKNOWN, Ref, Source, Value, both, everything

if TYPE_CHECKING:
    from .frame import Frame

# Name to the position of the function; what follows are its arguments.
AFTER: Mapping[str, int] = {
    "submit": 0, "to_thread": 0, "run_in_executor": 1, "add_task": 0, "run_in_threadpool": 0, "run_sync": 0, "start_soon": 0, "call_soon": 0,
    "call_soon_threadsafe": 0, "call_later": 1, "apply_async": 0, "enqueue": 0, "BackgroundTask": 0, "start_new_thread": 0, "spawn": 0,
    "start_background_task": 0, "spawn_n": 0, "deferToThread": 0, "add_callback": 0, "defer": 0,
}  # fmt: skip
THREADS = frozenset({"Thread", "Process", "Timer", "add_job"})
LATER = frozenset({"delay", "apply_async", "send", "s", "si", "defer", "kiq", "enqueue"})
# Name to the position of the function that clients call from here on, and its keyword.
REGISTERS: Mapping[str, tuple[int, str]] = {
    "add_url_rule": (2, "view_func"), "add_api_route": (1, "endpoint"), "register_function": (0, "function"), "path": (1, "view"), "re_path": (1, "view"),
    "Interface": (0, "fn"), "ChatInterface": (0, "fn"), "Route": (1, "endpoint"), "expose_function": (1, "func"),
}  # fmt: skip
TAKEN = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>|\{(?P<word>\w+)(?::(?P<form>\w+))?\}")
KNOWN = frozenset(AFTER) | frozenset(REGISTERS) | THREADS | LATER | {"namedtuple", "setattr", "str", "partial", "map", "imap", "starmap", "imap_unordered", "filter", "reduce"}
MOST_HANDED = 3  # calls inside of each other
MOST_TURNS = 8  # elements of a list that a function is called with one by one


def called_with(func: ast.expr, args: list[Value], keywords: Mapping[str, Value], node: ast.expr, frame: Frame) -> Value:
    """The value of calling what the expression stands for with these values."""
    if frame.handing > MOST_HANDED:
        return CLEAN
    names = {f"<{frame.handing}.{at}>": value for at, value in enumerate([*args, *keywords.values()])}
    loads: list[ast.expr] = [ast.copy_location(ast.Name(name), node) for name in names]
    named = [ast.keyword(key, load) for key, load in zip(keywords, loads[len(args) :], strict=True)]
    made = ast.copy_location(ast.Call(func, loads[: len(args)], named), node)
    frame.env.update(names)
    frame.handing += 1
    try:
        return frame.value(made)
    finally:
        frame.handing -= 1
        for name in names:
            frame.env.pop(name, None)


def handed(node: ast.Call, name: str, frame: Frame) -> Value | None:
    """The call's value when it hands on a function that is known; None when it is no such call."""
    last = name.rpartition(".")[2]
    if last not in KNOWN:
        return None
    keywords = {str(each.arg): each.value for each in node.keywords}
    if last in REGISTERS:
        _registered(node, last, keywords, frame)
    match last:
        case "namedtuple" if name in {"namedtuple", "collections.namedtuple"}:
            return record_type(_values(node.args, frame), frame.module.path)
        case "setattr" if name == "setattr" and len(node.args) == 3 and isinstance(key := frame.value(node.args[1]).const, str):
            put(node.args[0], key, frame.value(node.args[2]), frame)
            return CLEAN
        case "str" if name == "str" and len(node.args) == 1:
            return special(frame.value(node.args[0]), "__str__", [], frame)
        case "partial" if node.args and name in {"partial", "functools.partial"}:
            return Value(ref=Ref("partial", frame.module.path, "", extra=Partial(node.args[0], _values(node.args[1:], frame), _named(keywords, frame), frame)))
        case "map" | "imap" | "starmap" | "imap_unordered" if len(node.args) > 1 and (name == "map" or last != "map" or isinstance(node.func, ast.Attribute)):
            return _mapped(node, last, frame)
        case "filter" if len(node.args) == 2 and name == "filter":
            return _filtered(node, frame)
        case "reduce" if len(node.args) > 1 and name in {"reduce", "functools.reduce"}:
            known = frame.value(node.args[1])
            both_of = any_of([frame.value(each) for each in node.args[2:]] + [Value(everything(known))])
            return called_with(node.args[0], [both_of, iterated(known)], {}, node, frame)
        case _ if last in THREADS:
            target = keywords.get("target") or keywords.get("function") or keywords.get("func") or next(iter(node.args[1:2] or node.args), None)
            given = keywords.get("args") or (node.args[2] if len(node.args) > 2 else None)
            return _started(target, given, keywords.get("kwargs"), node, frame)
        case "apply_async" | "send" | "delay" | "s" | "si" | "defer" | "kiq" if isinstance(node.func, ast.Attribute) and _ours(node.func.value, frame):
            given = keywords.get("args") or (node.args[0] if last == "apply_async" and node.args else None)
            if last == "apply_async":
                return _started(node.func.value, given, keywords.get("kwargs"), node, frame)
            called_with(node.func.value, _values(node.args, frame), _named(keywords, frame), node, frame)
            return CLEAN
        case _ if last in AFTER and len(node.args) > AFTER[last] and _ours(node.args[AFTER[last]], frame):
            at = AFTER[last]
            return called_with(node.args[at], _values(node.args[at + 1 :], frame), _named(keywords, frame), node, frame)
    return None


def _registered(node: ast.Call, last: str, keywords: Mapping[str, ast.expr], frame: Frame) -> None:
    """A function that is called by clients from here on: what they choose are its parameters, or those that the route names."""
    at, word = REGISTERS[last]
    func = keywords.get(word) or (node.args[at] if len(node.args) > at else None)
    ref = frame.value(func).ref if isinstance(func, ast.Name | ast.Attribute) else None
    function = frame.world.function(ref) if ref is not None and ref.kind == "function" else None
    if func is None or function is None or frame.handing:
        return
    names = [arg.arg for arg in function.parameters() if arg.arg not in {"self", "request"} and not numeric(arg.annotation)]
    if last in {"path", "re_path", "add_url_rule", "add_api_route", "Route"}:
        rule = frame.value(node.args[0]).const if node.args else UNKNOWN
        taken = _taken(rule) if isinstance(rule, str) else set()
        names = [name for name in names if name in taken]
    origin = {name: Value({Source("client", frame.module.path, node.lineno, name): frozenset({434, 915, 943})}) for name in names}
    if origin:
        called_with(func, [], origin, node, frame)


def _taken(rule: str) -> set[str]:
    """The parameters of a route that take free text."""
    found = [(match["name"] or match["word"], match["kind"] or match["form"]) for match in TAKEN.finditer(rule)]
    return {name for name, kind in found if kind not in {"int", "float", "uuid", "slug"}}


class Partial:
    """A function with some of its arguments."""

    def __init__(self, func: ast.expr, args: list[Value], keywords: Mapping[str, Value], frame: Frame | None) -> None:
        self.func = func
        self.args = args
        self.keywords = keywords
        self.home = frame
        self.own = frame.env.get(func.id) if isinstance(func, ast.Name) and frame is not None else None

    def called(self, args: list[Value], keywords: Mapping[str, Value], node: ast.Call, frame: Frame) -> Value:
        home = self.home
        if home is None or (home is not frame and (home.function is not None or home.module.path != frame.module.path)):
            return CLEAN  # its names mean something else here
        if isinstance(self.func, ast.Name) and self.own is not None:
            frame.env["<partial>"] = self.own  # the name may be another's by now
        func = ast.copy_location(ast.Name("<partial>"), node) if isinstance(self.func, ast.Name) and self.own is not None else self.func
        return called_with(func, [*self.args, *args], {**self.keywords, **keywords}, node, frame)


def record_type(args: list[Value], path: str) -> Value | None:
    """`namedtuple("Point", "x y")`"""
    if len(args) < 2:
        return None
    listed = elements(args[1])
    names = str(args[1].const).replace(",", " ").split() if isinstance(args[1].const, str) else [each.const for each in listed or ()]
    return Value(ref=Ref("record", path, "", extra=tuple(names))) if names and all(isinstance(name, str) for name in names) else None


def record(ref: Ref, args: list[Value], keywords: Mapping[str, Value]) -> Value:
    """A tuple whose elements have names."""
    names = ref.extra if isinstance(ref.extra, tuple) else ()
    given = {**dict(zip(names, args, strict=False)), **keywords}
    numbered: dict[object, Value] = {at: given.get(name, CLEAN) for at, name in enumerate(names)}
    return Value(items={**numbered, **given}, size=len(names))


def _ours(node: ast.expr, frame: Frame) -> bool:
    """Whether it is a function, as far as can be seen."""
    if isinstance(node, ast.Lambda | ast.Attribute):
        return isinstance(node, ast.Lambda) or frame.value(node).ref is not None or ast.unparse(node) in {"os.system", "subprocess.run"}
    ref = frame.value(node).ref if isinstance(node, ast.Name | ast.Call) else None
    return ref is not None and ref.kind in {"function", "closure", "lambda", "partial", "class"}


def _values(nodes: list[ast.expr], frame: Frame) -> list[Value]:
    return [frame.value(node) for node in nodes]


def _named(keywords: Mapping[str, ast.expr], frame: Frame) -> dict[str, Value]:
    return {name: frame.value(node) for name, node in keywords.items() if name != "None"}


def _started(target: ast.expr | None, args: ast.expr | None, keywords: ast.expr | None, node: ast.Call, frame: Frame) -> Value | None:
    if target is None or isinstance(target, ast.Constant):
        return None
    given = frame.value(args) if args is not None else CLEAN
    known = elements(given)
    named = frame.value(keywords).items if keywords is not None else None
    texts = {key: value for key, value in (named or {}).items() if isinstance(key, str)}
    called_with(target, known if known is not None else [Value(everything(given))] if given is not CLEAN else [], texts, node, frame)
    return CLEAN


def _mapped(node: ast.Call, last: str, frame: Frame) -> Value | None:
    func, *lists = node.args
    if isinstance(func, ast.Constant) or (isinstance(node.func, ast.Attribute) and not _ours(func, frame)):
        return None
    columns = [frame.value(each) for each in lists]
    known = elements(columns[0]) if len(columns) == 1 else None
    if last != "starmap" and known is not None and len(known) <= MOST_TURNS:
        return sequence([called_with(func, [each], {}, node, frame) for each in known])
    rows = [element(iterated(columns[0]), at) for at in range(2)] if last == "starmap" else [iterated(column) for column in columns]
    return Value(everything(called_with(func, rows, {}, node, frame)))


def _filtered(node: ast.Call, frame: Frame) -> Value:
    """What is left is what the test was true of."""
    func, value = node.args[0], frame.value(node.args[1])
    one = iterated(value)
    if isinstance(func, ast.Lambda) and func.args.args:
        name = func.args.args[0].arg
        before = dict(frame.env)
        frame.env[name] = one
        frame.value(func.body)
        frame.apply(guard_of(func.body, frame).true)
        one = frame.env[name]
        frame.env = before
    return Value(both(everything(one), CLEAN.marks))

"""A call: a sink, a source, a cleaner, a function of the project, or something that hands on what it was given."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .apply import Arguments, apply, bound, substituted
from .cleaners import CLEANED, OWN_TARGETS, SAFE_BY_NAME, SAFE_NAMES
from .frame import Closure, Written
from .handing import Partial, handed, record
from .library import library
from .modules import Function
from .names import dotted, path_of
from .reaching import models, sinks
from .sources import OPERATOR_CALLS, READ, REQUEST, cleared_at_birth, is_request
from .value import (
    CLEAN,
    Ref,
    Source,
    Value,
    cleared,
    everything,
    marked,
    together,
)

if TYPE_CHECKING:
    from .frame import Frame

WSGI = ["environ", "start_response"]  # an application's answer is made of what it holds, not of what it is asked
TRANSLATES = frozenset({"_", "gettext", "gettext_lazy", "ugettext", "lgettext"})
LISTENERS = frozenset({"socket", "zmq", "websockets", "socketserver", "simple_websocket"})


def call(node: ast.Call, frame: Frame) -> Value:
    if frame.asking and (known := frame.seen.get(id(node))) is not None and known[0] is node and known[1] == frame.turn:
        return known[2]
    value = _call(node, frame)
    frame.seen[id(node)] = node, frame.turn, value
    return value


def _call(node: ast.Call, frame: Frame) -> Value:
    if frame.overlays and (path := path_of(node)) in frame.env:
        return frame.env[path]
    name = dotted(node.func, frame)
    receiver = frame.value(node.func.value) if isinstance(node.func, ast.Attribute) else None
    function = frame.attribute(node.func, receiver) if isinstance(node.func, ast.Attribute) and receiver is not None else frame.value(node.func)
    target, bound_to, sure = _target(node, function, receiver, frame)
    if target is not None and target.kind != "class":
        frame.ours = node
    if target is not None and not (target.kind == "class" and frame.world.method(target, "__init__") is None):
        return _project(node, target, bound_to, sure, frame)
    if target is None and [dotted(each, frame) for each in node.args] == WSGI:
        return Value(function.marks, function.items)
    args = [frame.value(each) for each in node.args]
    keywords = {str(k.arg): frame.value(k.value) for k in node.keywords}
    if target is None:
        sinks(node, name, receiver, args, frame)
    models(node, name, frame)
    source = _source(node, name, receiver, frame)
    if source is not None:
        return source
    if target is not None:
        return _plain(target, args, keywords, frame)
    ref = function.ref
    if ref is not None and ref.kind == "record":
        return record(ref, args, keywords)
    if ref is not None and isinstance(ref.extra, Partial):
        return ref.extra.called(args, keywords, node, frame)
    result = handed(node, name, frame)
    if result is not None:
        return result
    return library(node, name, receiver, args, keywords, frame)


def _plain(target: Ref, args: list[Value], keywords: dict[str, Value], frame: Frame) -> Value:
    """An object of a class without a constructor of its own: its fields are its arguments."""
    found = frame.world.class_of(target)
    if found is not None and any(base.rpartition(".")[2].endswith(("Enum", "Choices")) for base in found.bases):
        return Value(ref=Ref("instance", target.path, target.name))
    items: dict[object, Value] = dict(keywords.items())
    names = list(found.fields) if found is not None else []
    if args and len(names) >= len(args):
        items |= dict(zip(names, args, strict=False))
        args = []
    return Value(together(args), items or None, ref=Ref("instance", target.path, target.name))


def _target(node: ast.Call, function: Value, receiver: Value | None, frame: Frame) -> tuple[Ref | None, Value | None, bool]:
    """The function or class of the project that is called, the object it is called on, and whether that is sure."""
    ref = function.ref
    if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call) and _super(node.func.value) and frame.function:
        own = Ref("super", frame.function.path, frame.function.owner)
        method = frame.world.method(own, node.func.attr)
        if method is not None:
            return Ref("function", method.path, method.name), frame.env.get("self", CLEAN), True
    if ref is not None and ref.kind == "instance":
        method = frame.world.method(ref, "__call__")
        if method is not None:
            return Ref("function", method.path, method.name), function, True
    if ref is not None and ref.kind in {"function", "class", "lambda", "closure"}:
        extra = ref.extra if isinstance(ref.extra, Ref) else None
        return ref, receiver if extra is not None and extra.kind == "instance" else None, True
    return None, None, True


def _super(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == "super"


def _project(node: ast.Call, ref: Ref, bound_to: Value | None, sure: bool, frame: Frame) -> Value:
    match ref.kind:
        case "class":
            method = frame.world.method(ref, "__init__")
            made = Value(items={}, ref=Ref("instance", ref.path, ref.name))
            if method is None:
                return made
            values, written = bound(method, node, made, frame)
            apply(method, values, frame, written, sure)
            return _built(method, values, made, frame)
        case "lambda":
            return _lambda(node, ref, frame)
        case "closure":
            return _closure(node, ref, frame)
    function = frame.world.function(ref)
    if function is None:
        return CLEAN
    if bound_to is None and function.owner and not function.static and _classmethod(function):
        bound_to = Value(ref=Ref("class", ref.path, function.owner))
    values, written = bound(function, node, bound_to if not function.static else None, frame)
    if bound_to is not None and isinstance(node.func, ast.Attribute):
        own: ast.expr = ast.Name("self") if isinstance(node.func.value, ast.Call) and _super(node.func.value) else node.func.value
        written = {**written, function.parameters()[0].arg: own} if function.parameters() else written
    result = apply(function, values, frame, written, sure)
    if OWN_TARGETS.fullmatch(function.last):
        result = cleared(result, frozenset({601}))
    if function.last in CLEANED and function.last != "str":
        return cleared(result, CLEANED[function.last])
    if SAFE_NAMES.fullmatch(function.last):
        return cleared(result, SAFE_BY_NAME)
    return result


def _classmethod(function: Function) -> bool:
    return function.decorated("classmethod")


def _built(method: Function, values: dict[str, Value], made: Value, frame: Frame) -> Value:
    """The new object, with what its constructor put into it."""
    own = method.parameters()[0].arg if method.parameters() else "self"
    effect = frame.world.summary(method).effects.get(own)
    if effect is None:
        return made
    new = substituted(effect, Arguments(values, frame.world))
    for key, item in (new.items or {}).items():
        if item.ref is not None and item.ref.kind == "instance" and isinstance(key, str) and made.ref is not None:
            frame.world.set_field(made.ref.path, made.ref.name, key, Value(ref=item.ref))
    return Value(new.marks, new.items, ref=made.ref)


def _lambda(node: ast.Call, ref: Ref, frame: Frame) -> Value:
    if not isinstance(ref.extra, Written) or frame.depth > 3:
        return CLEAN
    function = ref.extra.node
    before = dict(frame.env)
    frame.depth += 1
    values = {arg.arg: frame.value(each) for arg, each in zip(function.args.args, node.args, strict=False)}
    values |= {each.arg: frame.value(each.value) for each in node.keywords if each.arg}
    here, frame.module = frame.module, frame.world.module(ref.extra.path)
    plain = function.args.args
    for arg, default in zip(plain[len(plain) - len(function.args.defaults) :], function.args.defaults, strict=True):
        values.setdefault(arg.arg, frame.value(default))
    frame.env.update(values)
    result = frame.value(function.body)
    frame.module = here
    frame.depth -= 1
    frame.env = before
    return result


def _closure(node: ast.Call, ref: Ref, frame: Frame) -> Value:
    """A function inside of this one: read again with these arguments."""
    known = ref.extra
    if not isinstance(known, Closure) or frame.depth > 2:
        return CLEAN
    if frame.coarse:
        return Value(together([frame.value(each) for each in node.args]))
    values, _ = bound(known.function, node, None, frame)
    bound_here = frame.env.get(known.function.name)
    here = bound_here is not None and bound_here.ref is not None and bound_here.ref.extra == known
    return frame.world.inside(known.function, values, frame, None if here else known.env)


def _source(node: ast.Call, name: str, receiver: Value | None, frame: Frame) -> Value | None:
    owner, _, last = name.rpartition(".")
    where = frame.module.path, node.lineno
    if last in TRANSLATES and node.args and all(isinstance(each, ast.Constant) for each in node.args):
        return CLEAN  # a text that stands here, in whatever language its reader asked for
    if last == "parse_args" and "flask_restful" in frame.module.roots | frame.module.roots & {"flask_restx"}:
        return marked(Source("client", *where, last), frozenset({434, 915}))
    if name in OPERATOR_CALLS or last == "parse_args":
        fields = receiver.items.get("fields of") if receiver is not None and receiver.items is not None else None
        return Value({Source("operator", *where, last): frozenset()}, fields.items if fields is not None else None)
    if last in READ and owner:
        return marked(Source("client", *where, last), frozenset({434, 915}))
    if last in {"recv", "recvfrom", "recv_string", "recv_json", "recv_multipart"} and frame.module.roots & LISTENERS and receiver is not None:
        return marked(Source("client", *where, last), frozenset({434, 915, 943}))
    if name.startswith("streamlit.") and last in {"text_input", "text_area", "chat_input", "file_uploader"}:
        return marked(Source("client", *where, last), frozenset({434, 915, 943}))
    if owner == "self.rfile" and last in {"read", "readline"}:
        return marked(Source("client", *where, "rfile"), frozenset({434, 915, 943}))
    if is_request(owner) and REQUEST.fullmatch(last) and receiver is not None and not _client(receiver):
        return marked(Source("client", *where, f"{owner.rpartition('.')[2]}.{last}"), cleared_at_birth(last))
    return None


def _client(value: Value) -> bool:
    return any(isinstance(origin, Source) for origin in everything(value))

"""A call: a sink, a source, a cleaner, a function of the project, or something that hands on what it was given."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from .apply import Arguments, apply, bound, substituted
from .binding import element, put
from .cleaners import BUILT_IN, CLEANED, HANDS_ON, HARMLESS, OWN_TARGETS, PUTS, SAFE_BY_NAME, SAFE_NAMES, SAME_TEXT, SQL_SAFE
from .conditions import met
from .modules import Function
from .names import dotted, foreign, imported, path_of
from .reports import reached
from .sinks import SINKS, Sink
from .sources import OPERATOR_CALLS, READ, REQUEST, cleared_at_birth, is_request
from .texts import TEXT, after, concatenated
from .value import (
    CLEAN,
    NO_MARKS,
    NONE,
    NORMAL,
    UNKNOWN,
    UNSURE,
    Marks,
    Ref,
    Source,
    Value,
    both,
    cleared,
    everything,
    joined,
    marked,
    only,
    part,
)

if TYPE_CHECKING:
    from .frame import Frame

MOST_ARGUMENTS = 2  # of a function that may hand on its first: one that takes more does more than that
SCHEMA = re.compile(r"(?i)schema|serializer")
SHELL = re.compile(r"(/bin/|/usr/bin/)?(ba|z|da|k)?sh|cmd(\.exe)?|powershell")
CONVERSIONS = frozenset({"int", "float", "uuid.UUID", "UUID", "decimal.Decimal", "ipaddress.ip_address", "ipaddress.ip_network"})


def call(node: ast.Call, frame: Frame) -> Value:
    if frame.overlays and (path := path_of(node)) in frame.env:
        return frame.env[path]
    name = dotted(node.func, frame)
    receiver = frame.value(node.func.value) if isinstance(node.func, ast.Attribute) else None
    target, bound_to, sure = _target(node, receiver, frame)
    if target is not None and not (target.kind == "class" and frame.world.method(target, "__init__") is None):
        return _project(node, target, bound_to, sure, frame)
    args = [frame.value(each) for each in node.args]
    keywords = {str(k.arg): frame.value(k.value) for k in node.keywords}
    if target is None:
        _sinks(node, name, receiver, args, frame)
        _shell(node, name, args, frame)
    _models(node, name, frame)
    source = _source(node, name, receiver, frame)
    if source is not None:
        return source
    if target is not None:
        items: dict[object, Value] = dict(keywords.items())
        return Value(_all(args), items or None, ref=Ref("instance", target.path, target.name))
    return _library(node, name, receiver, args, keywords, frame)


def _all(args: list[Value]) -> Marks:
    marks: Marks = NO_MARKS
    for arg in args:
        marks = both(marks, everything(arg))
    return marks


def _target(node: ast.Call, receiver: Value | None, frame: Frame) -> tuple[Ref | None, Value | None, bool]:
    """The function or class of the project that is called, the object it is called on, and whether that is sure."""
    ref = frame.value(node.func).ref
    if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call) and _super(node.func.value) and frame.function:
        own = Ref("super", frame.function.path, frame.function.owner)
        method = frame.world.method(own, node.func.attr)
        if method is not None:
            return Ref("function", method.path, method.name), frame.env.get("self", CLEAN), True
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
        written = {**written, function.parameters()[0].arg: node.func.value} if function.parameters() else written
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
    new = substituted(effect, Arguments(values))
    return Value(new.marks, new.items, ref=made.ref)


def _lambda(node: ast.Call, ref: Ref, frame: Frame) -> Value:
    function = ref.extra
    if not isinstance(function, ast.Lambda) or frame.depth > 3:
        return CLEAN
    before = dict(frame.env)
    frame.depth += 1
    values = [frame.value(each) for each in node.args]
    for arg, value in zip(function.args.args, values, strict=False):
        frame.env[arg.arg] = value
    result = frame.value(function.body)
    frame.depth -= 1
    frame.env = before
    return result


def _closure(node: ast.Call, ref: Ref, frame: Frame) -> Value:
    """A function inside of this one: read again with these arguments."""
    function = ref.extra
    if not isinstance(function, Function) or frame.depth > 2:
        return CLEAN
    values, _ = bound(function, node, None, frame)
    return frame.world.inside(function, values, frame)


def _arguments(node: ast.Call, sink: Sink, receiver: Value | None, args: list[Value], frame: Frame) -> list[tuple[ast.expr, Value]]:
    """The arguments that the sink must not get."""
    chosen: list[tuple[ast.expr, Value]] = []
    for word in sink.arguments:
        if word == "@" and receiver is not None and isinstance(node.func, ast.Attribute):
            chosen.append((node.func.value, receiver))
        elif word == "all":
            quoted = _quoted(args) if sink.rule == "log-flow" else frozenset()
            chosen += [(each, value) for at, (each, value) in enumerate(zip(node.args, args, strict=True)) if at not in quoted]
        elif word == "**":
            chosen += [(k.value, frame.value(k.value)) for k in node.keywords if k.arg is None]
        elif word.rstrip("!").isdigit():
            at = int(word.rstrip("!"))
            if at < len(args) and not any(isinstance(each, ast.Starred) for each in node.args[: at + 1]):
                chosen.append((node.args[at], _first(args[at]) if word.endswith("!") else args[at]))
        else:
            named = [k.value for k in node.keywords if k.arg == word.rstrip("!")]
            chosen += [(each, _first(frame.value(each)) if word.endswith("!") else frame.value(each)) for each in named]
    return chosen


def _quoted(args: list[Value]) -> frozenset[int]:
    """The arguments of a log call that its format shows with %r, or as a number."""
    text = args[0].const if args else None
    if not isinstance(text, str):
        return frozenset()
    kinds = [match[1] for match in re.finditer(r"%(?:\(\w+\))?[-#0 +]*[\d*]*(?:\.[\d*]+)?([a-zA-Z%])", text) if match[1] != "%"]
    return frozenset(at for at, kind in enumerate(kinds, 1) if kind in "radiouxXeEfFgGc")


def _shell(node: ast.Call, name: str, args: list[Value], frame: Frame) -> None:
    """`["sh", "-c", text]`"""
    if name.rpartition(".")[2] not in {"run", "call", "check_call", "check_output", "Popen", "create_subprocess_exec", "execl", "execv"} or not args:
        return
    words = [args[0].items[at] for at in range(len(args[0].items)) if at in args[0].items] if args[0].items else args
    start = 1 if name.endswith(("execl", "execv")) else 0
    program = words[start].const if len(words) > start + 1 else UNKNOWN
    if isinstance(program, str) and SHELL.fullmatch(program):
        for word in words[start + 1 :]:
            reached("shell-flow", word, node.args[0] if args[0].items else node, frame)


def _first(value: Value) -> Value:
    return element(value, 0) if value.items is not None else value


def _sinks(node: ast.Call, name: str, receiver: Value | None, args: list[Value], frame: Frame) -> None:
    owner, _, last = name.rpartition(".")
    for sink in SINKS.get(last, ()):
        if _named(sink, name, owner, node, frame) and met(sink, node, frame):
            for place, value in _arguments(node, sink, receiver, args, frame):
                reached(sink.rule, value, place, frame)


def _named(sink: Sink, name: str, owner: str, node: ast.Call, frame: Frame) -> bool:
    if sink.owner is not None:
        return bool(owner) and sink.owner.search(owner) is not None
    if sink.bare:
        if sink.name in BUILT_IN or sink.name in {"eval", "exec", "compile", "__import__", "getattr", "setattr", "open"}:
            return name == sink.name
        return isinstance(node.func, ast.Name) or imported(node.func, frame)
    return not sink.dotted or (sink.dotted == name and foreign(node.func, frame))


def _models(node: ast.Call, name: str, frame: Frame) -> None:
    """`Model(**request.json)`."""
    last = name.rpartition(".")[2]
    if last[:1].isupper() and not last.endswith(("Form", "Serializer", "Schema", "Create", "Update", "In", "Request", "Payload", "Response")):
        for keyword in node.keywords:
            if keyword.arg is None:
                value = frame.value(keyword.value)
                reached("fields-flow", Value(value.marks), keyword.value, frame)


def _source(node: ast.Call, name: str, receiver: Value | None, frame: Frame) -> Value | None:
    owner, _, last = name.rpartition(".")
    where = frame.module.path, node.lineno
    if name in OPERATOR_CALLS or last == "parse_args":
        return marked(Source("operator", *where, last))
    if last in READ and owner:
        return marked(Source("client", *where, last), frozenset({434, 915}))
    if owner == "self.rfile" and last in {"read", "readline"}:
        return marked(Source("client", *where, "rfile"), frozenset({434, 915, 943}))
    if is_request(owner) and REQUEST.fullmatch(last) and receiver is not None and not _client(receiver):
        return marked(Source("client", *where, f"{owner.rpartition('.')[2]}.{last}"), cleared_at_birth(last))
    return None


def _client(value: Value) -> bool:
    return any(isinstance(origin, Source) for origin in everything(value))


def _library(
    node: ast.Call, name: str, receiver: Value | None, args: list[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    """A call that leads out of the project."""
    last = name.rpartition(".")[2]
    given = both(_all(args), _all(list(keywords.values())))
    if name in CONVERSIONS and node.args and (path := path_of(node.args[0])) and path in frame.env:
        frame.env[path] = cleared(frame.env[path], None)
    if receiver is not None:
        special = _method(node, last, receiver, args, keywords, frame)
        if special is not None:
            return special
    if name in CLEANED or last in CLEANED:
        return _cleaned(node, name if name in CLEANED else last, given, receiver)
    if SAFE_NAMES.fullmatch(last):
        return only(both(given, everything(receiver) if receiver is not None else NO_MARKS), SAFE_BY_NAME)
    if HARMLESS.fullmatch(name) or last in SQL_SAFE:
        return CLEAN
    return _handed_on(node, name, receiver, args, keywords, given)


def _cleaned(node: ast.Call, name: str, given: Marks, receiver: Value | None) -> Value:
    root: tuple[tuple[str, str], ...] = ()
    if NORMAL in CLEANED[name] and len(CLEANED[name]) == 1:
        root = tuple((each.id, "norm") for arg in node.args for each in ast.walk(arg) if isinstance(each, ast.Name))
    elif name == "os.path.splitext" and node.args and path_of(node.args[0]):
        root = ((path_of(node.args[0]), "ext"),)
    return only(given, CLEANED[name])._replace(root=root)


def _method(
    node: ast.Call, last: str, receiver: Value, args: list[Value], keywords: dict[str, Value], frame: Frame
) -> Value | None:
    """What is known of methods by their names alone, on objects that are not the project's."""
    own = everything(receiver)
    function = node.func
    assert isinstance(function, ast.Attribute)  # noqa: S101  # whoever calls has a receiver
    match last:
        case "get" | "pop" | "setdefault" | "getlist" | "get_all" if args and (own or receiver.items is not None):
            found = element(receiver, args[0].const)
            return joined(found, args[1]) if len(args) > 1 else found
        case "get" if args and len(args) > 1 and not own:
            return Value(everything(args[1]))
        case "items" | "iteritems":
            pair = Value(items={0: only(receiver.marks, frozenset({943})), 1: element(receiver)})
            return Value(receiver.marks, {"pairs of": pair})
        case "keys":
            return only(receiver.marks)
        case "format" | "format_map" if isinstance(receiver.const, str):
            return _format(receiver.const, both(_all(args), _all(list(keywords.values()))))
        case "format" | "format_map" | "join" if receiver.ref is not None and receiver.ref.name.endswith("Markup"):
            return only(both(own, both(_all(args), _all(list(keywords.values())))), frozenset({79, *TEXT}))
        case "join" if args and args[0].items is not None and not args[0].marks:
            pieces = [(each, NONE) for item in args[0].items.values() for each in (receiver, item)]
            return concatenated(pieces[1:])
        case "join" if isinstance(receiver.const, str) and args:
            return only(everything(args[0]), TEXT)
        case "load" if args and SCHEMA.search(dotted(function.value, frame)):
            return only(_all(args), frozenset({915, 943}))
        case "split" | "rsplit" | "partition" | "rpartition" if own:
            root = ((path_of(function.value), "ext"),) if path_of(function.value) and not receiver.root else receiver.root
            return only(own)._replace(root=root)
        case "replace" | "translate" if own:
            return _replaced(args, only(own))
        case "splitlines" if own:
            return only(own, frozenset({113, 117}))
        case "resolve" | "absolute" if receiver.ref is not None and receiver.ref.name.endswith("Path"):
            names = tuple((path, "norm") for path in (path_of(function.value), *(root for root, _ in receiver.root)) if path)
            return only(own, frozenset({NORMAL}))._replace(ref=receiver.ref, root=names)
        case "relative_to" if args:
            frame.apply({path: frozenset({22, 73, 434}) for path in (path_of(function.value), *(r for r, _ in receiver.root)) if path})
            return receiver
        case _ if last in PUTS and args:
            _put(function.value, last, args, keywords, frame)
            return CLEAN if not own else only(own)
        case _ if last in SAME_TEXT and own:
            path = path_of(function.value)
            return only(own, frozenset({943, 915}))._replace(root=receiver.root or (((path, "same"),) if path else ()))
    return None


def _replaced(args: list[Value], value: Value) -> Value:
    """`replace("../", "")` does not clean; line breaks and quotes do what they can."""
    if len(args) >= 2 and args[0].const in {"\n", "\r", "\r\n"}:
        return cleared(value, frozenset({113, 117}))
    if len(args) >= 2 and args[0].const == "'" and args[1].const in {"''", "\\'"}:
        return cleared(value, frozenset({89}))
    return value


def _format(text: str, given: Marks) -> Value:
    of = TEXT | after(text.partition("{")[0])
    if "!r}" in text:
        of = of | {113, 117}
    return only(given, of)


def _put(owner: ast.expr, last: str, args: list[Value], keywords: dict[str, Value], frame: Frame) -> None:
    if last in {"set", "setdefault", "insert"} and len(args) > 1 and args[0].const is not UNKNOWN and last != "insert":
        put(owner, args[0].const if len(args) == 2 else None, args[-1], frame)
    elif last == "update" and len(args) == 1 and args[0].items and not args[0].marks:
        for key, item in args[0].items.items():
            put(owner, key, item, frame)
    elif _all(args):
        put(owner, None, Value(_all(args)), frame)
    for key, value in keywords.items():
        if last == "update":
            put(owner, key, value, frame)


def _handed_on(
    node: ast.Call, name: str, receiver: Value | None, args: list[Value], keywords: dict[str, Value], given: Marks
) -> Value:
    """Calls that nobody here has read: methods give what their object holds, functions what they were given, if less surely."""
    own = everything(receiver) if receiver is not None else NO_MARKS
    last = name.rpartition(".")[2]
    library = Ref("library", "", name) if last[:1].isupper() or last in {"connect", "cursor", "Session", "session"} else None
    root: tuple[tuple[str, str], ...] = receiver.root if receiver is not None and own else ()
    if name in {"urllib.parse.urlparse", "urllib.parse.urlsplit", "urlparse", "urlsplit", "yarl.URL", "httpx.URL"} and node.args:
        return only(given)._replace(root=((path_of(node.args[0]), "host"),) if path_of(node.args[0]) else ())
    if name in {"re.compile", "regex.compile"} and args and isinstance(args[0].const, str):
        return Value(const=args[0].const, ref=Ref("library", "", "re.Pattern"))
    if name in {"dict", "list", "tuple", "copy.copy", "copy.deepcopy", "cast", "typing.cast", "sorted", "iter"} and args:
        items = {str(k.arg): CLEAN for k in node.keywords if k.arg} if name == "dict" else {}
        return args[-1] if not items else Value(both(args[-1].marks, given), args[-1].items)
    if name in {"dict", "list", "set", "OrderedDict", "collections.OrderedDict"} and not args:
        return Value(given) if any(k.arg is None for k in node.keywords) else Value(items=dict(keywords.items()))
    if name == "getattr" and len(args) > 1:
        return part(args[0], args[1].const) if isinstance(args[1].const, str) else CLEAN
    if name == "compile" or name in BUILT_IN or last in HANDS_ON or (library is not None and library.name.endswith("Path")):
        if name in {"open", "compile", "eval"}:
            return CLEAN
        return Value(both(own, given), ref=library, root=root)
    if own:
        return Value(own, ref=library, root=root)
    if not given:
        return Value(ref=library)
    if receiver is not None and not _module(node, name):
        return Value(ref=library)
    if not args or not everything(args[0]) or len(args) + len(keywords) > MOST_ARGUMENTS:
        return Value(ref=library)
    return only(given, frozenset({UNSURE}))._replace(ref=library)


def _module(node: ast.Call, name: str) -> bool:
    """Whether it is a function of a module, as far as can be seen: short lower-case owners without calls."""
    return "()" not in name and "self" not in name.split(".") and name.count(".") <= 2


"""What an expression is worth: where its text comes from."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .apply import apply
from .binding import bind, element, iterated
from .calls import call
from .entries import typed
from .folding import Scalar, calculated, compared, decided
from .formats import percent
from .guards import guard_of
from .modules import Class
from .names import dotted, path_of
from .objects import special
from .reports import reached
from .sequences import elements, repeated, sequence, sliced
from .sources import CHECKED, OPERATOR, REQUEST, VIEW_BASE, cleared_at_birth, is_request, numeric
from .texts import TEXT, concatenated
from .value import (
    CLEAN,
    MOST_ITEMS,
    NONE,
    UNKNOWN,
    Cleared,
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
    shortened,
    with_part,
)

if TYPE_CHECKING:
    from .frame import Frame

CODE_KEYS = ("$where", "$function", "$accumulator")  # of a document query: JavaScript


OWN_WORDS = CHECKED | {"data", "text", "caption", "path", "headers", "kwargs"}
FIELD = re.compile(r"(^|[._])form\.\w+$")


def value_of(node: ast.expr, frame: Frame) -> Value:
    read = READERS.get(type(node))
    return read(node, frame) if read is not None else CLEAN


def _constant(node: ast.Constant, frame: Frame) -> Value:
    return Value(const=node.value) if isinstance(node.value, str | int | float | bytes) or node.value is None else CLEAN


def _name(node: ast.Name, frame: Frame) -> Value:
    return frame.name(node.id)


def _attribute(node: ast.Attribute, frame: Frame) -> Value:
    if frame.overlays and (path := path_of(node)) in frame.env:
        return frame.env[path]
    name = dotted(node, frame)
    if name in OPERATOR:
        return marked(Source("operator", frame.module.path, node.lineno, name))
    if name.startswith("flask.g."):
        return frame.world.field("", "flask.g", node.attr)
    source = _source(node, name, frame)
    if source is not None:
        return source
    return attribute_of(node, frame.value(node.value), frame)


def attribute_of(node: ast.Attribute, owner: Value, frame: Frame) -> Value:
    """The attribute of an object that is known."""
    value = _member(owner, node, frame)
    if node.attr in {"name", "stem", "suffix"} and owner.ref is not None and owner.ref.name.endswith("Path"):
        return only(everything(owner), frozenset({22, 434, 73}))
    if owner.root and node.attr in {"scheme", "path", "query", "fragment", "params"}:
        return value._replace(root=tuple(each for each in owner.root if each[1] != "host"))
    if node.attr == "suffix" or owner.root:
        root = owner.root or ((path_of(node.value), "ext"),) if path_of(node.value) or owner.root else ()
        return value._replace(root=root)
    return value


def _source(node: ast.Attribute, name: str, frame: Frame) -> Value | None:
    """The client's text that an attribute is, by its name."""
    owner = name[: -len(node.attr) - 1]
    if node.attr not in OWN_WORDS and not is_request(owner):
        return None
    origin = Source("client", frame.module.path, node.lineno, f"{owner.rpartition('.')[2]}.{node.attr}")
    if is_request(owner) and REQUEST.fullmatch(node.attr) and not _outgoing(node.value, frame):
        return marked(origin, cleared_at_birth(name))
    if node.attr == "data" and FIELD.search(owner) and frame.module.roots & {"wtforms", "flask_wtf", "flask", "quart"}:
        return marked(origin, frozenset({434, 915, 943}))
    if node.attr in {"text", "caption"} and owner.endswith(("update.message", "update.effective_message")):
        return marked(origin, frozenset({434, 915, 943}))
    if node.attr in CHECKED:
        return marked(origin, frozenset({434, 601, 915}))
    if owner == "self" and frame.function is not None and frame.function.owner:
        known = frame.module.classes.get(frame.function.owner)
        bases = known.bases if known is not None else ()
        if node.attr in {"path", "headers"} and any(base.endswith("HTTPRequestHandler") for base in bases):
            return marked(origin, frozenset({434, 915, 943}))
        if node.attr == "kwargs" and any(VIEW_BASE.match(base) for base in bases) and "django" in frame.module.roots | _drf(frame):
            return marked(origin, frozenset({434, 915, 943}))
    return None


def _drf(frame: Frame) -> frozenset[str]:
    return frozenset({"django"}) if "rest_framework" in frame.module.roots else frozenset()


def _outgoing(node: ast.expr, frame: Frame) -> bool:
    """Whether this `request` is one that the program makes itself."""
    if isinstance(node, ast.Name) and node.id in frame.env:
        value = frame.env[node.id]
        if value.ref is not None and value.ref.kind in {"library", "instance"}:
            return True
    return bool(frame.module.roots & {"scrapy", "mitmproxy", "pip", "responses", "vcr"})


def _member(owner: Value, node: ast.Attribute, frame: Frame) -> Value:
    """An attribute of an object, a class or a module of the project."""
    ref = owner.ref
    if ref is None:
        return part(owner, node.attr)
    if ref.kind == "module":
        return frame.world.look_up(f".{ref.name}.{node.attr}" if ref.name else node.attr, frame.module.path)
    if owner.items is not None and node.attr in owner.items:
        return owner.items[node.attr]
    if ref.kind in {"instance", "class"}:
        found = frame.world.class_of(ref)
        method = frame.world.method(ref, node.attr)
        if method is not None:
            if method.decorated("property", "cached_property"):
                return apply(method, {"self": owner}, frame)
            return Value(ref=Ref("function", method.path, method.name, extra=ref))
        if found is not None and node.attr in found.fields and numeric(found.fields[node.attr]):
            return CLEAN
        known = frame.world.field(ref.path, ref.name, node.attr)
        value = part(owner, node.attr)
        if known.ref is None and value.ref is None and found is not None and node.attr in found.fields:
            known = known._replace(ref=_declared(found, node.attr, frame).ref)
        return known if not value.marks else value._replace(marks=both(value.marks, known.marks), ref=value.ref or known.ref)
    return part(owner, node.attr)


def _declared(found: Class, name: str, frame: Frame) -> Value:
    """An attribute of which only the class is known, by its annotation."""
    annotation = found.fields.get(name)
    return typed(annotation, frame.world.module(found.path), frame.world) if annotation is not None else CLEAN


def _subscript(node: ast.Subscript, frame: Frame) -> Value:
    if frame.overlays and (path := path_of(node)) in frame.env:
        return frame.env[path]
    owner = frame.value(node.value)
    if isinstance(node.slice, ast.Slice):
        lower, upper, step = (frame.value(each) if each is not None else None for each in (node.slice.lower, node.slice.upper, node.slice.step))
        cut = sliced(owner, lower, upper, step)
        owner = owner._replace(marks=shortened(owner.marks))
        return cut if cut is not None else owner._replace(const=UNKNOWN, items=None, size=None, marks=everything(owner))
    index = frame.value(node.slice)
    if isinstance(node.value, ast.Call) and dotted(node.value.func, frame) in {"globals", "locals", "vars"}:
        reached("attribute-flow", index, node.slice, frame)
    if _event(node.value, frame):
        return marked(Source("client", frame.module.path, node.lineno, "event"), frozenset({434, 915}))
    own = special(owner, "__getitem__", [index], frame)
    if own is not None:
        return own
    result = element(owner, index.const)
    if owner.root:
        result = result._replace(root=owner.root)
    if _last_of_split(node, index):
        result = only(everything(result), frozenset({22, 73, 434}))
    if isinstance(owner.const, str) and isinstance(index.const, int) and -len(owner.const) <= index.const < len(owner.const):
        return Value(const=owner.const[index.const])
    return result


def _last_of_split(node: ast.Subscript, index: Value) -> bool:
    """`name.split("/")[-1]`, and the ending of a file's name."""
    match node.value:
        case ast.Call(func=ast.Attribute(attr="split" | "rsplit"), args=[ast.Constant(value="/" | "\\" | "."), *_]):
            return index.const in (-1, 1)
        case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="path"), attr="split")):
            return index.const in (-1, 1)
        case ast.Call(func=ast.Attribute(attr="splitext")):
            return index.const in (-1, 1)
    return False


def _event(node: ast.expr, frame: Frame) -> bool:
    """The first parameter of an AWS Lambda handler."""
    function = frame.function
    if not isinstance(node, ast.Name) or node.id != "event" or function is None:
        return False
    names = [arg.arg for arg in function.parameters()]
    return names[:2] == ["event", "context"] and "event" not in frame.rebound


def _joined_text(node: ast.JoinedStr, frame: Frame) -> Value:
    pieces: list[tuple[Value, Cleared]] = []
    for each in node.values:
        if isinstance(each, ast.FormattedValue):
            piece = frame.value(each.value)
            piece = special(piece, "__str__", [], frame) or piece
            spec = each.format_spec
            number = isinstance(spec, ast.JoinedStr) and _number_format(spec)
            pieces.append((CLEAN if number else piece, frozenset({113, 117}) if each.conversion == ord("r") else NONE))
        else:
            pieces.append((frame.value(each), NONE))
    return concatenated(pieces)


def _number_format(spec: ast.JoinedStr) -> bool:
    return any(isinstance(each, ast.Constant) and str(each.value).endswith(("d", "f", "x", "e", "%")) for each in spec.values)


def _binary(node: ast.BinOp, frame: Frame) -> Value:
    left, right = frame.value(node.left), frame.value(node.right)
    folded = calculated(node.op, left, right)
    if folded is not None:
        return folded
    match node.op:
        case ast.Add():
            if left.items is not None or right.items is not None:
                one, other = elements(left), elements(right)
                return sequence([*one, *other]) if one is not None and other is not None else Value(both(everything(left), everything(right)))
            return concatenated([(left, NONE), (right, NONE)])
        case ast.Mod():
            return _percent(left, right)
        case ast.Div():
            ref = left.ref or right.ref
            return Value(both(_not_normal(left), _not_normal(right)), ref=ref)
        case ast.Mult() if (more := repeated(left, right.const)) is not None:
            return more
        case ast.BitOr() if left.items is not None and right.items is not None and not right.marks:
            return left._replace(items={**left.items, **right.items})
        case ast.BitOr() | ast.BitAnd() | ast.Mult():
            return Value(both(everything(left), everything(right)))
    return CLEAN


def _not_normal(value: Value) -> Mapping[Any, Cleared]:
    return everything(value)


def _percent(left: Value, right: Value) -> Value:
    if isinstance(left.const, str):
        return percent(left.const, right)
    return Value({origin: known | TEXT for origin, known in both(everything(left), everything(right)).items()})


def _compare(node: ast.Compare, frame: Frame) -> Value:
    return compared(node.ops, [frame.value(each) for each in (node.left, *node.comparators)])


def _boolean(node: ast.BoolOp, frame: Frame) -> Value:
    """`and` gives its last part, or something empty; each part is read after what the parts before say."""
    goes_on = isinstance(node.op, ast.And)
    before, result, sure = frame.env, CLEAN, True
    for at, each in enumerate(node.values):
        value, last = frame.value(each), at + 1 == len(node.values)
        truth = decided(each, value, frame)
        if last or truth is not goes_on:
            result = value if result is CLEAN or goes_on else joined(result, value)
        if last or truth is (not goes_on):
            break
        sure = sure and truth is not None
        guard = guard_of(each, frame)
        if learnt := guard.true if goes_on else guard.false:
            frame.env = dict(frame.env)
            frame.apply(learnt)
    if frame.env is not before:
        named = [each.target.id for each in ast.walk(node) if isinstance(each, ast.NamedExpr)]
        before.update({name: frame.env[name] for name in named if name in frame.env})
        frame.env = before
    return result if sure else result._replace(const=UNKNOWN)


def _unary(node: ast.UnaryOp, frame: Frame) -> Value:
    value = frame.value(node.operand)
    if isinstance(node.op, ast.Not):
        return Value(const=not value.const) if isinstance(value.const, Scalar) or value.const is None else CLEAN
    if isinstance(node.op, ast.USub) and isinstance(value.const, int | float):
        return Value(const=-value.const)
    return CLEAN


def _conditional(node: ast.IfExp, frame: Frame) -> Value:
    truth = decided(node.test, frame.value(node.test), frame)
    if truth is not None:
        return frame.value(node.body if truth else node.orelse)
    guard = guard_of(node.test, frame)
    before = dict(frame.env)
    frame.apply(guard.true)
    one = frame.value(node.body)
    frame.env = dict(before)
    frame.apply(guard.false)
    other = frame.value(node.orelse)
    frame.env = before
    return joined(one, other)


def _sequence(node: ast.List | ast.Tuple | ast.Set, frame: Frame) -> Value:
    values: list[Value] | None = []
    others = CLEAN.marks
    for each in node.elts:
        value = frame.value(each)
        known = elements(value) if isinstance(each, ast.Starred) else [value]
        if known is None or values is None or len(values) >= MOST_ITEMS:
            values = None
        else:
            values += known
        others = both(others, everything(value))
    return sequence(values) if values is not None else Value(others)


def _dict(node: ast.Dict, frame: Frame) -> Value:
    result = Value(items={})
    for key, item in zip(node.keys, node.values, strict=True):
        value = frame.value(item)
        known = frame.value(key).const if key is not None else UNKNOWN
        if known in CODE_KEYS:
            reached("nosql-flow", Value({origin: of - {943} for origin, of in everything(value).items()}), item, frame)
        if known == "$eq":
            value = cleared(value, frozenset({943}))
        if key is not None and known is not UNKNOWN:
            result = with_part(result, known, value)
        elif key is None and value.items is not None:
            result = result._replace(items={**(result.items or {}), **value.items}, marks=both(result.marks, value.marks))
        else:
            result = result._replace(marks=both(result.marks, everything(value)))
            if key is not None:
                result = result._replace(marks=both(result.marks, everything(frame.value(key))))
    return result


def _comprehension(node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, frame: Frame) -> Value:
    before = dict(frame.env)
    for generator in node.generators:
        bind(generator.target, iterated(frame.value(generator.iter)), frame)
        for test in generator.ifs:
            frame.value(test)
            frame.apply(guard_of(test, frame).true)
    if isinstance(node, ast.DictComp):
        marks = both(everything(frame.value(node.key)), everything(frame.value(node.value)))
    else:
        marks = everything(frame.value(node.elt))
    frame.env = before
    return Value(marks)


def _lambda(node: ast.Lambda, frame: Frame) -> Value:
    before = dict(frame.env)
    for arg in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
        frame.env[arg.arg] = CLEAN
    frame.value(node.body)
    frame.env = before
    return Value(ref=Ref("lambda", frame.module.path, "", extra=node))


def _passed(node: ast.Await | ast.Starred | ast.FormattedValue, frame: Frame) -> Value:
    return frame.value(node.value)


def _yield_from(node: ast.YieldFrom, frame: Frame) -> Value:
    value = frame.value(node.value)
    frame.leave(Value(everything(value)))
    return value


def _yield(node: ast.Yield, frame: Frame) -> Value:
    if node.value is not None:
        frame.leave(Value(everything(frame.value(node.value))))
    return CLEAN


def _walrus(node: ast.NamedExpr, frame: Frame) -> Value:
    guard = guard_of(node.value, frame)
    value = frame.value(node.value)._replace(guard=guard)
    frame.bind(node.target.id, value)
    return value


READERS: Mapping[type[ast.expr], Callable[[Any, Frame], Value]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Call: call,
    ast.JoinedStr: _joined_text,
    ast.BinOp: _binary,
    ast.Compare: _compare,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _unary,
    ast.IfExp: _conditional,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Set: _sequence,
    ast.Dict: _dict,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension,
    ast.Lambda: _lambda,
    ast.Await: _passed,
    ast.Starred: _passed,
    ast.YieldFrom: _yield_from,
    ast.FormattedValue: _passed,
    ast.Yield: _yield,
    ast.NamedExpr: _walrus,
}

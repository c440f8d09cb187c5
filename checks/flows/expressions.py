"""What an expression is worth: where its text comes from."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .attributes import read_attribute
from .binding import element
from .calls import call
from .displays import read_comprehension, read_dict, read_sequence, read_text
from .folding import Scalar, calculated, compared, decided
from .formats import percent
from .frame import Written
from .guards import guard_of
from .names import dotted, path_of
from .objects import special
from .reports import reached
from .sequences import elements, repeated, sequence, sliced
from .sources import CHECKED
from .texts import TEXT, concatenated
from .value import (
    CLEAN,
    NONE,
    UNKNOWN,
    Cleared,
    Ref,
    Source,
    Value,
    both,
    everything,
    joined,
    marked,
    only,
    shortened,
)

if TYPE_CHECKING:
    from .frame import Frame

OWN_WORDS = CHECKED | {"data", "text", "caption", "path", "headers", "kwargs"}
FIELD = re.compile(r"(^|[._])form\.\w+$")


def value_of(node: ast.expr, frame: Frame) -> Value:
    read = READERS.get(type(node))
    return read(node, frame) if read is not None else CLEAN


def _constant(node: ast.Constant, frame: Frame) -> Value:
    return Value(const=node.value) if isinstance(node.value, str | int | float | bytes) or node.value is None else CLEAN


def _name(node: ast.Name, frame: Frame) -> Value:
    return frame.name(node.id)


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


def _named_values(node: ast.expr) -> bool:
    """`text % {"user": user}`: whoever writes the text chooses among them."""
    return isinstance(node, ast.Dict) or (isinstance(node, ast.Call) and ast.unparse(node.func) in {"dict", "vars", "locals"})


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
            if _named_values(node.right):
                reached("format-flow", left, node.left, frame)
            if left.ref is not None and left.ref.name.endswith("Markup"):  # escapes what is put into it
                return Value(both(everything(left), only(everything(right), frozenset({79, *TEXT})).marks), ref=left.ref)
            return _percent(left, right)
        case ast.Div():
            ref = left.ref or right.ref
            return Value(both(_not_normal(left), _not_normal(right)), ref=ref)
        case ast.Mult() if (more := repeated(left, right.const)) is not None:
            return more
        case ast.BitOr() if left.items is not None and right.items is not None and not right.marks:
            return left._replace(items={**left.items, **right.items})
        case ast.BitAnd() if not (everything(left) and everything(right)):
            return CLEAN  # what is in both is in the one that no client chose
        case ast.Sub() if not isinstance(right.const, int | float):
            return Value(everything(left))  # of sets
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


def _lambda(node: ast.Lambda, frame: Frame) -> Value:
    before = dict(frame.env)
    for arg in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
        frame.env[arg.arg] = CLEAN
    frame.value(node.body)
    frame.env = before
    return Value(ref=Ref("lambda", frame.module.path, "", extra=Written(frame.module.path, node)))


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
    ast.Attribute: read_attribute,
    ast.Subscript: _subscript,
    ast.Call: call,
    ast.JoinedStr: read_text,
    ast.BinOp: _binary,
    ast.Compare: _compare,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _unary,
    ast.IfExp: _conditional,
    ast.List: read_sequence,
    ast.Tuple: read_sequence,
    ast.Set: read_sequence,
    ast.Dict: read_dict,
    ast.ListComp: read_comprehension,
    ast.SetComp: read_comprehension,
    ast.GeneratorExp: read_comprehension,
    ast.DictComp: read_comprehension,
    ast.Lambda: _lambda,
    ast.Await: _passed,
    ast.Starred: _passed,
    ast.YieldFrom: _yield_from,
    ast.FormattedValue: _passed,
    ast.Yield: _yield,
    ast.NamedExpr: _walrus,
}

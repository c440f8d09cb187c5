"""Expressions of constants, worked out: what is always true, always false, or always the same text."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .sequences import elements
from .texts import LONGEST
from .value import CLEAN, UNKNOWN, Value

if TYPE_CHECKING:
    from .frame import Frame

Scalar = str | int | float | bytes
LARGEST = 10**9
CALCULATED: Mapping[type, Callable[[Any, Any], object]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod,
    ast.Div: operator.truediv, ast.BitAnd: operator.and_, ast.BitOr: operator.or_, ast.BitXor: operator.xor,
}  # fmt: skip
COMPARED: Mapping[type, Callable[[Any, Any], object]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip
METHODS = frozenset({"lower", "upper", "strip", "lstrip", "rstrip", "startswith", "endswith", "replace", "title", "capitalize", "isdigit",
                     "isalpha", "isalnum", "find", "count", "index", "swapcase", "removeprefix", "removesuffix", "casefold"})  # fmt: skip
FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "len": len, "str": str, "int": int, "float": float, "bool": bool, "abs": abs, "ord": ord, "chr": chr, "min": min, "max": max, "round": round,
}  # fmt: skip


def calculated(op: ast.operator, left: Value, right: Value) -> Value | None:
    one, other = left.const, right.const
    numbers = _number(one) and _number(other)
    texts = isinstance(one, str) and isinstance(other, str) and isinstance(op, ast.Add) and len(one) + len(other) < LONGEST
    small = numbers and isinstance(other, int) and isinstance(one, int) and 0 <= other < 30 and abs(one) < 1000
    try:
        if small and isinstance(op, ast.Pow | ast.LShift | ast.RShift):
            return Value(const=_power(op, one, other))
        if (numbers or texts) and type(op) in CALCULATED:
            return Value(const=CALCULATED[type(op)](one, other))
    except (ArithmeticError, ValueError, TypeError):
        pass
    return None


def _number(const: object) -> bool:
    return isinstance(const, int | float) and abs(const) < LARGEST


def _power(op: ast.operator, one: Any, other: Any) -> object:
    if isinstance(op, ast.Pow):
        return one**other
    return one << other if isinstance(op, ast.LShift) else one >> other


def compared(ops: list[ast.cmpop], values: list[Value]) -> Value:
    """`0 < n < 10`, `x is None`, `"a" in ("a", "b")`: known when every step is, or one is false."""
    answers = [_compared(op, one, other) for op, one, other in zip(ops, values[:-1], values[1:], strict=True)]
    if any(answer is False for answer in answers):
        return Value(const=False)
    return Value(const=True) if all(answer is True for answer in answers) else CLEAN


def _compared(op: ast.cmpop, left: Value, right: Value) -> bool | None:
    one, other = left.const, right.const
    if isinstance(op, ast.In | ast.NotIn):
        found = _contains(right, one)
        return found if found is None or isinstance(op, ast.In) else not found
    if one is UNKNOWN or other is UNKNOWN:
        return None
    if isinstance(op, ast.Is | ast.IsNot | ast.Eq | ast.NotEq) and (one is None or other is None):
        return (one is other) is isinstance(op, ast.Is | ast.Eq)
    alike = type(one) is type(other) or (_number(one) and _number(other))
    if not alike or type(op) not in COMPARED:
        return None
    try:
        return bool(COMPARED[type(op)](one, other))
    except TypeError:
        return None


def _contains(owner: Value, const: object) -> bool | None:
    if const is UNKNOWN:
        return None
    if isinstance(owner.const, str):
        return const in owner.const if isinstance(const, str) else None
    known = elements(owner)
    if known is None or any(each.const is UNKNOWN for each in known):
        return None
    return any(each.const == const for each in known)


def decided(test: ast.expr, value: Value, frame: Frame) -> bool | None:
    """Whether the test is always true or always false. What attributes and other modules' names hold may change unseen."""
    const = value.const
    if const is UNKNOWN or value.marks or not (const is None or isinstance(const, Scalar)):
        return None
    for node in ast.walk(test):
        if isinstance(node, ast.Attribute) and not isinstance(node.value, ast.Constant | ast.Name):
            return None
        if isinstance(node, ast.Name | ast.Attribute) and not _own(node, frame):
            return None
    return bool(const)


def _own(node: ast.Name | ast.Attribute, frame: Frame) -> bool:
    """Whether it is a variable of this function, a method of one, or a built-in function."""
    if isinstance(node, ast.Attribute):
        return node.attr in METHODS
    return node.id in frame.env or node.id in FUNCTIONS


def called(name: str, receiver: Value | None, args: list[Value], keywords: Mapping[str, Value]) -> Value | None:
    """`"a".upper()`, `len("abc")`."""
    last = name.rpartition(".")[2]
    if last not in METHODS and name not in FUNCTIONS:
        return None
    consts = [arg.const for arg in args]
    if keywords or any(not isinstance(const, Scalar) for const in consts):
        return None
    try:
        if receiver is None and name in FUNCTIONS and args:
            return _result(FUNCTIONS[name](*consts))
        if receiver is not None and isinstance(receiver.const, str) and last in METHODS:
            return _result(getattr(receiver.const, last)(*consts))
    except (ArithmeticError, ValueError, TypeError):
        pass
    return None


def _result(const: object) -> Value | None:
    return Value(const=const) if isinstance(const, Scalar) and len(str(const)) < LONGEST else None

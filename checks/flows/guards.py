"""Tests after which a value is harmless: one of a known set, of a known form, on a known host, below a known folder."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from .characters import clears, of_client, of_these
from .cleaners import CHECKS, CLEANED, FORBIDDEN, FORM_TESTS
from .names import dotted, path_of
from .regexes import strict, without
from .value import NO_EFFECTS, NO_GUARD, NORMAL, ROOTED, SINGLE, Cleared, Effects, Guard, everything

if TYPE_CHECKING:
    from .frame import Frame

PATHS: Cleared = frozenset({22, 73, 434})
HOSTS: Cleared = frozenset({918, 601})
BY_ROOT = {"signed": frozenset({502}), "same": None, "host": HOSTS, "ext": frozenset({434}), "norm": PATHS}
AT_HOME = frozenset({"is_private", "is_loopback", "is_link_local", "is_reserved"})
HOST_OF = frozenset({"host", "hostname", "netloc"})  # of an address that was parsed
NO_CHECKS = frozenset({"isfile", "is_file", "isdir", "is_dir", "isabs", "is_absolute", "islink", "is_symlink", "ismount"})


def guard_of(test: ast.expr, frame: Frame) -> Guard:
    """What the test tells of variables when it is true, and when it is false. Its value was asked for before."""
    frame.asking += 1
    try:
        return _guard(test, frame)
    finally:
        frame.asking -= 1


def _guard(test: ast.expr, frame: Frame) -> Guard:
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _guard(operand, frame)
            return Guard(inner.false, inner.true)
        case ast.BoolOp(op=op, values=values):
            return _combined(isinstance(op, ast.And), [_guard(value, frame) for value in values])
        case ast.NamedExpr(value=value):
            return _guard(value, frame)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _compared(left, op, right, frame)
        case ast.Compare(left=left, ops=ops, comparators=rights) if all(isinstance(op, ast.Eq) for op in ops):
            return _combined(True, [_compared(left, op, right, frame) for op, right in zip(ops, rights, strict=True)])
        case ast.Call():
            return _called(test, frame)
        case ast.Name() | ast.Attribute():
            asked, path = frame.value(test), path_of(test)
            known = asked.guard
            if isinstance(test, ast.Attribute) and test.attr in {*AT_HOME, "netloc", "hostname", "is_global"}:
                hosts = dict.fromkeys((name for name, how in asked.root if how == "host"), HOSTS)
                known = Guard({**known.true, **hosts}, known.false) if test.attr == "is_global" else Guard(known.true, {**known.false, **hosts})
            return Guard(known.true, {**known.false, path: None}) if path else known  # what is false is empty
        case ast.Await(value=value):
            return _guard(value, frame)
    return NO_GUARD


def _combined(conjunction: bool, parts: list[Guard]) -> Guard:
    """`and`: all hold when it is true, only what all say when it is false; `or` the other way."""
    if conjunction:
        return Guard(_all(part.true for part in parts), _common([part.false for part in parts]))
    return Guard(_common([part.true for part in parts]), _all(part.false for part in parts))


def _all(parts: object) -> Effects:
    together: dict[str, Cleared | None] = {}
    for effects in parts:  # type: ignore[attr-defined]
        for path, of in effects.items():
            known = together.get(path, frozenset())
            together[path] = None if of is None or known is None else known | of
    return together


def _common(parts: list[Effects]) -> Effects:
    first, *rest = parts
    result: dict[str, Cleared | None] = {}
    for path, of in first.items():
        if all(path in other for other in rest):
            sets = [each for each in (of, *(other[path] for other in rest)) if each is not None]
            result[path] = frozenset.intersection(*sets) if sets else None
    return result


def about(node: ast.expr, frame: Frame, of: Cleared | None = None) -> Effects:
    """What is cleared when this expression is one of a known set (or is cleared of `of`)."""
    effects: dict[str, Cleared | None] = {}
    path = path_of(node)
    if path:
        effects[path] = of
    if isinstance(node, ast.Attribute) and node.attr in HOST_OF and path_of(node.value):
        effects[path_of(node.value)] = HOSTS if of is None else of & HOSTS
    for name, how in frame.value(node).root:
        by = BY_ROOT[how]
        effects.setdefault(name, by if of is None else of if by is None else of & by)
    return effects


def _compared(left: ast.expr, op: ast.cmpop, right: ast.expr, frame: Frame) -> Guard:
    match op:
        case ast.In() | ast.NotIn():
            true = _member(left, right, frame)
            false = _misses(left, right, frame)
            return Guard(true, false) if isinstance(op, ast.In) else Guard(false, true)
        case ast.LtE() if isinstance(left, ast.Call) and dotted(left.func, frame) == "set" and left.args:
            known = of_these(right, frame)
            return NO_GUARD if isinstance(known, bool) else Guard(about(left.args[0], frame, known), NO_EFFECTS)
        case ast.Eq() | ast.NotEq():
            true = _equal(left, right, frame)
            return Guard(true, NO_EFFECTS) if isinstance(op, ast.Eq) else Guard(NO_EFFECTS, true)
        case ast.Is() | ast.IsNot() if isinstance(right, ast.Constant):
            inner = guard_of(left, frame)
            truth = right.value is True
            if right.value is not None and not isinstance(right.value, bool):
                return NO_GUARD
            same = inner if truth else Guard(inner.false, inner.true)
            return same if isinstance(op, ast.Is) else Guard(same.false, same.true)
    return NO_GUARD


def _member(left: ast.expr, right: ast.expr, frame: Frame) -> Effects:
    """`x in KNOWN`."""
    name = dotted(right, frame)
    if isinstance(right, ast.Attribute) and right.attr == "parents":
        return about(right.value, frame, PATHS)
    if FORBIDDEN.search(name) or isinstance(right, ast.Constant) or of_client(right, frame) or isinstance(left, ast.Constant):
        return NO_EFFECTS
    if isinstance(frame.value(right).const, str):
        return NO_EFFECTS
    return about(left, frame)


def _misses(left: ast.expr, right: ast.expr, frame: Frame) -> Effects:
    """`"..." in x` is false."""
    if not isinstance(left, ast.Constant) or not isinstance(left.value, str):
        return NO_EFFECTS
    if left.value == "..":
        right = _whole(right)
        return about(right, frame, frozenset({22, 73, NORMAL}))
    of = frozenset({22, 73, 434}) if left.value == "/" else without(left.value) if len(left.value) == 1 else frozenset()
    of |= {113, 117, 93} if left.value in {"\n", "\r"} else frozenset()
    return about(right, frame, of) if of else NO_EFFECTS


def _whole(node: ast.expr) -> ast.expr:
    """The path that `path.parts` and `path.split("/")` are of."""
    match node:
        case ast.Attribute(value=value, attr="parts"):
            return value
        case ast.Call(func=ast.Attribute(value=value, attr="split")):
            return value
    return node


def _equal(left: ast.expr, right: ast.expr, frame: Frame) -> Effects:
    for one, other in ((left, right), (right, left)):
        if isinstance(one, ast.Constant) and one.value in (None, ""):
            return NO_EFFECTS
        if isinstance(other, ast.Call) and dotted(other.func, frame).endswith(("commonpath", "commonprefix")):
            return dict.fromkeys(_names(other), PATHS)
        if isinstance(other, ast.Call) and path_of(one) and [path_of(arg) for arg in other.args] == [path_of(one)]:
            name = dotted(other.func, frame)
            made = CLEANED.get(name, CLEANED.get(name.rpartition(".")[2]))
            if made is not None:
                return about(one, frame, made)
    if not everything(frame.value(left)) and everything(frame.value(right)):
        left, right = right, left  # what is compared with what is known
    for one, other in ((left, right), (right, left)):
        if isinstance(one, ast.Attribute) and one.attr == "parent" and not of_client(other, frame):
            return about(one.value, frame, PATHS)
        if path_of(one) and not of_client(other, frame):
            return about(one, frame)
    return NO_EFFECTS


def _names(node: ast.AST) -> list[str]:
    return [each.id for each in ast.walk(node) if isinstance(each, ast.Name)]


def _called(call: ast.Call, frame: Frame) -> Guard:
    value = frame.value(call)
    if value.guard is not NO_GUARD and value.guard != NO_GUARD:
        return value.guard
    name = dotted(call.func, frame)
    last = name.rpartition(".")[2]
    true: Effects = NO_EFFECTS
    if isinstance(call.func, ast.Attribute):
        true = _asked(call, call.func, last, frame)
    if name == "bool" and call.args:
        return _guard(call.args[0], frame)
    if name in {"all", "any"}:
        true = _every(call, name, frame)
    elif not true and last in {"match", "fullmatch", "search"}:
        true = _matched(call, name, last, frame)
    elif not true and last == "isinstance" and call.args and _number(call.args[-1]):
        true = about(call.args[0], frame)
    elif not true and last == "compare_digest":
        true = {path: of for arg in call.args for path, of in about(arg, frame).items() if of == BY_ROOT["signed"]}
    elif not true and CHECKS.fullmatch(last) and last not in NO_CHECKS:
        given = (*call.args, *(keyword.value for keyword in call.keywords))
        true = {path: _cleared_by(last) for arg in given for path in about(arg, frame)}
    if last == "startswith" and isinstance(call.func, ast.Attribute) and call.args:
        return _begins(call.func.value, frame.value(call.args[0]).const, true, frame)
    return Guard(true, NO_EFFECTS)


def _begins(text: ast.expr, prefix: object, true: Effects, frame: Frame) -> Guard:
    """`target.startswith("/")`, and what it is not."""
    match prefix:
        case "/":
            return Guard({**true, **about(text, frame, frozenset({ROOTED}))}, NO_EFFECTS)
        case "//" | "/\\":
            return Guard(true, about(text, frame, frozenset({SINGLE})))
        case "-" | "--":
            return Guard(true, about(text, frame, frozenset({88})))
    return Guard(true, NO_EFFECTS)


def _cleared_by(check: str) -> Cleared | None:
    """A function called `is_safe_url` says nothing of SQL."""
    words = check.lower()
    if any(word in words for word in ("url", "host", "redirect", "domain")):
        return HOSTS
    if any(word in words for word in ("path", "file")):
        return PATHS
    if any(word in words for word in ("name", "input", "param", "known", "allowed", "permitted")):
        return None
    return frozenset({*HOSTS, *PATHS})


def _asked(call: ast.Call, func: ast.Attribute, last: str, frame: Frame) -> Effects:
    """A test that is a method of the value."""
    if last in FORM_TESTS:
        return about(func.value, frame)
    if last == "issubset" and call.args and not of_client(call.args[0], frame) and not FORBIDDEN.search(dotted(call.args[0], frame)):
        made = isinstance(func.value, ast.Call) and dotted(func.value.func, frame) == "set" and func.value.args
        return about(func.value.args[0] if made and isinstance(func.value, ast.Call) else func.value, frame)
    if last == "is_relative_to":
        return about(func.value, frame, PATHS)
    if last == "startswith" and call.args:
        one_of = [each.const for each in (frame.value(call.args[0]).items or {"": frame.value(call.args[0])}).values()]
        if all(isinstance(each, str) and re.match(r"(https?|wss?)://[^/]+/", each) for each in one_of):
            return about(func.value, frame, HOSTS)
        tested = _unended(func.value)
        normal = all(NORMAL in known for known in everything(frame.value(tested)).values())
        return about(tested, frame, PATHS) if normal else NO_EFFECTS
    if last == "endswith" and call.args:
        suffix = frame.value(call.args[0]).const
        dotted_suffix = isinstance(suffix, str) and suffix.startswith(".") and "." in suffix[1:]
        hosts = [name for name, how in frame.value(func.value).root if how == "host"] if dotted_suffix else []
        return {**about(func.value, frame, frozenset({434})), **dict.fromkeys(hosts, HOSTS)}
    return NO_EFFECTS


def _unended(node: ast.expr) -> ast.expr:
    """`path` of `(path + os.sep)`, which begins with the folder `root + os.sep` when it is that folder or lies in it."""
    ends = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and ast.unparse(node.right) in {"os.sep", "os.path.sep", "'/'"}
    return node.left if isinstance(node, ast.BinOp) and ends else node


def _matched(call: ast.Call, name: str, last: str, frame: Frame) -> Effects:
    """A regular expression that the whole text must follow, and that has no free part."""
    direct = name in {f"re.{last}", f"regex.{last}"}
    subjects = call.args[1:2] if direct else call.args[:1]
    if not subjects:
        return NO_EFFECTS
    pattern = frame.value(call.args[0]).const if direct else None
    if not direct and isinstance(call.func, ast.Attribute):
        pattern = frame.value(call.func.value).const
    if not isinstance(pattern, str):
        return NO_EFFECTS if last == "search" else about(subjects[0], frame)
    clear = strict(pattern, last)
    return NO_EFFECTS if isinstance(clear, bool) else about(subjects[0], frame, clear)


def _every(call: ast.Call, name: str, frame: Frame) -> Effects:
    """`all(c in KNOWN for c in text)`, `any(text == each for each in KNOWN)`"""
    if len(call.args) != 1 or not isinstance(call.args[0], ast.GeneratorExp | ast.ListComp) or len(call.args[0].generators) != 1:
        return NO_EFFECTS
    tested, generator = call.args[0].elt, call.args[0].generators[0]
    if generator.ifs or not isinstance(generator.target, ast.Name):
        return NO_EFFECTS
    each = generator.target.id
    if name == "all":
        characters = clears(tested, each, frame)
        return NO_EFFECTS if isinstance(characters, bool) else about(generator.iter, frame, characters)
    if of_client(generator.iter, frame) or FORBIDDEN.search(dotted(generator.iter, frame)):
        return NO_EFFECTS
    inner = guard_of(tested, frame).true
    equal = isinstance(tested, ast.Compare) and isinstance(tested.ops[0], ast.Eq)
    under = isinstance(tested, ast.Call) and isinstance(tested.func, ast.Attribute) and tested.func.attr == "is_relative_to"
    return {path: of for path, of in inner.items() if path != each} if equal or under else NO_EFFECTS


def _number(node: ast.expr) -> bool:
    names = node.elts if isinstance(node, ast.Tuple) else [node]
    return all(isinstance(name, ast.Name) and name.id in {"int", "float", "bool", "UUID", "Decimal"} for name in names)

"""Regular expressions and sets of characters: what a text can't do any more when it holds no other characters."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from .value import Cleared

ALL = frozenset(map(chr, range(128)))
WORD = frozenset(each for each in ALL if each.isalnum() or each == "_")
CATEGORIES = {"DIGIT": frozenset("0123456789"), "SPACE": frozenset(" \t\n\r\f\v"), "WORD": WORD}
FREE = "any text"  # a longer part that may hold every character
# One of these a text needs to do harm; each entry is enough.
NEEDS: Mapping[int, tuple[str, ...]] = {
    22: ("/", "\\"), 73: ("/", "\\"), 434: ("/", "\\", "."), 77: ("/", " "), 78: tuple(";&|`$<>()\n"), 79: tuple("<\"'"), 88: ("-",),
    89: tuple("'\"; \t\n(\\"), 90: tuple("*()\\"), 94: ("(", ".", "["), 113: ("\r", "\n"), 117: ("\r", "\n"), 93: ("\r", "\n"), 134: ("{", "%"),
    601: ("/", ":"), 643: ("'",), 918: ("/", ":", "."), 1333: tuple("*+{("), 1336: ("{", "$"), 1236: tuple("=+-@"), 611: ("<",), 502: ("\x80", "!"),
}  # fmt: skip
HOSTS: Cleared = frozenset({918, 601})
ALWAYS: Cleared = frozenset({915, 943, 470, 98, 501, 400, 327})  # what a text of a known form does no harm to


def harmless(characters: Iterable[str]) -> Cleared | None:
    """What a text of these characters is cleared of; None: of everything."""
    allowed = frozenset(characters)
    numbers = not any(each.isalpha() for each in allowed)
    clear = {cwe for cwe, needed in NEEDS.items() if not allowed.intersection(needed) or (cwe == 94 and numbers)}
    if "." not in allowed and "/" not in allowed:
        clear |= {22, 73}
    return None if clear == set(NEEDS) else frozenset(clear) | ALWAYS


def without(characters: Iterable[str]) -> Cleared:
    """What a text is cleared of that holds none of these."""
    gone = frozenset(characters)
    return frozenset(cwe for cwe, needed in NEEDS.items() if gone.issuperset(needed) or (cwe in {22, 73} and "/" in gone))


@lru_cache(maxsize=512)
def parsed(pattern: str) -> Any:
    try:
        return re._parser.parse(pattern)  # type: ignore[attr-defined]  # no public reader of expressions since 3.11
    except (re.error, RecursionError, OverflowError, AttributeError):
        return None


def strict(pattern: str, method: str) -> Cleared | bool | None:
    """What a text is cleared of when the whole of it matches; False: of nothing."""
    tree = parsed(pattern)
    if tree is None:
        return False
    ops = list(tree)
    ends = method == "fullmatch" or (ops and str(ops[-1][0]) == "AT" and "END" in str(ops[-1][1]))
    begins = method != "search" or (ops and str(ops[0][0]) == "AT" and "BEGINNING" in str(ops[0][1]))
    clear = _cleared(tree) if ends and begins else False
    return clear | HOSTS if isinstance(clear, frozenset) and begins and ends and _host(tree) else clear


def formed(*nodes: ast.expr | None) -> Cleared | bool | None:
    """The same of a text that pydantic lets in: `Annotated[str, Field(pattern="^[a-z]+$")]`."""
    for node in nodes:
        for each in ast.walk(node) if isinstance(node, ast.Subscript | ast.Call) else ():
            if isinstance(each, ast.keyword) and each.arg in {"pattern", "regex"} and isinstance(each.value, ast.Constant):
                return strict(each.value.value, "search") if isinstance(each.value.value, str) else False
    return False


def _host(tree: Any) -> bool:
    """Whether the expression names the host: as the beginning of an address, or as the end of a name."""
    text = "".join(chr(argument) if str(op) == "LITERAL" else "" if str(op) == "AT" else "\0" for op, argument in tree)
    return re.match(r"https?(\0|s)?://[\w.-]+/", text) is not None or re.search(r"\.[a-z-]+\.[a-z]+$", text) is not None


def _cleared(tree: Any) -> Cleared | bool | None:
    found = set(characters(tree))
    return False if FREE in found else harmless(found)


def groups(pattern: str) -> Mapping[object, Cleared | bool | None]:
    """The groups of a match, by number and name, and what each is cleared of; 0 is the whole."""
    tree = parsed(pattern)
    if tree is None:
        return {}
    known: dict[object, Cleared | bool | None] = {number: _cleared(inside) for number, inside in _groups(tree)}
    known |= {name: known[number] for name, number in tree.state.groupdict.items() if number in known}
    known[0] = _cleared(tree)
    return known


def _groups(tree: Any) -> Iterator[tuple[int, Any]]:
    for op, argument in tree:
        if str(op) == "SUBPATTERN":
            if argument[0] is not None:
                yield argument[0], argument[3]
            yield from _groups(argument[3])
        elif str(op) in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            yield from _groups(argument[2])
        elif str(op) == "BRANCH":
            for each in argument[1]:
                yield from _groups(each)


def kept(pattern: str) -> Cleared | bool | None:
    """What `re.sub(pattern, "", text)` clears: the pattern is one class of characters that go."""
    tree = parsed(pattern)
    ops = list(tree) if tree is not None else []
    if len(ops) == 1 and str(ops[0][0]) in {"MAX_REPEAT", "MIN_REPEAT"}:
        ops = list(ops[0][1][2])
    if len(ops) != 1 or str(ops[0][0]) not in {"IN", "LITERAL", "NOT_LITERAL", "ANY"}:
        return False
    gone = set(characters(ops))
    if FREE in gone:  # all but a few
        gone = gone - {FREE} if len(gone) > 1 else set(ALL)
    left = ALL - gone
    return harmless(left) if len(left) < 100 else without(gone)


def characters(tree: Any) -> Iterator[str]:
    """All characters that a match may hold; `FREE` where a repeated part takes nearly all."""
    for op, argument in tree:
        match str(op):
            case "LITERAL":
                yield chr(argument)
            case "NOT_LITERAL":
                yield from ALL - {chr(argument)}
                yield FREE
            case "ANY":
                yield FREE
            case "IN":
                yield from _class(argument)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                yield from characters(argument[2])
            case "SUBPATTERN":
                yield from characters(argument[3])
            case "BRANCH":
                for each in argument[1]:
                    yield from characters(each)
            case "ATOMIC_GROUP":
                yield from characters(argument)
            case "GROUPREF" | "AT" | "ASSERT" | "ASSERT_NOT":
                pass
            case _:
                yield FREE


def _class(argument: Any) -> Iterator[str]:
    found: set[str] = set()
    negated = False
    for op, value in argument:
        match str(op):
            case "NEGATE":
                negated = True
            case "LITERAL":
                found.add(chr(value))
            case "RANGE":
                found.update(chr(each) for each in range(value[0], min(value[1], 0x2FF) + 1))
            case "CATEGORY":
                name = str(value).removeprefix("CATEGORY_")
                found.update(ALL - CATEGORIES[name[4:]] if name.startswith("NOT_") else CATEGORIES[name])
    yield from ALL - found if negated else found
    if (negated and len(found & WORD) < 30) or len(found) > 110:
        yield FREE

"""Which rules can say anything of a file at all: those that name no word that it lacks.

Semgrep asks each rule's gates (expressions over the whole file) and looks for each rule's names, once for each file: with hundreds of
rules that is nearly half of its time. Here the words of a file are taken once, and only looked up. A rule that is left out could not
have spoken; one that is kept in vain costs a little time.
"""

from __future__ import annotations

import importlib
import keyword
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

from .gates import ASCII_WORD, WHOLE, WORD, named, readable

# Word by word, to one at which the body matches.
WALK = re.compile(
    r"(?P<flags>\(\?i?s\))\\A(?P<gap>\\W|\[\^a-z\])\*\+\(\?>\(\?!(?P<body>.*)\)(?P<word>\\w|\[a-z\])\+\+(?P=gap)\*\+\)\*\+(?P=word)\.\*\\z", re.DOTALL
)
PYTHON = frozenset({"python", "py", "python2", "python3"})
STRING = re.compile(r"(?:\b[A-Za-z]{1,2})?(?:(\"{3}|'{3}).*?\1|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')", re.DOTALL)  # with its prefix
TYPED = re.compile(r"\(\s*\$\w+\s*:[^()]*\)|#.*")  # of a metavariable's type semgrep knows more than its name; and remarks
NAME = re.compile(r"(?<![\w$])[A-Za-z_]\w*", re.ASCII)
NO_NAMES = frozenset({*keyword.kwlist, *keyword.softkwlist, "self", "cls"})
Pieces = frozenset[str]
Ask = Callable[["_Words"], bool]


class Openings:
    """What each rule asks of a text, worked out once."""

    def __init__(self, rules: Iterable[Mapping[str, Any]]) -> None:
        self._asks = [_ask(rule, code=PYTHON.issuperset(rule.get("languages") or ("",))) for rule in rules]

    def speaking(self, text: str) -> frozenset[int]:
        """The numbers of the rules that may find something in this text."""
        words = _Words(text)
        return frozenset(number for number, ask in enumerate(self._asks) if ask is None or ask(words))


class _Words:
    """The words of a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._answers: dict[str, bool] = {}

    def may_open(self, expression: str) -> bool:
        if expression not in self._answers:
            self._answers[expression] = self._looked_up(expression)
        return self._answers[expression]

    def _looked_up(self, expression: str) -> bool:
        if words := named(expression):
            return not self.all.isdisjoint(words)
        pieces = needed(expression)
        return not pieces or any(piece in self._together for piece in pieces)

    @cached_property
    def all(self) -> frozenset[str]:
        plain = () if self.text.isascii() else ASCII_WORD.findall(self.text)  # semgrep's engine ends a word at `é`
        return frozenset((*WORD.findall(self.text), *plain))

    @cached_property
    def _together(self) -> str:
        return "\n".join(self.all).lower()


def _ask(formula: object, *, code: bool) -> Ask | None:
    """What must be so of a text for semgrep's formula to match in it; None when it always may. `code`: its patterns are Python."""
    match formula:
        case dict():
            asks = [_part(str(key), value, code=code) for key, value in formula.items()]
        case list():
            asks = [_ask(each, code=code) for each in formula]
        case _:
            return None
    return _every(tuple(ask for ask in asks if ask))


def _part(key: str, value: object, *, code: bool) -> Ask | None:
    match key, value:
        case "pattern-regex", str() if value.startswith(WHOLE) and value.endswith(r"\z"):
            return lambda words: words.may_open(value)
        case ("pattern" | "pattern-inside"), str() if code and (wanted := names(value)):
            return lambda words: wanted <= words.all
        case ("patterns" | "pattern-inside"), (dict() | list()):
            return _ask(value, code=code)
        case ("pattern-either" | "pattern-sources" | "pattern-sinks"), list():
            return _some([_ask(each, code=code) for each in value])
    return None


def _every(asks: Sequence[Ask]) -> Ask | None:
    match asks:
        case ():
            return None
        case (one,):
            return one
    return lambda words: all(ask(words) for ask in asks)


def _some(asks: Sequence[Ask | None]) -> Ask | None:
    told = [ask for ask in asks if ask]
    return (lambda words: any(ask(words) for ask in told)) if len(told) == len(asks) else None


@lru_cache(maxsize=10_000)
def names(pattern: str) -> Pieces:
    """The words that stand in every Python file in which semgrep finds this: it follows imports, and they name what they bring."""
    plain = TYPED.sub(" ", STRING.sub(" ", pattern))
    if '"' in plain or "'" in plain:
        return frozenset()  # a text whose end we did not see
    return frozenset(NAME.findall(plain)) - NO_NAMES


@lru_cache(maxsize=1000)
def needed(expression: str) -> Pieces:
    """Pieces of words, in lower case, of which one stands in every text that the expression matches; none when that can't be told."""
    walk = WALK.fullmatch(expression)
    compiled = None if walk else readable(expression)
    if walk is None and compiled is None:
        return frozenset()
    try:
        return _needed(_parser().parse(walk["flags"] + walk["body"] if walk else compiled.pattern if compiled else ""))
    except (re.error, TypeError, ValueError, AttributeError, IndexError):
        return frozenset()  # an interpreter that keeps its expressions otherwise


def _parser() -> Any:
    return importlib.import_module("re._parser")


def _needed(tree: Any) -> Pieces:
    """Of all that must be there, what is rarest: the pieces of which the shortest is the longest."""
    return max(_candidates(tree), key=lambda pieces: min(map(len, pieces)), default=frozenset())


def _candidates(tree: Any) -> Iterator[Pieces]:
    run = ""
    for kind, value in [*((str(kind), value) for kind, value in tree), ("END", None)]:
        if kind == "LITERAL":
            run += chr(value)
            continue
        yield from (frozenset((piece.lower(),)) for piece in ASCII_WORD.findall(run))
        run = ""
        if inner := _inside(kind, value):
            yield inner


def _inside(kind: str, value: Any) -> Pieces:
    match kind:
        case "SUBPATTERN":
            return _needed(value[3])
        case "ATOMIC_GROUP":
            return _needed(value)
        case "ASSERT":
            return _needed(value[1])
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT" if value[0] > 0:
            return _needed(value[2])
        case "BRANCH":
            each = [_needed(branch) for branch in value[1]]
            return frozenset().union(*each) if all(each) else frozenset()
    return frozenset()

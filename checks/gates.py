"""Expressions of rules that ask about a whole file, answered here for files that are too long for semgrep's own engine.

It gives up after a million steps, and then says without a word that the expression does not match: a rule behind such a gate would
be blind, and whoever pads a file could hide a hole. Each word of a file costs as many steps as the gate has alternatives, at most.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

WORDS = 8_000  # that the longest gate (100 alternatives) reads to the end with
LETTERS = 100_000  # that an expression may go back over from the end, with a few steps for each
WORD = re.compile(r"\w+")
ASCII_WORD = re.compile(r"\w+", re.ASCII)
ALL = r"(?s)\A.*\z"
BEGIN = r"(?s)\A.*"
WHOLE = (r"(?s)\A", r"(?is)\A")
# Word by word to one of these, each as a whole; before them may stand the characters that they begin with.
NAMED = re.compile(r"\(\?s\)\\A\\W\*\+\(\?>\(\?!(?:\(\?=\[(?P<first>\w+)\]\))?\(\?:(?P<words>\w+(?:\|\w+)*)\)\\b\)\\w\+\+\\W\*\+\)\*\+\\w\.\*\\z", re.ASCII)


def is_long(text: str) -> bool:
    """Whether semgrep may give up on a gate over this file."""
    return len(text) > LETTERS or (len(text) > 2 * WORDS and len(WORD.findall(text)) > WORDS)


class _Text:
    """One long file: each expression is asked once, and those that only name words are looked up among the file's words."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._words: frozenset[str] | None = None
        self._answers: dict[str, str] = {}

    def answer(self, expression: str) -> str:
        if expression not in self._answers:
            self._answers[expression] = ALL if self._matched(expression) else expression
        return self._answers[expression]

    def _matched(self, expression: str) -> bool:
        sought = named(expression)
        if sought:
            if self._words is None:
                plain = () if self.text.isascii() else ASCII_WORD.findall(self.text)  # semgrep's engine ends a word at `é`
                self._words = frozenset((*WORD.findall(self.text), *plain))
            return not self._words.isdisjoint(sought)
        compiled = readable(expression)
        return compiled is not None and (compiled.match if r"\A" in compiled.pattern[:10] else compiled.search)(self.text) is not None


def settled(rules: Sequence[Mapping[str, Any]], text: str) -> list[Any]:
    """The rules for this text alone: in place of each expression that matches the whole of it stands one that does so in one step.

    What does not match stays: giving up, it says the same, and of the planted specimen, which is short, it tells the truth.
    """
    here = _Text(text)
    return [_settled(rule, here) for rule in rules]


def _settled(node: Any, text: _Text) -> Any:
    if isinstance(node, list):
        return [_settled(item, text) for item in node]
    if isinstance(node, dict):
        return {key: _answer(value, text) if key == "pattern-regex" else _settled(value, text) for key, value in node.items()}
    return node


def _answer(expression: object, text: _Text) -> object:
    """An expression that does not span the whole file, or that is not ours to read, stays."""
    if not (isinstance(expression, str) and expression.startswith(WHOLE) and expression.endswith(r"\z")):
        return expression
    return text.answer(expression)


@lru_cache(maxsize=1000)
def named(expression: str) -> frozenset[str]:
    """The words of which one must stand in the file, where a gate asks for nothing else; none for any other expression."""
    match = NAMED.fullmatch(expression)
    if match is None:
        return frozenset()
    return frozenset(word for word in match["words"].split("|") if not match["first"] or word[0] in match["first"])


@lru_cache(maxsize=1000)
def readable(expression: str) -> re.Pattern[str] | None:
    """In Python's words, to be searched for; None for what it has none for.

    Of `.*` before what is sought and after it nothing need be read.
    """
    python = expression.removesuffix(r"\z")
    if python.startswith(BEGIN) and python.endswith(".*"):
        python = "(?s)" + python.removeprefix(BEGIN)
    try:
        # Semgrep's engine knows no upper case but ASCII's.
        return re.compile(python.removesuffix(".*"), re.ASCII if python.startswith("(?is)") else re.UNICODE)
    except re.error:
        return None

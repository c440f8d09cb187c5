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
WORD = re.compile(r"\w+")
ALL = r"(?s)\A.*\z"


def is_long(text: str) -> bool:
    """Whether semgrep may give up on a gate over this file."""
    return len(text) > 2 * WORDS and sum(1 for _ in WORD.finditer(text)) > WORDS


def settled(rules: Sequence[Mapping[str, Any]], text: str) -> list[Any]:
    """The rules for this text alone: in place of each expression that matches the whole of it stands one that does so in one step.

    What does not match stays: giving up, it says the same, and of the planted specimen, which is short, it tells the truth.
    """
    return [_settled(rule, text) for rule in rules]


def _settled(node: Any, text: str) -> Any:
    if isinstance(node, list):
        return [_settled(item, text) for item in node]
    if isinstance(node, dict):
        return {key: _answer(value, text) if key == "pattern-regex" else _settled(value, text) for key, value in node.items()}
    return node


def _answer(expression: object, text: str) -> object:
    """An expression that does not span the whole file, or that is not ours to read, stays."""
    if not (isinstance(expression, str) and expression.startswith(r"(?s)\A") and expression.endswith(r"\z")):
        return expression
    compiled = readable(expression)
    return ALL if compiled is not None and compiled.match(text) else expression


@lru_cache(maxsize=1000)
def readable(expression: str) -> re.Pattern[str] | None:
    """In Python's words; None for what it has none for. Of `.*` before what is sought the shortest will do, and nothing after it matters."""
    python = expression.removesuffix(r"\z").removesuffix(".*")
    try:
        return re.compile(python.replace(r"(?s)\A.*", r"(?s)\A.*?", 1))
    except re.error:
        return None

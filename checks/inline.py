"""Comments that tell a scanner to look away. We never obey them; we show them, and the gate asks who added them."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

NOSEC = re.compile(r"#\s*nosec\b:?\s*(?P<rules>(?:[A-Za-z][\w-]*(?:\s*,\s*|\s+(?=[A-Z]\d{3}\b))?)*)")
NOSEMGREP = re.compile(r"\bnosem(?:grep)?(?::[ \t]*(?P<rules>[\w.-]+(?:[ \t]*,[ \t]*[\w.-]+)*))?", re.IGNORECASE)
ZIZMOR = re.compile(r"#\s*zizmor:\s*ignore\[(?P<rules>[^\]]*)\]")
TEST_ID = re.compile(r"[A-Z]\d{3}|[a-z]+_[a-z_]+", re.IGNORECASE)


@dataclass(frozen=True)
class Suppression:
    """One comment: it asks `tool` to pass over `rules` (none named: all) on these lines."""

    tool: str
    lines: tuple[int, ...]  # 1-based: its own, and the next one where the tool takes it so
    rules: tuple[str, ...]

    @property
    def line(self) -> int:
        return self.lines[0]


def suppressions(text: str, python: bool) -> tuple[Suppression, ...]:
    """Every suppression of bandit, semgrep and zizmor in a file. In Python only comments count, else every line."""
    lines = tuple(enumerate(text.splitlines(), start=1))
    comments = _comments(text) if python else None
    places = lines if comments is None else comments
    return tuple(found for number, comment in places for found in _in_line(number, comment, lines))


def _comments(text: str) -> tuple[tuple[int, str], ...] | None:
    """The comments of a Python file; None when it does not tokenize."""
    try:
        tokens = tuple(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError, ValueError):
        return None
    return tuple((token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT)


def _in_line(number: int, comment: str, lines: tuple[tuple[int, str], ...]) -> Iterator[Suppression]:
    if match := NOSEC.search(comment):
        yield Suppression("bandit", (number,), tuple(TEST_ID.findall(match["rules"])))
    if match := NOSEMGREP.search(comment):
        alone = lines[number - 1][1].lstrip().startswith(("#", "//", "/*", "<!--", "{#", "--", "*", ";"))
        yield Suppression("semgrep", (number, number + 1) if alone else (number,), _names(match["rules"]))
    if match := ZIZMOR.search(comment):
        yield Suppression("workflows", (number,), _names(match["rules"]))


def _names(listed: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (listed or "").split(",") if name.strip())

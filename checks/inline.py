"""Comments that tell a scanner to look away. We never obey them; we show them, and the gate asks who added them."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

NOSEC = re.compile(r"#\s*nosec\b:?\s*(?P<rules>(?:[A-Za-z][\w-]*(?:\s*,\s*|\s+(?=[A-Z]\d{3}\b))?)*)")
NOSEMGREP = re.compile(r"\bnosem(?:grep)?(?::[ \t]*(?P<rules>[\w.-]+(?:[ \t]*,[ \t]*[\w.-]+)*))?", re.IGNORECASE)
ZIZMOR = re.compile(r"#\s*zizmor:\s*ignore\[(?P<rules>[^\]]*)\]")
TEST_ID = re.compile(r"[A-Z]\d{3}|[a-z]+_[a-z_]+", re.IGNORECASE)
LINE_END = re.compile(r"\r\n|\r|\n")  # as Python and the tools count; `str.splitlines` breaks at form feeds and more
NO_CODE = (tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)

Span = tuple[int, int]  # first and last line, 1-based


@dataclass(frozen=True)
class Suppression:
    """One comment: it asks `tool` to pass over `rules` (none named: all) on these lines."""

    tool: str
    lines: tuple[int, ...]  # 1-based: its own, and the next one where the tool takes it so
    rules: tuple[str, ...]
    about: str  # the whole statement or block that it stands at: another one under the same comment is another matter


def suppressions(text: str, python: bool) -> tuple[Suppression, ...]:
    """Every suppression of bandit, semgrep and zizmor in a file. In Python only comments count, else every line."""
    lines = LINE_END.split(text)
    tokens = _tokens(text) if python else None
    if tokens is None:
        return tuple(s for number, line in enumerate(lines, 1) for s in _in_line(number, line, lines, (_block(number, lines),)))
    statements = _statements(tokens)
    comments = [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]
    return tuple(s for number, comment in comments for s in _in_line(number, comment, lines, statements))


def _tokens(text: str) -> tuple[tokenize.TokenInfo, ...] | None:
    """The tokens of a Python file; None when it does not tokenize."""
    try:
        return tuple(tokenize.generate_tokens(io.StringIO(text, newline=None).readline))
    except (tokenize.TokenError, SyntaxError, ValueError):
        return None


def _statements(tokens: Sequence[tokenize.TokenInfo]) -> tuple[Span, ...]:
    """The lines of each statement; of a compound one, of its head."""
    spans, start = [], 0
    for token in tokens:
        if token.type not in NO_CODE:
            start = start or token.start[0]
        if token.type == tokenize.NEWLINE:
            spans.append((start, token.start[0]))
            start = 0
    return tuple(spans)


def _block(number: int, lines: Sequence[str]) -> Span:
    """A line, the one after a comment that stands alone, and what is indented below."""
    last = number + 1 if _alone(lines[number - 1]) else number
    while last < len(lines) and (not lines[last].strip() or _indent(lines[last]) > _indent(lines[number - 1])):
        last += 1
    return number, last


def _alone(line: str) -> bool:
    return line.lstrip().startswith(("#", "//", "/*", "<!--", "{#", "--", "*", ";"))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _in_line(number: int, comment: str, lines: Sequence[str], spans: Sequence[Span]) -> Iterator[Suppression]:
    marks = {"bandit": NOSEC.search(comment), "semgrep": NOSEMGREP.search(comment), "workflows": ZIZMOR.search(comment)}
    for tool, match in marks.items():
        if match is not None:
            names = tuple(TEST_ID.findall(match["rules"])) if tool == "bandit" else _names(match["rules"])
            here = (number, number + 1) if tool == "semgrep" and _alone(lines[number - 1]) else (number,)
            yield Suppression(tool, here, names, _about(number, lines, spans))


def _about(number: int, lines: Sequence[str], spans: Sequence[Span]) -> str:
    """The text of the statement that holds the line, or that follows it."""
    last = next((end for _, end in spans if end >= number), number)
    first = min([number, *(start for start, end in spans if start <= number <= end)])
    return "\n".join(lines[first - 1 : last])


def _names(listed: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (listed or "").split(",") if name.strip())

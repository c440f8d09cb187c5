"""Patterns of paths, as in .gitignore: the last one that matches decides, `!` takes back, a trailing `/` means folders."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

Excluded = Callable[[bytes, bool], bool]  # a relative path, and whether it is a folder


def excluding(patterns: Sequence[str]) -> Excluded:
    rules = [_rule(pattern) for pattern in patterns if pattern.strip()]

    def excluded(path: bytes, folder: bool) -> bool:
        decided = False
        for match, only_folders, answer in rules:
            if (folder or not only_folders) and match.fullmatch(path):
                decided = answer
        return decided

    return excluded


def _rule(pattern: str) -> tuple[re.Pattern[bytes], bool, bool]:
    answer = not pattern.startswith("!")
    body = pattern.removeprefix("!")
    only_folders = body.endswith("/")
    body = body.rstrip("/")
    anchored = "/" in body
    body = body.removeprefix("/")
    regex = _translated(body) if anchored else f"(?:.*/)?{_translated(body)}"
    return re.compile(regex.encode("utf-8", "surrogateescape"), re.DOTALL), only_folders, answer


def _translated(pattern: str) -> str:
    parts = re.split(r"(\*\*/|/\*\*$|\*\*|\*|\?|\[!?\]?[^\]]*\])", pattern)
    return "".join(_piece(part) for part in parts)


def _piece(part: str) -> str:
    match part:
        case "**/":
            return "(?:.*/)?"
        case "/**":
            return "/.*"
        case "*" | "**":
            return "[^/]*"
        case "?":
            return "[^/]"
        case _ if part.startswith("[") and part.endswith("]"):
            inner = part[1:-1].replace("\\", "\\\\")
            return f"[{'^' + inner[1:] if inner.startswith('!') else inner}]"
        case _:
            return re.escape(part)

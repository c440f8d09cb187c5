"""Reads small projects. A line that ends in `# found: RULE` must be found by that rule, and no other line by any."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from secure_release.checks.flows.child import look

MARK = re.compile(r"# found: ([a-z-]+)")

Found = set[tuple[str, int, str]]  # path, line, rule


def plain(text: str) -> str:
    """The text with what is indented by eight at the margin: a head and a case stand one below the other."""
    return "\n".join(line.removeprefix("        ") for line in text.splitlines()) + "\n"


def wanted(files: Mapping[str, str]) -> Found:
    return {
        (path, number, rule)
        for path, text in files.items()
        for number, line in enumerate(text.splitlines(), 1)
        for rule in MARK.findall(line)
    }


def found(folder: Path, files: Mapping[str, str]) -> Found:
    """What the reader finds; refuses when it could not read them all."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    answer = look(folder, sorted(files))
    assert answer["reasons"] == {}
    return {(flow["path"], flow["line"], flow["rule"]) for flow in answer["flows"]}

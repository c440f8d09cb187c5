"""Comments that tell scanners to look away, as the scanners themselves read them (bandit 1.9.4, semgrep 1.182, zizmor 1.32)."""

from __future__ import annotations

import pytest

from secure_release.checks.inline import suppressions

PYTHON: dict[str, list[tuple[str, tuple[int, ...], tuple[str, ...]]]] = {
    "x = 1  # nosec": [("bandit", (1,), ())],
    "x = 1  #nosec B602": [("bandit", (1,), ("B602",))],
    "x = 1  # nosec B602,B607": [("bandit", (1,), ("B602", "B607"))],
    "x = 1  # nosec: B602 B607": [("bandit", (1,), ("B602", "B607"))],
    "x = 1  # type: ignore  # nosec assert_used": [("bandit", (1,), ("assert_used",))],
    "x = 1  # nosecurity": [],
    "x = '# nosec'": [],
    "x = 1  # nosemgrep": [("semgrep", (1,), ())],
    "x = 1  # nosem": [("semgrep", (1,), ())],
    "x = 1  # nosemgrep: sql-from-request, a.b.c": [("semgrep", (1,), ("sql-from-request", "a.b.c"))],
    "x = 1  # sure, nosemgrep:hash-weak": [("semgrep", (1,), ("hash-weak",))],
    "# nosemgrep\nx = 1": [("semgrep", (1, 2), ())],
    "  # nosemgrep: hash-weak\n  x = 1": [("semgrep", (1, 2), ("hash-weak",))],
    "x = '# nosemgrep'": [],
    "x = 1  # nosec  # nosemgrep": [("bandit", (1,), ()), ("semgrep", (1,), ())],
    "def broken(:\n    x = 1  # nosec B101": [("bandit", (2,), ("B101",))],
    "x = 1": [],
    "": [],
}
OTHER: dict[str, list[tuple[str, tuple[int, ...], tuple[str, ...]]]] = {
    "- uses: a/b@v1 # zizmor: ignore[unpinned-uses]": [("workflows", (1,), ("unpinned-uses",))],
    "- run: x # zizmor: ignore[a, b] because": [("workflows", (1,), ("a", "b"))],
    "- run: x # zizmor: ignored": [],
    "<!-- nosemgrep: page -->\n{{ x }}": [("semgrep", (1, 2), ("page",))],
    "{{ x }} {# nosemgrep #}": [("semgrep", (1,), ())],
}


@pytest.mark.parametrize(("text", "told"), PYTHON.items())
def test_in_python_comments_count(text: str, told: list[tuple[str, tuple[int, ...], tuple[str, ...]]]) -> None:
    assert [(s.tool, s.lines, s.rules) for s in suppressions(text, python=True)] == told


@pytest.mark.parametrize(("text", "told"), OTHER.items())
def test_elsewhere_lines_count(text: str, told: list[tuple[str, tuple[int, ...], tuple[str, ...]]]) -> None:
    assert [(s.tool, s.lines, s.rules) for s in suppressions(text, python=False)] == told

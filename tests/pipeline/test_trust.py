"""Whose comment it is: one that stood before about the same code is honoured, any other is the change's own."""

from __future__ import annotations

import pytest

from secure_release.pipeline.policy import NOT_ASKED, decide
from secure_release.pipeline.records import Suppression
from secure_release.pipeline.release import Outcome
from secure_release.pipeline.trust import is_dependency_file, suppressions

from .builders import TODAY, finding, law, looked, scan

ALONE = "# nosemgrep: eval-of-variable\neval({})\n"
BLOCK = "steps:\n  - run: |  # zizmor: ignore[template-injection]\n      echo {}\n  - run: {}\n"
PAGE = "<p>\n  <!-- nosemgrep: page -->\n  {}\n</p>\n{}\n"
COMMENTS = {
    "the-same": (True, "f()  # nosec\n", "f()  # nosec\n", [False]),
    "further-down": (True, "f()  # nosec\n", "import x\n\nf()  # nosec\n", [False]),
    "indented": (True, "f()  # nosec\n", "if x:\n    f()  # nosec\n", [False]),
    "twice": (True, "f()  # nosec\n", "f()  # nosec\nf()  # nosec\n", [False, True]),
    "new": (True, "f()\n", "f()  # nosec\n", [True]),
    "wider": (True, "f()  # nosec B602\n", "f()  # nosec\n", [True]),
    "other-code-in-the-line": (True, "f(A)  # nosec\n", "f(x)  # nosec\n", [True]),
    "other-code-in-the-statement": (True, "f(\n    A,\n)  # nosec\n", "f(\n    x,\n)  # nosec\n", [True]),
    "other-code-below": (True, ALONE.format("A"), ALONE.format("x"), [True]),
    "the-same-below": (True, ALONE.format("A"), "y = 1\n" + ALONE.format("A"), [False]),
    "a-form-feed": (True, "f(A)  # nosec\n", '"""\f\nf(A)  # nosec\n"""\nf(x)  # nosec\n', [True]),
    "a-block-of-yaml": (False, BLOCK.format("hi", "a"), BLOCK.format("hi", "b"), [False]),
    "another-block-of-yaml": (False, BLOCK.format("hi", "a"), BLOCK.format("${{ github.head_ref }}", "a"), [True]),
    "a-page": (False, PAGE.format("{{ x }}", "a"), PAGE.format("{{ x }}", "b"), [False]),
    "another-page": (False, PAGE.format("{{ x }}", "a"), PAGE.format("{{ y }}", "a"), [True]),
    "a-new-file": (True, None, "f()  # nosec\n", [True]),
}


@pytest.mark.parametrize(("python", "before", "after", "added"), COMMENTS.values(), ids=COMMENTS)
def test_a_comment_is_the_changes_own_unless_it_stood_there_about_the_same_code(
    python: bool, before: str | None, after: str, added: list[bool]
) -> None:
    assert [item.added for item in suppressions("a", after, before, python, True)] == added
    assert not any(item.added for item in suppressions("a", after, before, python, False)), "nobody is trusted"


@pytest.mark.parametrize(("line", "outcome"), [(3, Outcome.PASSED), (5, Outcome.REFUSED)])
def test_semgreps_comments_hold_for_what_begins_on_their_line(line: int, outcome: Outcome) -> None:
    long = finding("semgrep", "auth-view-open", line=3, end_line=9)
    comment = Suppression("app.py", (line,), "semgrep", (), False)

    assert decide(law(), scan({"bandit": looked(long)}, suppressions=(comment,)), NOT_ASKED, TODAY).outcome is outcome


@pytest.mark.parametrize(
    ("path", "is_one"),
    [("requirements.txt", True), ("deploy/dev-requirements.txt", True), ("requirements/prod.txt", True), ("constraints.txt", True),
     ("requirements.in", True), ("pylock.prod.toml", True), ("uv.lock", True), ("pyproject.toml", True), ("setup.py", True),
     ("docs/requirements.md", False), ("app.py", False)],
)  # fmt: skip
def test_what_declares_dependencies(path: str, is_one: bool) -> None:
    assert is_dependency_file(path) is is_one

"""Which files are zizmor's business, and what the real one says about them."""

from __future__ import annotations

from pathlib import Path

import pytest

from secure_release.checks import Ran, SourceFile
from secure_release.checks.builtin import workflows
from tests.fakes import context
from tests.recorded.record import BAD_FLOW

WANTED = {
    ".github/workflows/ci.yml": True,
    ".github/workflows/release.yaml": True,
    ".github/workflows/deep/ci.yml": False,
    ".github/dependabot.yml": True,
    ".github/actions/build/action.yml": True,
    "action.yaml": True,
    "docs/action.md": False,
    "src/.github/workflows/ci.yml": False,
    ".gitlab-ci.yml": False,
    "Jenkinsfile": False,
}


@pytest.mark.parametrize(("path", "wanted"), WANTED.items())
def test_github_s_files_are_its_business(path: str, wanted: bool) -> None:
    assert workflows.wants(SourceFile(path, 1, "", binary=False, python=False, executable=False)) is wanted


def test_no_comment_and_no_configuration_makes_it_look_away(tmp_path: Path) -> None:
    silenced = BAD_FLOW.replace("@v5", "@v5 # zizmor: ignore[unpinned-uses]")
    files = {
        ".github/workflows/a b.yml": silenced,
        ".github/workflows/ci.yml": BAD_FLOW,
        ".github/zizmor.yml": "rules:\n  unpinned-uses:\n    disable: true\n",
        ".gitignore": "*\n",
    }
    result = workflows.CHECK.run(context(tmp_path, files))
    assert isinstance(result, Ran), result
    assert result.looked_at == (".github/workflows/a b.yml", ".github/workflows/ci.yml")
    (unpinned,) = (f for f in result.findings if f.rule == "unpinned-uses")
    assert "3 more" in unpinned.message


def test_a_project_without_workflows_is_looked_at_and_has_none(tmp_path: Path) -> None:
    result = workflows.CHECK.run(context(tmp_path, {"a.py": "X = 1\n"}))
    assert isinstance(result, Ran)
    assert (result.findings, result.looked_at, result.gaps) == ((), (), ())

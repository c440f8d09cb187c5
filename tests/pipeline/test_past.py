"""What was in a commit is public, whether or not a later one takes it out: a real git repository."""

from __future__ import annotations

import subprocess
import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from secure_release.checks import Ran
from secure_release.checks.builtin.commits import CHECK
from secure_release.checks.builtin.secrets import CHECK as SECRETS
from secure_release.checks.builtin.secrets import found_in
from secure_release.checks.plausible import base62
from secure_release.pipeline.adapters.git import Git
from secure_release.pipeline.adapters.past import GitPast
from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.config import Exclude
from tests.fakes import context

PAYLOAD = "4bQ8rT2mZ7wKx9LpN3vC6yHd1sGfJa"
TOKEN = f"ghp_{PAYLOAD}{base62(zlib.crc32(PAYLOAD.encode()))}"
LINE = f'TOKEN = "{TOKEN}"\n'


class Repository:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")
        self.commit({"app.py": "x = 1\n"})
        self.git("update-ref", "refs/remotes/origin/main", "HEAD")

    def git(self, *words: str) -> str:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always")
        return subprocess.run(("git", *who, *words), cwd=self.folder, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, files: Mapping[str, str | bytes | None]) -> str:
        for path, content in files.items():
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                target.unlink()
            else:
                target.write_bytes(content.encode() if isinstance(content, str) else content)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "a change")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "project")


def looked(repository: Repository, folder: Path | None = None, base: str = "origin/main", **limits: object) -> Ran:
    project = folder or repository.folder
    excludes = limits.get("excludes", ())
    assert isinstance(excludes, tuple)
    size = limits.get("max_size", 5_000_000)
    assert isinstance(size, int)
    past = GitPast(Git(Processes(project), project), ((base, base),), excludes, size)
    scratch = project.parent / f"context-{project.name}"
    scratch.mkdir(exist_ok=True)
    files = {str(path.relative_to(project)): path.read_bytes() for path in project.rglob("*") if path.is_file() and ".git" not in path.parts}
    result = CHECK.run(replace(context(scratch, files), history=past))
    assert isinstance(result, Ran)
    return result


def test_a_secret_that_was_added_and_removed_is_found_with_its_commit_and_path(repository: Repository) -> None:
    guilty = repository.commit({"settings.py": LINE})
    repository.commit({"settings.py": "import os\n"})
    (finding,) = looked(repository).findings

    assert (finding.check, finding.rule, finding.place.path, finding.place.line) == ("commits", "github-token", "settings.py", 0)
    assert guilty[:12] in finding.message
    assert PAYLOAD[:8] not in repr(finding)
    assert finding.fingerprint == found_in("settings.py", LINE)[0].fingerprint  # it is the secret that stood there


def test_a_secret_that_stands_is_said_by_the_tree_alone(repository: Repository) -> None:
    repository.commit({"settings.py": LINE})
    repository.commit({"settings.py": LINE + "more = 1\n"})
    (repository.folder.parent / "tree").mkdir()
    tree = SECRETS.run(context(repository.folder.parent / "tree", {"settings.py": LINE}))
    assert isinstance(tree, Ran)

    assert len(tree.findings) == 1
    assert looked(repository).findings == ()


def test_many_versions_with_one_secret_are_one_finding(repository: Repository) -> None:
    first = repository.commit({"settings.py": LINE})
    for number in range(3):
        repository.commit({"settings.py": LINE + f"x = {number}\n"})
    repository.commit({"settings.py": None})
    (finding,) = looked(repository).findings

    assert first[:12] in finding.message  # the oldest that has it


def test_a_secret_that_was_there_before_the_change_is_not_the_changes(repository: Repository) -> None:
    repository.commit({"settings.py": LINE})
    repository.git("update-ref", "refs/remotes/origin/main", "HEAD")
    repository.commit({"settings.py": LINE + "x = 1\n"})
    repository.commit({"settings.py": "x = 1\n"})

    assert looked(repository).findings == ()


def test_a_secret_on_a_side_branch_and_one_in_a_merge_are_found(repository: Repository) -> None:
    repository.git("checkout", "-q", "-b", "side")
    repository.commit({"side.py": LINE})
    repository.commit({"side.py": None})
    repository.git("checkout", "-q", "main")
    repository.commit({"app.py": "x = 2\n"})
    repository.git("merge", "-q", "--no-commit", "--no-ff", "side")
    repository.commit({"merged.py": LINE.replace("TOKEN", "OTHER")})
    repository.commit({"merged.py": None})

    assert sorted(f.place.path for f in looked(repository).findings) == ["merged.py", "side.py"]


def test_a_clone_without_the_commits_before_is_a_gap_that_says_how_to_fetch(repository: Repository, tmp_path: Path) -> None:
    repository.commit({"settings.py": LINE})
    repository.commit({"settings.py": None})
    repository.commit({"app.py": "x = 3\n"})
    repository.git("branch", "base", "origin/main")
    clone = tmp_path / "clone"
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.folder}", str(clone))
    repository.git("-C", str(clone), "fetch", "-q", "--depth", "1", "origin", "base:refs/remotes/origin/base")
    result = looked(repository, clone, "origin/base")

    assert result.findings == ()
    (gap,) = result.gaps
    assert "unshallow" in gap.remedy


def test_what_is_not_looked_at_is_a_gap_or_excluded_or_a_note(repository: Repository) -> None:
    repository.commit({"big.txt": "x" * 200 + LINE, "left/out.py": LINE})
    repository.commit({"big.txt": None, "left/out.py": None})
    result = looked(repository, max_size=100, excludes=(Exclude(path="left/**", reason="a reason for it"),))
    nobody = looked(repository, base="origin/elsewhere")

    assert [gap.subject for gap in result.gaps] == ["big.txt"]
    assert result.findings == ()
    assert nobody.findings == () and nobody.looked_at == () and "Nobody says where the change begins" in nobody.notes[0]


def test_a_project_in_a_folder_of_its_repository_looks_at_its_own_files(repository: Repository) -> None:
    repository.commit({"shop/settings.py": LINE, "other/settings.py": LINE.replace("TOKEN", "X") + "\n"})
    repository.commit({"shop/settings.py": "", "other/settings.py": ""})
    (finding,) = looked(repository, repository.folder / "shop").findings

    assert finding.place.path == "settings.py"


def test_odd_contents_break_nothing(repository: Repository) -> None:
    repository.commit({"empty": "", "binary": b"\0\1\2", "no-end": "x", "with\nline.py": LINE, "wide.txt": LINE.encode("utf-16"), "ümlaut.py": "x = 1\n"})
    repository.commit({"with\nline.py": None, "wide.txt": None, "binary": None})

    assert len(looked(repository).findings) == 2

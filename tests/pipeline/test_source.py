"""Reading the release: every listed path is looked at, left out with a reason, or a gap. Real git, nasty trees."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from secure_release.checks.source import printable
from secure_release.pipeline.adapters.git import Git
from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.adapters.source import read_source
from secure_release.pipeline.config import Exclude
from secure_release.pipeline.release import ReleaseError, Source


class Quiet:
    def doing(self, what: str, done: int = 0, of: int = 0) -> None: ...

    def line(self, text: str) -> None: ...


def git(folder: Path, *words: str) -> str:
    env = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    who = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, env=env, text=True).stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "ein Projekt für alle"
    folder.mkdir()
    git(folder, "init")
    (folder / "app.py").write_text("x = 1\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-m", "first")
    return folder


def source(folder: Path, tmp_path: Path, excludes: tuple[Exclude, ...] = (), max_size: int = 10_000) -> Source:
    repository = Git(Processes(folder), folder)
    mirror = tmp_path / f"mirror-{len(list(tmp_path.iterdir()))}"
    return read_source(repository, mirror, lambda root: "1.0", excludes, max_size, Quiet())


def commit(folder: Path) -> None:
    git(folder, "add", "-A", "-f")
    git(folder, "commit", "-m", "next")


def test_tracked_and_untracked_files_are_read_and_ignored_ones_are_not(project: Path, tmp_path: Path) -> None:
    (project / ".gitignore").write_text("*.log\nhidden.py\n")
    (project / "new.py").write_text("y = 2\n")
    (project / "noise.log").write_text("z\n")
    (project / "hidden.py").write_text("eval(input())\n")
    git(project, "add", "-f", "hidden.py")

    read = source(project, tmp_path)

    assert {file.path for file in read.files} == {".gitignore", "app.py", "new.py", "hidden.py"}
    assert set(read.dirty) == {".gitignore", "hidden.py", "new.py"}


def test_a_folder_of_a_repository_is_a_project(project: Path, tmp_path: Path) -> None:
    (project / "shop" / "lib").mkdir(parents=True)
    (project / "shop" / "lib" / "a.py").write_text("a = 1\n")
    commit(project)

    read = source(project / "shop", tmp_path)

    assert [file.path for file in read.files] == ["lib/a.py"]
    assert read.dirty == ()


@pytest.mark.parametrize("name", ["line\nbreak.py", "tab\there.py", "back\\slash.py", "per%cent.py", "-rf.py", "a b.py", "ü.py"])
def test_any_name_is_mirrored_under_a_printable_and_unique_one(project: Path, tmp_path: Path, name: str) -> None:
    (project / name).write_text("n = 1\n")
    commit(project)

    read = source(project, tmp_path)

    (found,) = (file for file in read.files if file.path != "app.py")
    assert found.path == printable(name) and found.path.isprintable()
    assert (read.whole() / found.path).read_text() == "n = 1\n"
    assert name in {item.name for item in read.shipped}


def test_a_name_that_is_not_utf8_is_read(project: Path, tmp_path: Path) -> None:
    (project / os.fsdecode(b"caf\xe9.py")).write_text("n = 1\n")
    commit(project)

    assert "caf%E9.py" in {file.path for file in source(project, tmp_path).files}


def _to(target: str) -> object:
    return lambda path: path.symlink_to(target)


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        pytest.param("nowhere.py", "leads nowhere", id="broken"),
        pytest.param("link.py", "leads nowhere", id="loop"),
        pytest.param("../../outside.py", "leads nowhere", id="outside-and-missing"),
        pytest.param("/etc/hostname", "leads out of the project", id="absolute"),
        pytest.param("..", "leads out of the project", id="parent"),
    ],
)
def test_a_link_that_leads_nowhere_or_out_is_a_gap(project: Path, tmp_path: Path, target: str, reason: str) -> None:
    (project / "link.py").symlink_to(target)
    commit(project)

    read = source(project, tmp_path)

    assert [(gap.subject, gap.reason) for gap in read.gaps] == [("link.py", f"the link {reason}")]
    assert all(gap.remedy for gap in read.gaps)


def test_a_link_inside_is_shipped_and_its_target_is_looked_at(project: Path, tmp_path: Path) -> None:
    (project / "link.py").symlink_to("app.py")
    commit(project)

    read = source(project, tmp_path)

    assert not read.gaps
    assert [item.link for item in read.shipped] == [None, "app.py"]
    assert [file.path for file in read.files] == ["app.py"]


def test_what_is_too_large_is_a_gap_and_what_is_excluded_carries_its_reason(project: Path, tmp_path: Path) -> None:
    (project / "large.py").write_text("# " + "x" * 20_000)
    (project / "data.bin").write_bytes(b"\0" * 50_000)
    (project / "gen").mkdir()
    (project / "gen" / "made.py").write_text("m = 1\n")
    commit(project)

    read = source(project, tmp_path, (Exclude(path="gen/**", reason="made by the compiler"),))

    assert [gap.subject for gap in read.gaps] == ["large.py"]
    assert dict(read.left_out) == {"gen/made.py": "made by the compiler", "data.bin": "binary, above the size limit"}
    assert {item.name for item in read.shipped} == {"app.py", "data.bin", "gen/made.py", "large.py"}


def test_a_submodule_is_a_gap(project: Path, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    git(inner, "init")
    (inner / "i.py").write_text("i = 1\n")
    commit(inner)
    git(project, "-c", "protocol.file.allow=always", "submodule", "add", str(inner), "inner")
    git(project, "commit", "-m", "submodule")

    assert [gap.reason for gap in source(project, tmp_path).gaps] == ["it is a submodule"]


def test_python_without_an_ending_is_python_and_binary_is_not_text(project: Path, tmp_path: Path) -> None:
    (project / "run").write_text("#!/usr/bin/env python3\nprint(1)\n")
    (project / "run").chmod(0o755)
    (project / "pic").write_bytes(b"\x89PNG\0\0")
    commit(project)

    kinds = {file.path: (file.python, file.binary, file.executable) for file in source(project, tmp_path).files}

    assert kinds == {"app.py": (True, False, False), "run": (True, False, True), "pic": (False, True, False)}


def test_the_digest_tells_content_name_and_mode(project: Path, tmp_path: Path) -> None:
    digests = [source(project, tmp_path).digest]
    for change in (
        lambda: (project / "app.py").write_text("x = 2\n"),
        lambda: (project / "app.py").chmod(0o755),
        lambda: (project / "app.py").rename(project / "main.py"),
        lambda: (project / "l").symlink_to("main.py"),
    ):
        change()
        digests.append(source(project, tmp_path).digest)

    assert len(set(digests)) == len(digests)
    assert source(project, tmp_path).digest == digests[-1]


def test_a_repository_without_a_commit_is_told_what_to_do(tmp_path: Path) -> None:
    git(tmp_path, "init")

    with pytest.raises(ReleaseError, match="has no commit") as caught:
        Git(Processes(tmp_path), tmp_path).commit()
    assert "git commit" in caught.value.hint


@pytest.mark.slow
def test_ten_thousand_files_are_all_accounted_for(project: Path, tmp_path: Path) -> None:
    for folder in range(100):
        (project / f"d{folder}").mkdir()
        for number in range(100):
            (project / f"d{folder}" / f"f{number}.py").write_text(f"n = {number}\n")

    read = source(project, tmp_path)

    assert len(read.files) == 10_001 == len(read.shipped)

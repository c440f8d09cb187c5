"""The lock diff carries the safe set and nothing else, and `patch` takes it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from secure_release.pipeline.clones.lockdiff import lock_diff
from secure_release.pipeline.patching import Kind, Patch

FLASK = Patch(Kind.PYTHON, "flask", "2.2.2", "2.2.5", (), ("f" * 64,), (), "")
YAML = Patch(Kind.PYTHON, "ruamel-yaml", "0.17", "0.18", (), ("1" * 64, "2" * 64), (), "")
NEW = Patch(Kind.PYTHON, "blinker", "", "1.9", (), ("b" * 64,), (), "")

CASES = {
    "plain": ("click==8\nflask==2.2.2\n", [FLASK], "click==8\nflask==2.2.5\n"),
    "extras-marker-comment": (
        "Flask[async] == 2.2.2 ; python_version > '3.8'  # keep\n", [FLASK],
        "Flask[async] == 2.2.5 ; python_version > '3.8'  # keep\n",
    ),
    "other-spelling": ("Ruamel.YAML===0.17\n", [YAML], "Ruamel.YAML===0.18\n"),
    "prefix-of-another": ("flask-login==2.2.2\nflask==2.2.2\n", [FLASK], "flask-login==2.2.2\nflask==2.2.5\n"),
    "hashes": (
        f"flask==2.2.2 \\\n    --hash=sha256:{'0' * 64} \\\n    --hash=sha256:{'9' * 64}\nclick==8 --hash=sha256:{'c' * 64}\n",
        [FLASK],
        f"flask==2.2.5 \\\n    --hash=sha256:{'f' * 64}\nclick==8 --hash=sha256:{'c' * 64}\n",
    ),
    "more-hashes-than-before": (
        f"ruamel-yaml==0.17 \\\n    --hash=sha256:{'0' * 64} \\\n    --hash=sha256:{'9' * 64}\n", [YAML],
        f"ruamel-yaml==0.18 \\\n    --hash=sha256:{'1' * 64} \\\n    --hash=sha256:{'2' * 64}\n",
    ),
    "no-newline-at-the-end": ("click==8\nflask==2.2.2", [FLASK], "click==8\nflask==2.2.5"),
    "windows-line-ends": ("click==8\r\nflask==2.2.2\r\n", [FLASK], "click==8\r\nflask==2.2.5\r\n"),
    "new-dependency": ("flask==2.2.2", [FLASK, NEW], "flask==2.2.5\nblinker==1.9\n"),
    "new-dependency-with-hash": (
        f"flask==2.2.2 --hash=sha256:{'0' * 64}\n", [FLASK, NEW],
        f"flask==2.2.5 --hash=sha256:{'f' * 64}\nblinker==1.9 \\\n    --hash=sha256:{'b' * 64}\n",
    ),
    "comment-that-ends-in-a-backslash": ("# why \\\nflask==2.2.2\n", [FLASK], "# why \\\nflask==2.2.5\n"),
}  # fmt: skip


@pytest.mark.skipif(shutil.which("patch") is None and shutil.which("git") is None, reason="needs git to apply a diff")
@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_diff_makes_the_lock_that_is_wanted(case: str, tmp_path: Path) -> None:
    before, safe, after = CASES[case]
    lock = tmp_path / "requirements.txt"
    lock.write_bytes(before.encode())
    diff = lock_diff({"requirements.txt": before}, safe)
    subprocess.run(["git", "apply", "--unidiff-zero", "-p1", "-"], cwd=tmp_path, input=diff.text.encode(), check=True)

    assert lock.read_bytes().decode() == after
    assert diff.missing == ()


def test_what_no_file_pins_is_told() -> None:
    diff = lock_diff({"requirements.txt": "flask>=2\n"}, [FLASK])

    assert (diff.text, diff.missing) == ("", ("flask 2.2.2 -> 2.2.5",))


def test_without_a_safe_set_there_is_no_diff() -> None:
    assert lock_diff({"requirements.txt": "flask==2.2.2\n"}, []).text == ""

"""Our own repository, released by its own workflow files: what is in .github here, carried out by act on a copy of this tree."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.ci.shop import FAST, World

from .host import make_github, run
from .written import for_act

HOUSE = Path(__file__).parent.parent.parent.parent
CHEAP = {
    "scan": {"skip": ["semgrep", "pip-audit"]},
    "policy": {"require": list(FAST), "patch_test": "off"},
    "patch_test": None,
    "advisories": None,
}


def copy_of_us(folder: Path, venv: Path) -> World:
    """Every file that git knows or would take, as one commit on `main`; without the tests, which take long to look at."""
    world = World(folder / "house", folder / "outside", venv)
    listed = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in subprocess.run(listed, cwd=HOUSE, check=True, capture_output=True, text=True).stdout.split("\0")[:-1]:
        if not name.startswith("tests/") and (HOUSE / name).is_file():
            (world.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(HOUSE / name, world.root / name)
    for_act(world.root)
    world.configure(**CHEAP)
    world.git("init", "-q")
    world.git("init", "-q", "--bare", str(folder / "origin.git"))
    world.git("remote", "add", "origin", str(folder / "origin.git"))
    world.commit("as we are")
    return world


@pytest.mark.slow
def test_our_own_release_goes_through_our_own_workflow(tmp_path: Path, installed: Path) -> None:
    """With the quick checks and without the patch test: .ci/run has the whole of it."""
    world, github = copy_of_us(tmp_path, installed), make_github(tmp_path / "github")

    ran = run(world, github)

    assert set(ran.jobs.values()) == {"success"} and {"gate", "deploy", "verify", "report", "publish"} <= set(ran.jobs), ran
    assert github.verdict()["outcome"] == "passed"

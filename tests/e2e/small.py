"""A project of a few lines with a bare origin whose `main` holds the law: quick to copy, quick to release."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

from .shop import EXAMPLE, Shop

BANDIT_ONLY: dict[str, Any] = {
    "version": 1,
    "release": {"name": "small"},
    "scan": {"skip": ["semgrep", "secrets", "pip-audit", "workflows", "sbom"]},
    "policy": {"require": ["bandit"], "patch_test": "off"},
    "gate": {"trust": "origin/main"},
}
ADVISORIES = {"source": "file", "file": "advisories", "max_age": "3650d"}
PIP_AUDIT = {"skip": ["semgrep", "secrets", "workflows", "sbom"]}


def make_small(folder: Path, config: dict[str, Any] | None = None) -> Shop:
    """A repository `work` on branch `main`, pushed to the bare `origin.git` beside it, then on branch `change`."""
    root = folder / "work"
    root.mkdir(parents=True)
    small = Shop(root, 0)
    small.write("app/main.py", "import subprocess\n\n\ndef greet(name: str) -> str:\n    return f'hello {name}'\n")
    small.write("requirements.txt", "idna==3.10\n")
    small.write(".gitignore", ".secure-release/\nignored/\n")
    small.write("secure-release.yml", yaml.safe_dump(config or BANDIT_ONLY))
    shutil.copytree(EXAMPLE / "advisories", root / "advisories")
    small.git("init", "-q")
    small.git("init", "-q", "--bare", "../origin.git")
    small.git("remote", "add", "origin", "../origin.git")
    publish(small)
    return small


def publish(small: Shop) -> None:
    """Commit what lies here as the trusted state, and go on with a change on a branch of its own."""
    small.git("checkout", "-q", "-B", "main")
    small.commit("trusted")
    small.git("push", "-q", "origin", "main")
    small.git("checkout", "-q", "-B", "change")


def copy_of(made: Shop, folder: Path) -> Shop:
    """The same project and origin somewhere else."""
    shutil.copytree(made.root.parent, folder, symlinks=True, dirs_exist_ok=True)
    return Shop(folder / made.root.name, 0)

"""Builds an environment from a lock, for a project whose real one is not on this machine."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from secure_release.checks import Exit, Tools

from ..release import ReleaseError

SECONDS = 900.0  # a cold cache and a slow index


def build(target: Path, requirements: Sequence[Path], tools: Tools, scratch: Path) -> None:
    """A virtual environment of exactly the requirements, with our own Python. Raises `ReleaseError`."""
    uv = uv_program(tools)
    made = uv_run(tools, scratch, (uv, "venv", "--no-config", "--quiet", "--python", sys.executable, str(target)))
    _held(made, "uv could not make a virtual environment")
    files = [word for path in requirements for word in ("--requirement", str(path))]
    # Copied, not linked: a clone's tests must never reach the user's uv cache through a shared inode.
    words = (uv, "pip", "install", "--no-config", "--quiet", "--link-mode", "copy", "--python", str(target / "bin/python"))
    _held(uv_run(tools, scratch, (*words, *files)), f"uv could not install {', '.join(path.name for path in requirements)}")


def uv_program(tools: Tools) -> str:
    found = tools.find("uv")
    if found is None:
        raise ReleaseError("uv is not installed.", 'Install it beside secure-release: pip install "uv>=0.5".')
    return str(found)


def uv_run(tools: Tools, cwd: Path, argv: tuple[str, ...]) -> Exit:
    try:
        return tools.run(argv, cwd=cwd, timeout=SECONDS)
    except OSError as problem:
        raise ReleaseError(f"uv cannot be started: {problem.strerror}.", "Install it again: pip install --force uv.") from problem


def _held(ended: Exit, complaint: str) -> None:
    if ended.code != 0 or ended.timed_out:
        said = " ".join(ended.stderr.decode("utf-8", "replace").split())[-600:]
        raise ReleaseError(
            f"{complaint} (exit {ended.code}).",
            f"Mend the lock, or name the environment in `patch_test.environment`. It said: {said}",
        )

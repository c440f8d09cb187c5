"""The wheel of this tree, as it would be published, and an environment that holds nothing else."""

from __future__ import annotations

import fcntl
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
NOT_SHIPPED = ("tests/", "bench/", "docs/")


def built_wheel(folder: Path) -> Path:
    """Built from a copy, so that nothing of an earlier build gets in. Without an index where the build tools are here."""
    copy, out = folder / "house", folder / "wheel"
    listed = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in subprocess.run(listed, cwd=HOUSE, check=True, capture_output=True, text=True).stdout.split("\0")[:-1]:
        if not name.startswith(NOT_SHIPPED) and (HOUSE / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(HOUSE / name, copy / name)
    isolation = ("--no-build-isolation",) if all(importlib.util.find_spec(name) for name in ("setuptools", "wheel")) else ()
    words = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", *isolation, "--wheel-dir", str(out), str(copy))
    subprocess.run(words, check=True, capture_output=True)
    (built,) = out.glob("*.whl")
    return built


def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel: made once for all workers of a test run, about 7 s. Returns its folder,
    whose name holds a space: what can't bear that is found here.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-gw") else base
    venv, done = shared / "secure release", shared / "installed.done"
    with (shared / "installed.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            _install(built_wheel(tmp_path_factory.mktemp("built")), venv)
            done.touch()
    return venv


def _install(wheel: Path, venv: Path) -> None:
    uv = str(Path(sys.executable).parent / "uv")
    subprocess.run((uv, "venv", "--quiet", "--clear", "--seed", "--python", sys.executable, str(venv)), check=True, capture_output=True)
    subprocess.run((uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(venv), str(wheel)), check=True, capture_output=True)

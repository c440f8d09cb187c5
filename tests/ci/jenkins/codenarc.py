"""CodeNarc, as the npm package npm-groovy-lint brings it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

from .groovy import HERE, HOUSE

JARS = HOUSE / "build" / "npm" / "node_modules" / "npm-groovy-lint" / "lib" / "java"
GET_IT = "npm install --prefix build/npm npm-groovy-lint@18.0.0"


@dataclass(frozen=True)
class Look:
    """What CodeNarc says of one tree."""

    files: int
    violations: tuple[tuple[str, str], ...]  # file, rule
    warnings: tuple[str, ...]  # a file that it could not understand is told of here, and nowhere else


def codenarc(folder: Path, trees: Sequence[Path]) -> dict[str, Look]:
    """Looks at each tree, in one JVM. Skips, or fails where it is required, when the jars are not there."""
    java = shutil.which("java")
    if java is None or not JARS.is_dir():
        _unavailable(f"CodeNarc's jars are not in {JARS.relative_to(HOUSE)}, or there is no java: {GET_IT}")
    classes = folder / "classes"
    classes.mkdir()
    path = f"{JARS}/*:{JARS}/groovy/lib/*:{classes}"
    program = (HERE / "codenarc" / "CodeNarc.groovy", folder / "codenarc.json", classes, HERE / "stubs", HERE / "codenarc" / "rules.groovy")
    done = subprocess.run(
        [java, "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", path, "groovy.ui.GroovyMain", *map(str, program), *map(str, trees)],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    warnings = tuple(line for line in (done.stdout + done.stderr).splitlines() if " WARN " in line or " ERROR " in line)
    return {
        name: Look(said["files"], tuple((each["file"], each["rule"]) for each in said["violations"]), warnings)
        for name, said in json.loads((folder / "codenarc.json").read_text()).items()
    }


def _unavailable(why: str) -> NoReturn:
    if "codenarc" in os.environ.get("SECURE_RELEASE_REQUIRE", "").replace(",", " ").split():
        pytest.fail(why)
    pytest.skip(why)

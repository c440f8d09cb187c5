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


def jars() -> Path:
    """Their folder. Skips, or fails where they are required, when they are not there."""
    if shutil.which("java") is None or not JARS.is_dir():
        _unavailable(f"CodeNarc's jars are not in {JARS.relative_to(HOUSE)}, or there is no java: {GET_IT}")
    return JARS


def codenarc(folder: Path, found: Path, trees: Sequence[Path]) -> None:
    """Looks at each tree, in one JVM."""
    classes = folder / "classes"
    classes.mkdir()
    path = f"{found}/*:{found}/groovy/lib/*:{classes}"
    program = (HERE / "codenarc" / "CodeNarc.groovy", folder / "codenarc.json", classes, HERE / "stubs", HERE / "codenarc" / "rules.groovy")
    done = subprocess.run(
        ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", path, "groovy.ui.GroovyMain", *map(str, program), *map(str, trees)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    (folder / "codenarc.log").write_text(done.stdout)


def said(folder: Path) -> dict[str, Look]:
    """What it said of each tree, by its folder's name."""
    lines = (folder / "codenarc.log").read_text().splitlines()
    warnings = tuple(line for line in lines if " WARN " in line or " ERROR " in line)
    return {
        name: Look(each["files"], tuple((found["file"], found["rule"]) for found in each["violations"]), warnings)
        for name, each in json.loads((folder / "codenarc.json").read_text()).items()
    }


def _unavailable(why: str) -> NoReturn:
    if "codenarc" in os.environ.get("SECURE_RELEASE_REQUIRE", "").replace(",", " ").split():
        pytest.fail(why)
    pytest.skip(why)

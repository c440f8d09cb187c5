"""Groovy programs of ours, run on Debian's Groovy 2.4, and the template as `init` writes it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from secure_release.pipeline.commands.ci_files import LIBRARY
from secure_release.pipeline.commands.init_ci import wanted
from tests.require import needs

HERE = Path(__file__).parent
HOUSE = HERE.parent.parent.parent
TEMPLATE = HOUSE / "templates" / "ci" / "jenkins"
JAR = Path("/usr/share/java/groovy-all.jar")
# A short-lived JVM: no time spent on compiling what runs once. Groovy 2.4 is older than the walls between Java's modules.
JVM = ("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Xmx512m", "--add-opens", "java.base/java.lang=ALL-UNNAMED")


def run_groovy(program: str, *words: str, limit: float = 300.0) -> None:
    """Runs `<program>/<Program>.groovy` with the classes beside it and the stand-ins of `stubs`."""
    java = needs("groovy")[1]
    classes = f"{JAR}:{HERE / program.lower()}:{HERE / 'stubs'}"
    main = HERE / program.lower() / f"{'Main' if program == 'Harness' else program}.groovy"
    done = subprocess.run(
        [java, *JVM, "-cp", classes, "groovy.ui.GroovyMain", str(main), *words], capture_output=True, text=True, timeout=limit, errors="replace"
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def lint(folder: Path, trees: Sequence[Path]) -> None:
    """Looks at each tree with our linter."""
    run_groovy("Lint", str(folder / "lint.json"), *map(str, trees))


def lint_found(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """What `lint` found in each tree, by its folder's name."""
    found = json.loads((folder / "lint.json").read_text())
    return {Path(tree).name: findings for tree, findings in found.items()}


def harness(folder: Path, builds: Sequence[dict[str, Any]]) -> None:
    """Runs the builds, one after the other in one JVM."""
    (folder / "builds.json").write_text(json.dumps(builds))
    run_groovy("Harness", str(folder / "builds.json"), str(folder / "ended.json"), limit=900.0)


def builds_ended(folder: Path) -> dict[str, dict[str, Any]]:
    """What became of each build, by its id."""
    return {each["id"]: each for each in json.loads((folder / "ended.json").read_text())}


def rendered(folder: Path) -> Path:
    """The files that `init --ci jenkins` writes for a project, the library's beside the Jenkinsfile, in a new folder."""
    for one in wanted("jenkins", "webshop", "0.1.0"):
        path = folder / one.path.removeprefix(f"{LIBRARY}/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(one.text, encoding="utf-8")
    return folder


def planted(folder: Path, file: str, old: str, new: str) -> Path:
    """The template with one defect in it: `old` became `new` in `file`."""
    path = rendered(folder) / file
    text = path.read_text()
    if old not in text:
        pytest.fail(f"{file} no longer holds what the defect replaces: {old}")
    path.write_text(text.replace(old, new, 1))
    return folder

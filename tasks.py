"""The product's own tasks, and the developer's: test, lint, typecheck, bench, soak."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from invoke.collection import Collection
from invoke.context import Context
from invoke.tasks import task

from secure_release.pipeline.cli import namespace as product

HERE = Path(__file__).parent
FARM = HERE / "build" / "typed" / "secure_release"
PYTHON = sys.executable
SOAKED = "kill or flip or random or history or seed or soak"  # the mark, and words in the names of older tests


@task(help={"all": "The slow tests as well, as CI runs them."})
def test(c: Context, all: bool = False) -> None:
    """Run the tests."""
    c.run(f"{PYTHON} -m pytest", pty=sys.stdout.isatty())
    if all:
        c.run(f"{PYTHON} -m pytest -m slow", pty=sys.stdout.isatty())


@task
def lint(c: Context) -> None:
    """Check style with ruff."""
    c.run(f"{PYTHON} -m ruff check .")


@task
def typecheck(c: Context) -> None:
    """Check types with mypy. It can't follow the editable install's import hook, so it is shown a farm of links."""
    FARM.mkdir(parents=True, exist_ok=True)
    for name in ("checks", "pipeline", "templates"):
        link = FARM / name
        if not link.is_symlink():
            link.symlink_to(HERE / name)
    env = {"MYPYPATH": str(FARM.parent)}
    c.run(f"{PYTHON} -m mypy --explicit-package-bases -p secure_release", env=env)
    c.run(f"{PYTHON} -m mypy tests bench tasks.py", env=env)


@task
def bench(c: Context) -> None:
    """Run every benchmark; each prints ratios of two commands in one run."""
    for path in sorted((HERE / "bench").glob("*.py")):
        c.run(f"{PYTHON} {path}")


@task
def soak(c: Context) -> None:
    """Run the property and crash tests with their full counts, and print the figures."""
    env = {**os.environ, "SECURE_RELEASE_SOAK": "1"}
    c.run(f"{PYTHON} -m pytest -m 'slow or not slow' -k '{SOAKED}' -s", env=env)


namespace = Collection(test, lint, typecheck, bench, soak, release=product)
for name in product.task_names:
    namespace.add_task(product[name], name=name)

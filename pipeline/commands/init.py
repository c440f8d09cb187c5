"""init: write a configuration, a tasks.py and a CI template for this project, with what is found filled in."""

from __future__ import annotations

import json
from importlib import metadata
from importlib.resources import files
from pathlib import Path

from ..adapters.git import NoRef
from ..config import Config
from ..project import CONFIG_FILE, Settled, detected, settle
from ..release import EXIT_OURS
from . import init_ci
from .offering import offer

TASKS = "tasks.py"


def init(force: bool, ci: str, check: bool) -> int:
    """Write the files that are missing, with `ci` those of its template too. One that exists and differs is shown and kept."""
    project = Path.cwd()
    if check:
        return init_ci.check(project, init_ci.chosen(project, ci, _settled(project), _version()))
    if ci:
        every = init_ci.wanted(ci, _settled(project).config.release.name, _version())
        missing = {name: text for name, text in starters(project).items() if not (project / name).exists()}
        for name, text in missing.items():
            offer(project / name, name, text, force)
        return init_ci.write(project, every, force)
    kept = [name for name, text in starters(project).items() if not offer(project / name, name, text, force)]
    if kept:
        print(f"{' and '.join(kept)} kept as it is: take over what you want, or run with --force.")
    print("Next: `secure-release backup-key --out DIR` for the backups, then `secure-release doctor`.")
    return EXIT_OURS if kept else 0


def _settled(project: Path) -> Settled:
    return settle(project, CONFIG_FILE, NoRef())


def _version() -> str:
    return metadata.version("secure-release")


def starters(project: Path) -> dict[str, str]:
    """File name to text, for this project."""
    config = detected(project)
    template = files("secure_release.templates") / "project"
    return {
        CONFIG_FILE: (template / CONFIG_FILE).read_text(encoding="utf-8").format_map(_found(project, config)),
        TASKS: (template / TASKS).read_text(encoding="utf-8"),
    }


def _found(project: Path, config: Config) -> dict[str, str]:
    return {
        "name": config.release.name,
        "requirements": json.dumps(list(config.patch_test.requirements)),
        "version_file": "VERSION" if (project / "VERSION").is_file() else "null",
    }

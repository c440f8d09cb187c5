"""init: write a configuration and a tasks.py for this project, with what is found filled in."""

from __future__ import annotations

import difflib
import json
import sys
from importlib.resources import files
from pathlib import Path

from ..config import Config
from ..evidence import write_whole
from ..project import CONFIG_FILE, detected
from ..release import EXIT_OURS

TASKS = "tasks.py"


def init(force: bool) -> int:
    """Write the files that are missing. One that exists and differs is shown as a diff, and kept unless `force`."""
    project, kept = Path.cwd(), []
    for name, text in starters(project).items():
        path = project / name
        before = path.read_text(encoding="utf-8") if path.exists() else None
        if before == text:
            print(f"{name} is as it should be.")
        elif before is None or force:
            write_whole(path, text.encode(), mode=0o644)
            print(f"{name} is written.")
        else:
            sys.stdout.writelines(difflib.unified_diff(before.splitlines(True), text.splitlines(True), name, f"{name} (proposed)"))
            kept.append(name)
    if kept:
        print(f"{' and '.join(kept)} kept as it is: take over what you want, or run with --force.")
    print("Next: `secure-release backup-key --out DIR` for the backups, then `secure-release doctor`.")
    return EXIT_OURS if kept else 0


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

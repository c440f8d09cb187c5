"""The template as a user has it, and as act can run it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import yaml

from secure_release.pipeline.commands.ci_files import FILES
from secure_release.pipeline.commands.init_ci import wanted

CALLER, PIPELINE, ACTION = (place for _, place in FILES["github"])
SELF, HERE = "uses: $/", "uses: ./"


def write(project: Path) -> None:
    """As `init --ci github` does."""
    for one in wanted("github", "webshop", "0.1.0"):
        (project / one.path).parent.mkdir(parents=True, exist_ok=True)
        (project / one.path).write_text(one.text, encoding="utf-8")


def repository(project: Path) -> Path:
    """A git repository of nothing but the template: what the static tools look at."""
    write(project)
    subprocess.run(("git", "init", "-q", str(project)), check=True)
    return project


def for_act(project: Path) -> None:
    """act 0.2.89 knows `uses: ./` and not yet GitHub's `uses: $/`. Nothing else may differ from what is shipped."""
    for place in (CALLER, PIPELINE, ACTION):
        path = project / place
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(SELF, HERE), encoding="utf-8")
        assert path.read_text(encoding="utf-8").replace(HERE, SELF) == text


def copied(made: Path, folder: Path) -> Path:
    return Path(shutil.copytree(made, folder))


def loaded(project: Path, place: str) -> Any:
    """The file as data. YAML 1.1 reads the key `on` as true; here it is "on" again."""
    data = yaml.safe_load((project / place).read_text(encoding="utf-8"))
    return {"on" if key is True else key: value for key, value in data.items()}

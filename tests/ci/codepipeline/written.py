"""The files of the template as `init --ci codepipeline` writes them into a project."""

from __future__ import annotations

import tomllib
from pathlib import Path

from secure_release.pipeline.commands.ci_files import FILES

HOUSE = Path(__file__).parents[3]
TEMPLATES = HOUSE / "templates" / "ci" / "codepipeline"


def write(project: Path, name: str = "webshop", shards: int = 2) -> None:
    version = tomllib.loads((HOUSE / "pyproject.toml").read_text())["project"]["version"]
    filled = {"@@NAME@@": name, "@@VERSION@@": version, "@@SHARDS@@": str(shards)}
    for source, target in FILES["codepipeline"]:
        text = (TEMPLATES / source).read_text(encoding="utf-8")
        for word, value in filled.items():
            text = text.replace(word, value)
        (project / target).parent.mkdir(parents=True, exist_ok=True)
        (project / target).write_text(text, encoding="utf-8")

"""The files of the template as `init --ci codepipeline` writes them into a project."""

from __future__ import annotations

import tomllib
from pathlib import Path

from secure_release.pipeline.commands.init_ci import SHARDS, wanted

HOUSE = Path(__file__).parents[3]
TEMPLATES = HOUSE / "templates" / "ci" / "codepipeline"


def write(project: Path, name: str = "webshop", shards: int = SHARDS) -> None:
    """`shards`: as a user who edits the default afterwards."""
    version = tomllib.loads((HOUSE / "pyproject.toml").read_text())["project"]["version"]
    for one in wanted("codepipeline", name, version, HOUSE / "templates"):
        path = project / one.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(one.text.replace(f'Default: "{SHARDS}"\n', f'Default: "{shards}"\n'), encoding="utf-8")
        path.chmod(one.mode)

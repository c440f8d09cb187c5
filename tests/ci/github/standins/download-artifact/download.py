"""Copies from $STANDINS/artifacts: one artifact by `name` into `path`, or each that fits `pattern` into a folder of its name."""

from __future__ import annotations

import fnmatch
import os
import shutil
import sys
from pathlib import Path

GITHUB = Path(os.environ["STANDINS"]) / "artifacts"


def main() -> int:
    name, pattern, into = os.environ["NAME"], os.environ["PATTERN"], Path(os.environ["INTO"])
    if bool(name) == bool(pattern):
        print("::error::this stand-in wants either name or pattern")
        return 1
    if name and not (GITHUB / name).is_dir():
        print(f"::error::Unable to download artifact(s): Artifact not found for name: {name}")
        return 1
    if name:
        shutil.copytree(GITHUB / name, into, dirs_exist_ok=True)
        return 0
    for folder in sorted(GITHUB.glob("*")):
        if fnmatch.fnmatchcase(folder.name, pattern):
            shutil.copytree(folder, into / folder.name, dirs_exist_ok=True)
    return 0


sys.exit(main())

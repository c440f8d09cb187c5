"""What the tests of the AWS template need beside us: cfn-lint, moto and the AWS CLI in one environment, checkov in another.

Their pins clash with ours and with each other's, so `.ci/run` makes both under build/. SECURE_RELEASE_AWS_TOOLS and
SECURE_RELEASE_CHECKOV name other folders of environments.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[3]
AWS = ("SECURE_RELEASE_AWS_TOOLS", "build/aws", ("cfn-lint", "aws", "moto_server", "python"))
CHECKOV = ("SECURE_RELEASE_CHECKOV", "build/checkov", ("checkov",))


def aws() -> Path:
    """The programs' folder. Skips with a reason where it is missing; fails where `SECURE_RELEASE_REQUIRE` names aws."""
    return _found(*AWS)


def checkov() -> Path:
    return _found(*CHECKOV)


def _found(variable: str, usual: str, programs: tuple[str, ...]) -> Path:
    folder = Path(os.environ.get(variable) or HOUSE / usual) / "bin"
    missing = [name for name in programs if not (folder / name).exists()]
    if missing and "aws" in os.environ.get("SECURE_RELEASE_REQUIRE", "").replace(",", " ").split():
        pytest.fail(f"aws is required here, and {folder} has no {', '.join(missing)}")
    if missing:
        pytest.skip(f"the tests of the AWS template can't run: {folder} has no {', '.join(missing)}")
    return folder

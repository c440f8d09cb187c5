"""One environment with the wheel for all template tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.wheel import installed as installed_wheel


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a virtual environment that holds the wheel built from this tree."""
    return installed_wheel(tmp_path_factory)

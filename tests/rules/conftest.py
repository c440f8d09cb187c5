"""One semgrep run for all tests of the rules."""

from __future__ import annotations

import pytest

from tests.rules.specimen import SPECIMENS, Scan, rules, scan


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Scan:
    return scan(rules(), sorted(SPECIMENS.iterdir()), tmp_path_factory.mktemp("rules"))

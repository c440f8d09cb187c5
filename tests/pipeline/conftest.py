"""Which files of this folder start whole servers, networks or package managers: they run in CI (`pytest -m slow`), not on every save."""

from __future__ import annotations

import pytest

WHOLE_SERVERS = (
    "test_compose.py",
    "test_docker_isolation.py",
    "test_docker_scrub.py",
    "test_docker_sinks.py",
    "test_mysql_source.py",
    "test_patch_commands.py",
    "test_postgres_source.py",
    "test_python_packages.py",
    "test_restic.py",
    "test_restic_traps.py",
    "test_restore_older.py",
    "test_traps.py",
    "test_twelve_faults.py",
    "test_twin.py",
    "test_volume_source.py",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name == "pipeline" and item.path.name in WHOLE_SERVERS:
            item.add_marker(pytest.mark.slow)

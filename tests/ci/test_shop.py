"""The scenarios of the template tests, carried out by one command: each ends as its line in the table says."""

from __future__ import annotations

from pathlib import Path

import pytest

from .shop import ENDS, Scenario, make_world


@pytest.mark.slow
@pytest.mark.parametrize("scenario", [Scenario.GREEN, Scenario.DEPLOY_FAILS])  # the others are carried out in shards
def test_a_scenario_ends_as_the_table_says(tmp_path: Path, installed: Path, scenario: Scenario) -> None:
    world = make_world(tmp_path, installed, scenario)

    ended = world.run("run")

    assert ended.code == ENDS[scenario].code, ended
    assert world.stands() == ENDS[scenario].stands

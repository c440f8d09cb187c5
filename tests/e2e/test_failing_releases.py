"""Releases that fail, over every driver: the old version answers, and its files and tables are what they were before."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.soak import times

from .failing import DRIVERS, KINDS, Standing

pytestmark = [pytest.mark.slow, pytest.mark.soak]
EACH = times(1, 17)


@pytest.fixture(scope="module")
def standing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    with DRIVERS[request.param](tmp_path_factory.mktemp(request.param)) as standing:
        yield standing


@pytest.mark.parametrize("standing", DRIVERS, indirect=True)
def test_every_failing_release_leaves_what_was_there_before(standing: Standing, request: pytest.FixtureRequest) -> None:
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    first = list(DRIVERS).index(request.node.callspec.params["standing"])
    for number in range(EACH):
        kind = KINDS[(first + number) % len(KINDS)]
        before = standing.state()
        assert before[0] == "1.1.0"

        ended = standing.fail(kind, chance.uniform(0, 12))

        run = standing.shop.runs()[-1]
        begun = any(entry["kind"] == "change-started" for entry in standing.shop.journal(run))
        told = f"{kind}, {number + 1} of {EACH}, seed {seed}: {ended}"
        assert ended.code == (30 if begun else 10), told
        assert begun or kind == "build", told
        assert begun or "is not on the engine" in ended.out, told
        assert standing.shop.verdict(run)["outcome"] == ("rolled back" if begun else "refused"), told
        assert standing.state() == before, told
        assert standing.shop.left_behind() == [], told

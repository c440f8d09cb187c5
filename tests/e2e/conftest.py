"""The shop as a fixture: stopped at the end, whatever the test did. Long tables are sampled on every save, whole in CI."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from .shop import QUICK, Shop, make_shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = make_shop(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def quick(shop: Shop) -> Shop:
    shop.configure(**QUICK)
    shop.commit("a quick release")
    return shop


SAMPLED = ("test_trust.py", "test_bad_input.py", "test_embedding.py")
EVERY = 6


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of the tables of these files every sixth case runs on every save; the others are slow, and run in CI."""
    seen: Counter[str] = Counter()
    for item in items:
        if item.path.name in SAMPLED and isinstance(item, pytest.Function) and item.originalname != item.name:
            if seen[item.nodeid.partition("[")[0]] % EVERY:
                item.add_marker(pytest.mark.slow)
            seen[item.nodeid.partition("[")[0]] += 1

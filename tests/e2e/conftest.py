"""The shop as a fixture: stopped at the end, whatever the test did."""

from __future__ import annotations

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

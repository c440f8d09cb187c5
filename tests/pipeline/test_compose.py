"""The driver `compose` on a real engine: one container after the other, and all the way back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from secure_release.pipeline.shipping import DeployError
from tests.pipeline.rollouts import Watch, World, shipment, world


@pytest.fixture
def shop() -> Iterator[World]:
    """Three healthy containers of `web`, version 1.0; images of 2.0 and of two bad ones."""
    with world() as made:
        made.image("1.0")
        made.image("2.0")
        for number in (1, 2, 3):
            made.service("web", number, f"{made.name}:1.0")
        made.settled()
        yield made


def shown(made: World) -> dict[str, tuple[str, str, str]]:
    """Name to id, image and state of everything in the project."""
    return {one.name: (one.id, one.image, one.state) for one in made.living()}


def test_three_containers_are_replaced_one_by_one_and_put_back(shop: World) -> None:
    before = shown(shop)
    driver = shop.driver()
    asker = shop.run(["run", "--network", shop.name, f"{shop.name}:1.0", "python3", "-u", "/asker.py"])
    with Watch(shop, "web") as watch:
        undo = driver.plan(shipment("2.0"))
        assert shown(shop) == before
        standing = driver.apply(shipment("2.0"), undo)
        assert standing == driver.standing() == f"web 3 x {shop.images['2.0'][7:19]}"
        after = shown(shop)
        assert {name for name, (_, image, state) in after.items() if (image, state) == (shop.images["2.0"], "running")} == set(before)
        assert {id for id, _, state in after.values() if state == "exited"} == {id for id, _, _ in before.values()}
        assert driver.undo(undo, False) == driver.undo(undo, False) == undo.previous
    assert shown(shop) == before
    assert min(watch.seen) >= 3
    heard = shop.docker.logs(asker, 5000).split()
    assert {"asking", "1.0", "2.0"} == set(heard)
    assert undo.previous == f"web 3 x {shop.images['1.0'][7:19]}"


def test_a_closed_change_leaves_only_the_new_containers(shop: World) -> None:
    driver = shop.driver()
    names = set(shown(shop))
    undo = driver.plan(shipment("2.0"))
    driver.apply(shipment("2.0"), undo)
    assert len(driver.tidy(5)) == 3
    assert driver.tidy(5) == ()
    assert set(shown(shop)) == names
    assert driver.plan(shipment("1.0")).previous_version == "2.0"


@pytest.mark.parametrize(("mood", "said"), [("ill", "health"), ("dies", "no such table: orders")])
def test_it_stops_at_the_first_that_does_not_work_and_all_come_back(shop: World, mood: str, said: str) -> None:
    before = shown(shop)
    shop.image("3.0", mood)
    driver = shop.driver()
    undo = driver.plan(shipment("3.0"))
    with pytest.raises(DeployError, match=said):
        driver.apply(shipment("3.0"), undo)
    assert sum(image == shop.images["3.0"] for _, image, _ in shown(shop).values()) == 1
    assert driver.undo(undo, False) == undo.previous
    assert shown(shop) == before

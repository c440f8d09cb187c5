"""The driver `compose` on a real engine: one container after the other, and all the way back."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from pydantic import TypeAdapter

from secure_release.pipeline.deploys.compose import Compose
from secure_release.pipeline.deploys.swap import restart_of
from secure_release.pipeline.shipping import DeployError, Undo
from tests.pipeline.rollouts import Watch, World, shipment, world
from tests.soak import times


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


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_closed_change_leaves_only_the_new_containers(shop: World) -> None:
    driver = shop.driver()
    names = set(shown(shop))
    undo = driver.plan(shipment("2.0"))
    driver.apply(shipment("2.0"), undo)
    assert len(driver.tidy(5)) == 3
    assert driver.tidy(5) == ()
    assert set(shown(shop)) == names
    assert driver.plan(shipment("1.0")).previous_version == "2.0"


@pytest.mark.parametrize(("mood", "said"), [pytest.param("ill", "health", marks=pytest.mark.slow), ("dies", "no such table: orders")])
def test_it_stops_at_the_first_that_does_not_work_and_all_come_back(shop: World, mood: str, said: str) -> None:
    before = shown(shop)
    shop.image("3.0", mood)
    driver = shop.driver()
    undo = driver.plan(shipment("3.0"))
    with pytest.raises(DeployError, match=said):
        driver.apply(shipment("3.0"), undo)
    assert sum((image, state) == (shop.images["1.0"], "running") for _, image, state in shown(shop).values()) == 3
    assert driver.undo(undo, False) == undo.previous
    assert shown(shop) == before


@pytest.fixture
def pair() -> Iterator[World]:
    """A `web` that may overlap with its successor, and a `front` with a port of the host and a volume, which may not."""
    with world() as made:
        made.image("1.0")
        made.image("2.0")
        made.docker.create_volume(f"{made.name}-data", made.labels, {})
        made.service("web", 1, f"{made.name}:1.0")
        made.ports["front"] = free_port()
        words = ["-p", f"127.0.0.1:{made.ports['front']}:80", "-v", f"{made.name}-data:/data", "--restart", "always"]
        made.service("front", 1, f"{made.name}:1.0", words, "web:service_healthy:false")
        made.settled()
        yield made


def both(made: World) -> Compose:
    return made.driver(image={"web": f"{made.name}:{{version}}", "front": f"{made.name}:{{version}}"})


def test_a_service_with_a_port_and_a_volume_stops_before_its_successor_starts(pair: World) -> None:
    before = shown(pair)
    assert pair.docker.execute(f"{pair.name}-front-1", ["touch", "/data/order-1"], timeout=10).code == 0
    driver = both(pair)
    with Watch(pair, "front") as watch:
        undo = driver.plan(shipment("2.0"))
        driver.apply(shipment("2.0"), undo)
        assert asked(pair.ports["front"]) == "2.0"
        assert pair.docker.execute(f"{pair.name}-front-1", ["ls", "/data"], timeout=10).stdout == b"order-1\n"
        policies = {one.name: restart_of(one) for one in pair.living()}
        assert policies[f"{pair.name}-front-1"] == ("always", 0)
        assert {policy for name, policy in policies.items() if "before" in name} == {("no", 0)}
        driver.undo(undo, False)
    assert max(watch.seen) == 1
    assert asked(pair.ports["front"]) == "1.0"
    assert shown(pair) == before
    assert restart_of(pair.docker.container(f"{pair.name}-front-1")) == ("always", 0)


@pytest.mark.slow
def test_data_that_was_replaced_is_seen_by_containers_that_never_changed(pair: World) -> None:
    started = {one.name: one.started for one in pair.living()}
    driver = both(pair)
    driver.undo(driver.plan(shipment("2.0")), True)
    after = {one.name: one.started for one in pair.living()}
    assert set(after) == set(started)
    assert not set(after.values()) & set(started.values())


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("seed", range(times(1, 25)))
def test_killed_at_a_random_moment_an_undo_brings_everything_back(pair: World, seed: int) -> None:
    """First the rollout is killed, then the way back, and then nobody is."""
    chance = random.Random(f"{pair.name}-{seed}")
    before = shown(pair)
    driver = both(pair)
    undo = driver.plan(shipment("2.0"))
    for what, longest in (("apply", 4.0), ("undo", 2.0)):
        words = [sys.executable, "-m", "tests.pipeline.killed_rollout", pair.name, what]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(TypeAdapter(Undo).dump_json(undo).decode())
            process.stdin.close()
            assert process.stdout.readline() == "ready\n"
            time.sleep(chance.uniform(0, longest))
            process.send_signal(signal.SIGKILL)
    assert driver.undo(undo, False) == undo.previous
    assert shown(pair) == before
    assert restart_of(pair.docker.container(f"{pair.name}-front-1")) == ("always", 0)
    assert asked(pair.ports["front"]) == "1.0"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def asked(port: int) -> str:
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        return connection.recv(100).decode()

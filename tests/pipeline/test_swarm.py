"""The driver `swarm` on a real swarm of one machine, which is left again. Slow: a swarm takes its time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from secure_release.pipeline.config import DeploySection
from secure_release.pipeline.containers import SOURCE, Fleet
from secure_release.pipeline.deploys.means import Means
from secure_release.pipeline.deploys.swarm import Swarm, swarm
from secure_release.pipeline.shipping import DeployError
from tests.engine import LABEL
from tests.fakes_ship import Quiet
from tests.pipeline.rollouts import World, client, shipment, swarm_of_one, tools, world

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("swarm")]


@pytest.fixture(scope="module")
def one_machine() -> Iterator[None]:
    with swarm_of_one():
        yield


@pytest.fixture
def shop(one_machine: None) -> Iterator[World]:
    """A service of two tasks with version 1.0; images of 2.0 and of a bad one."""
    with world() as made:
        for version, mood in (("1.0", "well"), ("2.0", "well"), ("3.0", "ill")):
            made.image(version, mood)
        words = ["--name", f"{made.name}_web", "--replicas", "2", "--env", "TOKEN=x", "--limit-memory", "64m", "--stop-grace-period", "2s"]
        labels = ["--label", f"{LABEL}={made.name}", "--container-label", f"{LABEL}={made.name}"]
        client("service", "create", "--quiet", "--no-resolve-image", *words, *labels, f"{made.name}:1.0")
        try:
            yield made
        finally:
            client("service", "rm", f"{made.name}_web")
            deadline = time.monotonic() + 30
            while made.docker.containers(made.labels) and time.monotonic() < deadline:
                time.sleep(0.2)


def driver(made: World, fleet: Fleet | None = None, **settings: object) -> Swarm:
    section = {
        "driver": "swarm", "services": {"web": f"{made.name}_web"}, "image": {"web": f"{made.name}:{{version}}"},
        "settle": "2s", "timeout": "30s", **settings,
    }  # fmt: skip
    means = Means(tools(), lambda: fleet or made.docker, Quiet(), time.monotonic, time.sleep)
    return swarm(Path("/"), DeploySection.model_validate(section), means)


def running(made: World) -> list[str]:
    return [one.image for one in made.docker.containers(made.labels, every=False)]


def test_a_good_update_and_its_way_back(shop: World) -> None:
    made = driver(shop)
    before = dict(shop.docker.service(f"{shop.name}_web").spec)
    undo = made.plan(shipment("2.0"))
    assert shop.docker.service(f"{shop.name}_web").spec == before
    assert made.apply(shipment("2.0"), undo) == made.standing() == f"web 2 x {shop.images['2.0']}"
    assert running(shop) == [shop.images["2.0"]] * 2
    assert made.plan(shipment("1.0")).previous_version == "2.0"
    assert made.undo(undo, False) == made.undo(undo, False) == undo.previous == f"web 2 x {shop.name}:1.0"
    assert running(shop) == [shop.images["1.0"]] * 2
    assert shop.docker.service(f"{shop.name}_web").spec == before
    ids = {one.id for one in shop.docker.containers(shop.labels, every=False)}
    assert made.undo(undo, True) == undo.previous
    assert not ids & {one.id for one in shop.docker.containers(shop.labels, every=False)}


def test_tasks_that_never_become_healthy_are_taken_back(shop: World) -> None:
    made = driver(shop)
    undo = made.plan(shipment("3.0"))
    begun = time.monotonic()
    with pytest.raises(DeployError, match="taken back by the swarm"):
        made.apply(shipment("3.0"), undo)
    assert time.monotonic() - begun < 100
    assert made.undo(undo, False) == undo.previous
    assert running(shop) == [shop.images["1.0"]] * 2


def test_cut_off_in_the_middle_of_an_update_the_undo_ends_where_it_began(shop: World) -> None:
    made = driver(shop)
    undo = made.plan(shipment("2.0"))

    class Gone(BaseException):
        pass

    class Cut:
        def __getattr__(self, name: str) -> object:
            if name == "tasks":
                raise Gone
            return getattr(shop.docker, name)

    with pytest.raises(Gone):
        driver(shop, Cut()).apply(shipment("2.0"), undo)  # type: ignore[arg-type]
    with pytest.raises(Gone):
        driver(shop, Cut()).undo(undo, False)  # type: ignore[arg-type]
    assert made.undo(undo, False) == undo.previous
    assert running(shop) == [shop.images["1.0"]] * 2


def test_drift_stops_it_before_anything_is_changed(shop: World) -> None:
    made, name = driver(shop), f"{shop.name}_web"
    undo = made.plan(shipment("2.0"))
    client("service", "scale", "--detach", f"{name}=3")
    with pytest.raises(DeployError, match="changed or scaled"):
        made.apply(shipment("2.0"), undo)
    client("service", "scale", f"{name}=2")
    shop.docker.tag(shop.images["3.0"], f"{shop.name}:2.0")
    with pytest.raises(DeployError, match="another image than when the rollout was planned"):
        made.apply(shipment("2.0"), undo)
    assert running(shop) == [shop.images["1.0"]] * 2
    with pytest.raises(DeployError, match="There is no service"):
        driver(shop, services={"web": "nowhere"}).plan(shipment("1.0"))
    with pytest.raises(DeployError, match="is not on the engine"):
        made.plan(shipment("9.0"))


def test_an_image_of_a_patch_test_changes_nothing_but_the_files(shop: World) -> None:
    box = shop.run(["create", f"{shop.name}:1.0"])
    shop.docker.put(box, "/", b"\0" * 1024)
    tested = shop.docker.commit(box, f"{shop.name}:tested", {SOURCE: shop.images["1.0"]}, ['CMD ["idle"]', "ENTRYPOINT []", "USER nobody", "ENV BOX=1 VERSION=0"])
    shop.docker.remove(box)
    made = driver(shop, image={}, images="tested")
    sent = shipment("2.0", images={"web": tested})
    before = [(one.env, one.command) for one in shop.docker.containers(shop.labels, every=False)]
    made.apply(sent, made.plan(sent))
    after = shop.docker.containers(shop.labels, every=False)
    assert [one.image for one in after] == [tested] * 2
    assert [(sorted(each for each in one.env if "=" in each), one.command) for one in after] == [(sorted(env), words) for env, words in before]
    assert shop.docker.execute(after[0].id, ["id", "-u"], timeout=10).stdout == b"0\n"

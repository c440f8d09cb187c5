"""A rollout, or its way back, that is cut off anywhere: an undo afterwards always ends where it began."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from secure_release.pipeline.config import DeploySection
from secure_release.pipeline.deploys.compose import Compose, compose
from secure_release.pipeline.deploys.means import Means
from secure_release.pipeline.shipping import DeployError, Undo
from tests.fakes_ship import Quiet
from tests.pipeline.fake_fleet import Cut, FakeFleet
from tests.pipeline.rollouts import shipment, tools

ROUTE = {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}
ALWAYS = {"Name": "always", "MaximumRetryCount": 0}


def shop(sick: bool = False) -> FakeFleet:
    """Two `web` that may overlap, one `front` with a port that waits for them; one container of somebody else."""
    fleet = FakeFleet()
    for service in ("web", "front"):
        fleet.add_image(f"{service}:1.0", Cmd=["serve"], Labels={"of": "1"})
        new = fleet.add_image(f"{service}:2.0", Cmd=["serve", "better"], Labels={"of": "2"})
        fleet.sick |= {new} if sick and service == "front" else set()
    front = {**labels("front"), "com.docker.compose.depends_on": "web:service_healthy:false"}
    fleet.add("shop-front-1", "front:1.0", front, PortBindings=ROUTE, RestartPolicy=ALWAYS)
    for number in (1, 2):
        fleet.add(f"shop-web-{number}", "web:1.0", labels("web"), RestartPolicy={"Name": "on-failure", "MaximumRetryCount": 5})
    fleet.add("other-web-1", "web:1.0", {**labels("web"), "com.docker.compose.project": "other"})
    fleet.changes = 0
    fleet.watch()
    return fleet


def labels(service: str) -> dict[str, str]:
    return {"com.docker.compose.project": "shop", "com.docker.compose.service": service}


def driver(fleet: FakeFleet) -> Compose:
    section = {"driver": "compose", "project": "shop", "image": {"web": "web:{version}", "front": "front:{version}"}, "timeout": "1s"}
    ticks = itertools.count()
    means = Means(tools(), lambda: fleet, Quiet(), lambda: float(next(ticks)), lambda seconds: None)
    return compose(Path("/"), DeploySection.model_validate(section), means)


def cut_at(fleet: FakeFleet, point: int, what: Callable[[], object]) -> bool:
    """Whether it was cut before its `point`-th change; a failure that is its own is not a cut."""
    fleet.left = point
    try:
        what()
    except Cut:
        return True
    except DeployError:
        return False
    finally:
        fleet.left = -1
    return False


def rolled(sick: bool) -> tuple[FakeFleet, Compose, Undo]:
    fleet = shop(sick)
    made = driver(fleet)
    return fleet, made, made.plan(shipment("2.0"))


@pytest.mark.parametrize("sick", [False, True], ids=["well", "new-image-never-healthy"])
@pytest.mark.parametrize("data_replaced", [False, True])
def test_cut_at_any_two_points_the_way_back_ends_where_it_began(sick: bool, data_replaced: bool) -> None:
    points = 0
    for first in itertools.count():
        for second in itertools.count():
            fleet, made, undo = rolled(sick)
            before = fleet.shown()
            cut = cut_at(fleet, first, partial(made.apply, shipment("2.0"), undo))
            again = cut_at(fleet, second, partial(made.undo, undo, data_replaced))
            assert made.undo(undo, data_replaced) == undo.previous
            assert fleet.shown() == before, f"cut before change {first} of apply and {second} of undo"
            assert data_replaced or fleet.fewest["web"] == 3, "two of ours and one of somebody else: never fewer"
            points += 1
            if not again:
                break
        if not cut:
            break
    assert points > 100, "too little was cut for this to say anything"


def test_what_was_rolled_out_is_silent_before_data_goes_back_and_goes_for_good_after() -> None:
    for point in itertools.count():
        fleet, made, undo = rolled(False)
        before = fleet.shown()
        made.apply(shipment("2.0"), undo)
        cut = cut_at(fleet, point, partial(made.silence, undo))
        made.silence(undo)
        old = {id for id, *_ in before.values()}
        assert {state for id, _, state, _ in fleet.shown().values() if id not in old} == {"exited"}
        assert made.undo(undo, True) == undo.previous
        assert fleet.shown() == before
        if not cut:
            break
    assert point > 3


def test_data_that_was_replaced_is_seen_by_containers_that_never_changed() -> None:
    fleet, made, undo = rolled(False)
    started = {name: fleet.container(name).started for name in fleet.shown()}
    made.undo(undo, True)
    after = {name: fleet.container(name).started for name in fleet.shown()}
    assert {name for name in after if after[name] == started[name]} == {"other-web-1"}


def test_the_whole_way_there_and_no_further() -> None:
    fleet, made, undo = rolled(False)
    before = fleet.shown()
    made.apply(shipment("2.0"), undo)
    new = {name: (image, state, policy) for name, (_, image, state, policy) in fleet.shown().items() if "." not in name}
    assert {name: image for name, (image, *_) in new.items()} == {
        "shop-front-1": fleet.names["front:2.0"],
        "shop-web-1": fleet.names["web:2.0"],
        "shop-web-2": fleet.names["web:2.0"],
        "other-web-1": fleet.names["web:1.0"],
    }
    assert {name: more for name, (_, *more) in new.items()} == {name: more for name, (_, _, *more) in before.items()}
    assert {policy["Name"] for name, (*_, policy) in fleet.shown().items() if "before" in name and isinstance(policy, dict)} == {"no"}
    assert len(made.tidy(2)) == 3
    assert set(fleet.shown()) == set(before)

"""What keeps a rollout from beginning: no way back, something that can't be carried over, a world that moved meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from secure_release.pipeline.config import DeploySection
from secure_release.pipeline.deploys import DRIVERS
from secure_release.pipeline.deploys.project import alone
from secure_release.pipeline.release import EXIT_CONFIG, ReleaseError
from secure_release.pipeline.shipping import DeployError, Undo
from tests.fakes_ship import means
from tests.pipeline.fake_fleet import FakeFleet
from tests.pipeline.rollouts import shipment, tools
from tests.pipeline.test_rollout_cut import driver, labels, shop


def host(fleet: FakeFleet, name: str, **settings: object) -> None:
    fleet.boxes[fleet.container(name).id]["HostConfig"] |= settings


def label(fleet: FakeFleet, name: str, key: str, value: str) -> None:
    fleet.boxes[fleet.container(name).id]["Config"]["Labels"][key] = value


def shared(fleet: FakeFleet, mode: str, project: str = "shop") -> None:
    fleet.add("sidecar", "web:1.0", {**labels("sidecar"), "com.docker.compose.project": project}, **{mode: f"container:{fleet.container('shop-web-1').id}"})


def built_elsewhere(fleet: FakeFleet) -> None:
    fleet.images[fleet.names["web:2.0"]]["Config"]["Labels"] = {"org.opencontainers.image.revision": "f" * 40}


def no_such_image(fleet: FakeFleet) -> None:
    del fleet.names["web:2.0"]


def circle(fleet: FakeFleet) -> None:
    for name in ("shop-web-1", "shop-web-2"):
        label(fleet, name, "com.docker.compose.depends_on", "front:service_started:false")


def none_left(fleet: FakeFleet) -> None:
    for number in (1, 2):
        fleet.remove(f"shop-web-{number}")


def rolled_by_another(fleet: FakeFleet) -> None:
    fleet.remove("shop-web-1")
    fleet.add("shop-web-1", "web:2.0", labels("web"))


NOT_PLANNED: dict[str, tuple[Callable[[FakeFleet], object], str]] = {
    "no-such-image": (no_such_image, "web:2.0 is not on the engine"),
    "image-of-another-commit": (built_elsewhere, "was built from commit ffffffffffff"),
    "no-container": (none_left, "No container of the service web"),
    "stopped": (lambda fleet: fleet.stop("shop-web-2", 1), "shop-web-2 is exited, not running"),
    "removed-when-it-stops": (lambda fleet: host(fleet, "shop-web-1", AutoRemove=True), "no way back"),
    "of-a-swarm": (lambda fleet: label(fleet, "shop-web-1", "com.docker.swarm.service.id", "s"), "belongs to a swarm service"),
    "old-links": (lambda fleet: host(fleet, "shop-web-1", Links=["/db:/shop-web-1/db"]), "links of the old kind"),
    "off-its-network": (lambda fleet: host(fleet, "shop-web-1", NetworkMode="gone"), "taken off its own network"),
    "its-network-is-shared": (lambda fleet: shared(fleet, "NetworkMode"), "sidecar shares shop-web-1's"),
    "its-network-is-shared-by-a-stranger": (lambda fleet: shared(fleet, "NetworkMode", "other"), "sidecar shares shop-web-1's"),
    "its-processes-are-shared": (lambda fleet: shared(fleet, "PidMode"), "sidecar shares shop-web-1's"),
    "its-volumes-are-shared": (lambda fleet: host(fleet, "shop-front-1", VolumesFrom=["shop-web-1:ro"]), "shop-front-1 shares shop-web-1's"),
    "in-a-circle": (circle, "depend on each other in a circle"),
    "cut-off-before": (lambda fleet: fleet.add("shop-web-1.after-0123456789ab", "web:1.0", labels("web")), "was cut off: shop-web-1.after"),
}


@pytest.mark.parametrize(("spoil", "said"), NOT_PLANNED.values(), ids=NOT_PLANNED.keys())
def test_it_is_not_planned(spoil: Callable[[FakeFleet], object], said: str) -> None:
    fleet = shop()
    spoil(fleet)
    before = fleet.shown()
    with pytest.raises(DeployError, match=said) as refused:
        driver(fleet).plan(shipment("2.0"))
    assert refused.value.hint
    assert fleet.shown() == before


def replaced(fleet: FakeFleet) -> None:
    fleet.remove("shop-web-1")
    fleet.add("shop-web-1", "web:1.0", labels("web"))


MOVED: dict[str, tuple[Callable[[FakeFleet], object], str]] = {
    "the-name-means-another-image": (lambda fleet: fleet.add_image("web:2.0"), "another image than when the rollout was planned"),
    "the-image-is-gone": (no_such_image, "web:2.0 is not on the engine"),
    "scaled-up": (lambda fleet: fleet.add("shop-web-3", "web:1.0", labels("web")), "web 3 x"),
    "scaled-down": (lambda fleet: fleet.remove("shop-web-2"), "web 1 x"),
    "replaced": (replaced, "containers were replaced"),
    "another-version": (rolled_by_another, "Somebody else deployed"),
    "another-limit": (lambda fleet: host(fleet, "shop-web-2", Memory=5), "shop-web-2 was changed since"),
    "another-restart-policy": (lambda fleet: fleet.set_restart("shop-web-2", "no", 0), "shop-web-2 was changed since"),
}


@pytest.mark.parametrize(("move", "said"), MOVED.values(), ids=MOVED.keys())
def test_drift_between_plan_and_rollout_stops_it_before_anything_is_changed(move: Callable[[FakeFleet], object], said: str) -> None:
    fleet = shop()
    made = driver(fleet)
    undo = made.plan(shipment("2.0"))
    move(fleet)
    before, changes = fleet.shown(), fleet.changes
    with pytest.raises(DeployError, match=said) as refused:
        made.apply(shipment("2.0"), undo)
    assert refused.value.hint
    assert (fleet.shown(), fleet.changes) == (before, changes)


def test_a_setting_that_gets_lost_is_known_before_anything_that_runs_is_touched() -> None:
    fleet = shop()
    host(fleet, "shop-web-2", Memory=64_000_000)
    before = fleet.shown()
    made = driver(fleet)
    undo = made.plan(shipment("2.0"))
    fleet.forgets = {"Memory"}
    with pytest.raises(DeployError, match=r"shop-web-2 can't be replaced: its successor has other settings: Memory\."):
        made.apply(shipment("2.0"), undo)
    assert {name: one for name, one in fleet.shown().items() if name in before} == before
    assert made.undo(undo, False) == undo.previous
    assert fleet.shown() == before


def taken_over(fleet: FakeFleet) -> None:
    fleet.remove("shop-web-1")
    fleet.add("shop-web-1", "web:1.0", labels("web"))


def old_is_gone(fleet: FakeFleet) -> None:
    fleet.remove(next(name for name in fleet.shown() if name.startswith("shop-web-1.before")))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [pytest.param(taken_over, "neither this rollout's nor", id="taken-over"), pytest.param(old_is_gone, "is not there any more", id="old-one-gone")],
)
def test_a_way_back_that_leads_nowhere_is_not_begun(spoil: Callable[[FakeFleet], None], said: str) -> None:
    fleet = shop()
    made = driver(fleet)
    undo = made.plan(shipment("2.0"))
    made.apply(shipment("2.0"), undo)
    spoil(fleet)
    before = fleet.shown()
    with pytest.raises(DeployError, match=said):
        made.undo(undo, False)
    assert fleet.shown() == before


def test_an_undo_of_another_version_of_ours_is_not_guessed_at() -> None:
    with pytest.raises(DeployError, match="can't be read"):
        driver(shop()).undo(Undo("compose", "", "", (), {"rollout": '{"project": "shop"}'}), False)


def test_what_others_depend_on_comes_first_and_its_way_back_is_the_other_way_round() -> None:
    fleet = shop()
    made = driver(fleet)
    undo = made.plan(shipment("2.0"))
    assert [step.split()[2].split(".")[0] for step in undo.steps[1:]] == ["shop-front-1", "shop-web-2", "shop-web-1"]


VOLUME = {"Type": "volume", "Name": "data", "Source": "/v/data", "Destination": "/data"}


@pytest.mark.parametrize(
    ("part", "settings", "fights"),
    [
        pytest.param("HostConfig", {}, False, id="nothing-of-its-own"),
        pytest.param("HostConfig", {"PortBindings": {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}}, True, id="port"),
        pytest.param("HostConfig", {"PortBindings": {"80/tcp": [{"HostIp": "", "HostPort": ""}]}}, False, id="any-port"),
        pytest.param("HostConfig", {"NetworkMode": "host"}, True, id="network-of-the-host"),
        pytest.param("Config", {"MacAddress": "02:42:ac:11:00:07"}, True, id="hardware-address"),
        pytest.param("Networks", {"shop": {"IPAMConfig": {"IPv4Address": "10.1.2.3"}}}, True, id="address"),
        pytest.param("Networks", {"shop": {"IPAMConfig": {}}}, False, id="any-address"),
        pytest.param("Mounts", [{**VOLUME, "RW": True}], True, id="volume"),
        pytest.param("Mounts", [{**VOLUME, "RW": False}], False, id="volume-read-only"),
        pytest.param("Mounts", [{"Type": "bind", "Source": "/srv", "Destination": "/srv", "RW": True}], True, id="bind"),
        pytest.param("Mounts", [{"Type": "tmpfs", "Source": "", "Destination": "/t", "RW": True}], False, id="tmpfs"),
    ],
)
def test_two_that_would_fight_never_run_at_once(part: str, settings: object, fights: bool) -> None:
    fleet = shop()
    raw = fleet.boxes[fleet.container("shop-web-1").id]
    place = raw["NetworkSettings"] if part == "Networks" else raw
    place[part] = {**place[part], **settings} if isinstance(settings, dict) else settings
    assert alone(fleet.container("shop-web-1")) is fights


def test_what_has_the_image_already_is_left_alone() -> None:
    fleet = shop()
    made = driver(fleet)
    undo = made.plan(shipment("1.0"))
    before = fleet.shown()
    assert made.apply(shipment("1.0"), undo) == undo.previous == made.undo(undo, False)
    assert fleet.shown() == before
    assert "nothing to take back" in undo.steps[0]


@pytest.mark.parametrize(
    "section",
    [
        pytest.param({"driver": "compose", "image": {"web": "web"}}, id="compose-without-project"),
        pytest.param({"driver": "compose", "project": "shop"}, id="nothing-to-roll-out"),
        pytest.param({"driver": "compose", "project": "shop", "image": {"web": "web"}, "images": "tested"}, id="two-ways"),
        pytest.param({"driver": "swarm", "image": {"web": "web"}}, id="swarm-without-services"),
    ],
)
def test_half_a_configuration_is_refused(section: dict[str, object]) -> None:
    whole = DeploySection.model_validate(section)
    with pytest.raises(ReleaseError) as refused:
        DRIVERS[whole.driver](Path("/"), whole, means(tools()))
    assert refused.value.exit_code == EXIT_CONFIG
    assert refused.value.hint

"""Deploy, verify and rollback with a rollout of tested images: what the journal says is all that connects them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from secure_release.pipeline.config import DeploySection
from secure_release.pipeline.containers import SOURCE
from secure_release.pipeline.deploys.compose import compose
from secure_release.pipeline.history import SAFE_SET
from secure_release.pipeline.patching import Carrier
from secure_release.pipeline.release import Outcome, Release, Stage
from secure_release.pipeline.stages import deploy, rollback, verify
from secure_release.pipeline.view import STAGE_STARTED
from tests.fakes_ship import Mood, begun, finish, finished, make_release, means, no_waiting, project
from tests.pipeline.fake_fleet import FakeFleet
from tests.pipeline.rollouts import tools
from tests.pipeline.test_rollout_cut import shop

SECTION = {"driver": "compose", "project": "shop", "images": "tested", "timeout": "5s"}
PROBE = {"name": "health", "url": "http://127.0.0.1:1/", "within": "1s"}


def patched(fleet: FakeFleet, service: str) -> str:
    """What a patch test makes: the running image, and a layer more."""
    runs = fleet.names[f"{service}:1.0"]
    made = fleet.add_image(f"{service}:tested", Labels={SOURCE: runs})
    fleet.images[made]["RootFS"] = {"Layers": [runs, made]}
    return made


def release_of(tmp: Path, fleet: FakeFleet, images: Mapping[str, str], answers: list[bool]) -> Release:
    """A release whose patch test let these images out."""
    project(tmp)
    driver = compose(tmp, DeploySection.model_validate_json(_json(SECTION)), means(tools(), lambda: fleet))
    config = {"deploy": SECTION, "verify": {"probes": [PROBE]}}
    release = make_release(tmp, config, driver, Mood({"health": answers}))
    carriers = [asdict(Carrier("image", service, f"{service}:tested", id)) for service, id in images.items()]
    line = {"digest": "d" * 8 if images else "", "plan_digest": "p", "patches": [], "carriers": carriers}
    release.journal.append(STAGE_STARTED, Stage.PATCH_TEST, {})
    release.journal.append(SAFE_SET, Stage.PATCH_TEST, line)
    finish(release, Stage.PATCH_TEST, Outcome.PASSED)
    return begun(release)


def _json(section: Mapping[str, object]) -> str:
    return "{" + ", ".join(f'"{key}": "{value}"' for key, value in section.items()) + "}"


def test_the_tested_images_go_out_and_the_old_containers_go_when_it_is_verified(tmp_path: Path) -> None:
    fleet = shop()
    images = {service: patched(fleet, service) for service in ("web", "front")}
    names = set(fleet.shown())
    release = release_of(tmp_path, fleet, images, [True])
    assert finished(release, deploy.run).outcome is Outcome.PASSED
    assert len(fleet.shown()) == len(names) + 3
    assert finished(release, lambda one: verify.run(one, no_waiting())).outcome is Outcome.PASSED
    assert {name: image for name, (_, image, *_) in fleet.shown().items() if name.startswith("shop")} == {
        name: images[name.split("-")[1]] for name in names if name.startswith("shop")
    }


def test_a_version_that_is_not_healthy_is_taken_back(tmp_path: Path) -> None:
    fleet = shop()
    images = {"web": patched(fleet, "web")}
    before = fleet.shown()
    release = release_of(tmp_path, fleet, images, [True, False, False, False, True])
    assert finished(release, deploy.run).outcome is Outcome.PASSED
    assert finished(release, lambda one: verify.run(one, no_waiting())).outcome is Outcome.REFUSED
    assert finished(release, lambda one: rollback.run(one, no_waiting())).outcome is Outcome.ROLLED_BACK
    assert fleet.shown() == before


def test_without_a_safe_set_nothing_is_rolled_out(tmp_path: Path) -> None:
    fleet = shop()
    release = release_of(tmp_path, fleet, {}, [True])
    before = fleet.shown()
    result = finished(release, deploy.run)
    assert result.outcome is Outcome.REFUSED
    assert "no image that carries a safe set" in result.reasons[0].text
    assert fleet.shown() == before


def test_a_source_that_is_not_what_was_tested_any_more_stops_it(tmp_path: Path) -> None:
    fleet = shop()
    images = {"web": patched(fleet, "web")}
    for number in (1, 2):
        name = f"shop-web-{number}"
        fleet.boxes[fleet.container(name).id]["Image"] = fleet.names["web:2.0"]
    release = release_of(tmp_path, fleet, images, [True])
    before = fleet.shown()
    result = finished(release, deploy.run)
    assert (result.outcome, fleet.shown()) == (Outcome.REFUSED, before)
    assert "does not run the image that was patch-tested" in result.reasons[0].text

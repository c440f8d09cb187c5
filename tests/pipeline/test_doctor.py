"""What doctor and the plan say where patches are tried in clones of containers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.commands.doctor import doctor
from secure_release.pipeline.commands.plan import plan
from secure_release.pipeline.config import Config
from secure_release.pipeline.containers import EngineError
from secure_release.pipeline.law import Law
from secure_release.pipeline.project import Settled
from tests.pipeline.fake_fleet import FakeFleet

SHOP = {"project": "shop", "tests_in": "web", "python": {"web": "/usr/bin/python3"}}


def config(docker: dict[str, object]) -> Config:
    return Config.model_validate({"patch_test": {"driver": "docker", "docker": docker}})


def fleet(*services: str) -> FakeFleet:
    made = FakeFleet()
    image = made.add_image("shop")
    for service in services:
        made.add(f"shop-{service}-1", image, {"com.docker.compose.project": "shop", "com.docker.compose.service": service})
    return made


def refuses() -> FakeFleet:
    raise EngineError("the engine does not answer.", "Start it.")


@pytest.mark.parametrize(
    ("docker", "opened", "said"),
    [
        (SHOP, lambda: fleet("web", "db"), ("ok      docker engine: it answers", "ok      project shop: runs db, web")),
        (SHOP, refuses, ("MISSING docker engine: the engine does not answer. Start it.",)),
        (SHOP, fleet, ("MISSING project shop: does not run", "MISSING service web: does not run in project shop")),
        (SHOP, lambda: fleet("db"), ("ok      project shop: runs db", "MISSING service web: does not run in project shop")),
        ({"container": "shop-web-1"}, lambda: fleet("web"), ("ok      container shop-web-1: runs web",)),
        ({"container": "nosuch"}, fleet, ("MISSING docker engine:",)),
    ],
    ids=["runs", "no-engine", "nothing-runs", "tests-have-no-place", "one-container", "no-such-container"],
)
def test_doctor_asks_the_engine_for_what_is_to_be_cloned(
    tmp_path: Path, docker: dict[str, object], opened: Callable[[], FakeFleet], said: tuple[str, ...]
) -> None:
    _, text = doctor(tmp_path, config(docker), Processes(tmp_path), opened)

    for line in said:
        assert line in text
    assert "environment" not in text


def test_without_the_driver_no_engine_is_asked(tmp_path: Path) -> None:
    _, text = doctor(tmp_path, Config(), Processes(tmp_path), refuses)

    assert "docker" not in text
    assert "MISSING environment: neither .venv nor requirements.txt is there" in text


@pytest.mark.parametrize(
    ("section", "line"),
    [
        ({"patch_test": {"driver": "docker", "docker": SHOP}}, "docker clone of project shop; tests in web: python -m pytest '--junitxml={junit}'"),
        ({"patch_test": {"driver": "docker", "docker": {"container": "web"}}}, "docker clone of container web; tests: python -m pytest"),
        ({}, "venv clone of .venv; tests: python -m pytest"),
        ({"deploy": {"driver": "compose", "project": "shop", "images": "tested"}}, "the images that the patch test made, to the containers of project shop"),
        ({"deploy": {"driver": "swarm", "services": {"web": "shop_web"}, "image": {"web": "shop:2"}}}, "shop:2, to the services shop_web"),
    ],
    ids=["project", "container", "venv", "compose", "swarm"],
)
def test_the_plan_says_what_is_cloned_and_deployed(tmp_path: Path, section: dict[str, object], line: str) -> None:
    told = Config.model_validate(section)
    law = Law(policy=told.policy, waivers=(), baseline=None, read_from="the working tree")

    assert line in plan(Settled(config=told, law=law, said="from a test"), (), Processes(tmp_path))

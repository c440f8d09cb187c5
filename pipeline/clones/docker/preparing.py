"""What every fork starts from: images without secrets, and settings that give a clone less than its source."""

from __future__ import annotations

from collections.abc import Mapping

from ...containers import Engine
from ...patch_config import DockerSection
from .environment import clone_environment
from .fork import Settings
from .leaks import secrets_left
from .limits import DROPPED
from .mark import Mark
from .scrub import scrub_folder, scrubbed
from .snapshot import Frozen
from .source import Project, Service

NOBODY = ("127.0.0.1",)  # whom a clone's resolver may ask about names outside: there is nobody


def prepared(
    engine: Engine, mark: Mark, project: Project, frozen: Frozen, docker: DockerSection
) -> tuple[Mapping[str, str], Mapping[str, Settings], tuple[str, ...]]:
    """Service to image, service to settings, and what is left out. Raises `ReleaseError` when a secret would be left in."""
    said: list[str] = []
    images: dict[str, str] = {}
    settings: dict[str, Settings] = {}
    for service in project.services:
        said += _scrub_volumes(service, frozen, docker)
        image, without = scrubbed(engine, frozen.images[service.name], docker.scrub, docker.env_allow, mark)
        env, unset = clone_environment(service.container, engine.image(image), docker.env_allow, docker.env)
        said += (*(f"{service.name}: {line}" for line in without), *unset, *_searched(engine, service, image, frozen, docker, mark))
        images[service.name], settings[service.name] = image, _settings(env, docker)
    return images, settings, tuple(dict.fromkeys(said))


def _settings(env: tuple[str, ...], docker: DockerSection) -> Settings:
    return Settings(
        env=env, dns=NOBODY, cap_drop=DROPPED, memory=docker.memory, pids=docker.pids,
        no_new_privileges=True,
    )  # fmt: skip


def _scrub_volumes(service: Service, frozen: Frozen, docker: DockerSection) -> list[str]:
    places = {one.key: one.place for one in frozen.volumes}
    gone = [path for use in service.uses for path in scrub_folder(places[use.key], use.target, docker.scrub)]
    return [f"{service.name}: {path} was removed from the clone's data." for path in gone]


def _searched(
    engine: Engine, service: Service, image: str, frozen: Frozen, docker: DockerSection, mark: Mark
) -> tuple[str, ...]:
    places = {one.key: one.place for one in frozen.volumes}
    volumes = [(places[use.key], use.target) for use in service.uses]
    return secrets_left(engine, service.container, image, volumes, mark, docker.keep)

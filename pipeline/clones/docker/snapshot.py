"""Takes the frozen base: what all forks are made from, copied once while the source holds still, and never written to again."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from secure_release.checks import Tools

from ...containers import Engine
from ...patching import Consistency
from ...release import ReleaseError
from .copying import Job, check, copy_still, new_job
from .delta import LAYER_RATE, LAYER_SECONDS, Tree
from .failing import in_a_sentence
from .layers import beyond_image, blanked
from .mark import Mark
from .measuring import measure, prepare, refuse_without_room
from .overlay import Sharing, sharing
from .pause import Still, held
from .source import Data, Project, Service

CLASSES = {"crash": Consistency.CRASH, "hook": Consistency.HOOK, "stopped": Consistency.STOPPED}
HOLD_SECONDS = 0.1  # to pause one container and let it go again (measured: 0.03 s, loaded 0.1 s)
FILE = "file"  # the name of a copied file in its volume


@dataclass(frozen=True)
class FrozenVolume:
    """The copy of one piece of data: a volume of ours; for a single file, that volume holds it alone."""

    key: str
    name: str
    place: Path  # the folder, or the file


@dataclass(frozen=True)
class Frozen:
    """The base. Forks read it and never write to it."""

    images: Mapping[str, str]  # service to the id of the image that its clones start from
    volumes: tuple[FrozenVolume, ...]
    consistency: Consistency
    paused: float  # seconds that the source was held still
    left_out: tuple[str, ...]
    sharing: Sharing  # how forks get their own view of the volumes


def take(project: Project, still: Still, mark: Mark, tools: Tools) -> Frozen:
    """Raises `ReleaseError` when the source could not be copied faithfully, or only by holding it still for too long.

    What was made until then carries the mark, and goes with it.
    """
    with in_a_sentence("The source could not be cloned"):
        engine = still.engine
        if project.data and os.geteuid() != 0:
            raise ReleaseError(
                "Only root can copy the files of volumes with their owners.",
                "Run the patch test as root on the engine's machine. Rootless engines are not supported.",
            )
        changed = {service.name for service in project.services if _changed(engine, service)}
        volumes = tuple(_volume(engine, mark, number, data) for number, data in enumerate(project.data))
        images = {service.name: service.container.image for service in project.services}
        if not volumes and not changed:
            return Frozen(images, (), Consistency.NO_DATA, 0.0, project.left_out, Sharing.NOTHING)
        jobs = _prepared(project, volumes, still, tools)
        (layers, seen), paused = held(project, still, lambda: _frozen(project, jobs, still, mark, tools))
        for job, now in zip(jobs, seen, strict=True):
            check(job, now)
        how = sharing(engine, mark, next(iter(images.values()))) if volumes else Sharing.NOTHING
        return Frozen({**images, **layers}, volumes, CLASSES[still.config.consistency], paused, project.left_out, how)


def _changed(engine: Engine, service: Service) -> bool:
    targets = [mount.target for mount in service.container.mounts]
    return bool(beyond_image(engine.changes(service.container.id), targets))


def _volume(engine: Engine, mark: Mark, number: int, data: Data) -> FrozenVolume:
    name = mark.name("volume", f"frozen-{number}")
    place = engine.create_volume(name, mark.labels, {}).place
    if not place.is_dir():
        raise ReleaseError(f"The engine's volumes can't be seen at {place}.", "Run on the engine's own machine, as root.")
    return FrozenVolume(data.key, name, place if data.place.is_dir() else place / FILE)


def _prepared(project: Project, volumes: tuple[FrozenVolume, ...], still: Still, tools: Tools) -> tuple[Job, ...]:
    pairs = zip(project.data, volumes, strict=True)
    measured = [measure(new_job(data.key, data.place, volume.place), tools) for data, volume in pairs]
    refuse_without_room(measured)
    own = [still.engine.container(service.container.id, sizes=True).size_rw for service in project.services]
    beside = sum(LAYER_SECONDS + max(size, 0) / LAYER_RATE for size in own) + HOLD_SECONDS * len(project.held)
    return prepare(measured, beside, still.config.max_pause, still.config.precopy_over, tools)


def _frozen(project: Project, jobs: tuple[Job, ...], still: Still, mark: Mark, tools: Tools) -> tuple[dict[str, str], list[Tree]]:
    """What is done while the source holds still: no more than must be."""
    layers = {one.name: _layer(still.engine, mark, one) for one in project.services if _changed(still.engine, one)}
    return layers, [copy_still(job, tools, still.config.max_pause) for job in jobs]


def _layer(engine: Engine, mark: Mark, service: Service) -> str:
    """An image of the container's own files. The engine notes the source's settings beside it, for itself: never hand it on."""
    name = mark.name("image", f"{slug(service.name)}-base")
    return engine.commit(service.container.id, f"{name}:frozen", mark.labels, blanked(service.container.env))


def slug(name: str) -> str:
    """As a part of an object's name: letters, digits and dashes, no capitals."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")

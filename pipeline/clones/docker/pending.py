"""What is pending in the containers of a project: OS packages and Python distributions, in one plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from secure_release.checks import Advisories

from ...containers import Engine
from ...patch_config import PatchSection
from ...patching import Plan
from ..packages.box import box
from ..packages.planning import plan_os
from ..packages.python import Within, inventory, plan_python
from ..probe import Interpreter
from .layers import beyond_image, blanked
from .mark import Mark
from .snapshot import slug
from .source import Project, Service


def pending(
    engine: Engine,
    mark: Mark,
    project: Project,
    config: PatchSection,
    folder: Path,
    advisories: Advisories,
    now: datetime,
    progress: Callable[[str], None],
) -> Plan:
    """Every kind that the configuration selects. The source is not touched. Raises `ReleaseError` without an answer."""
    images = {service.name: _as_it_is(engine, mark, service) for service in project.services}
    plans = []
    if "os" in config.select.kinds:
        plans.append(plan_os(engine, mark, images, config.select.origins, folder, progress))
    if "python" in config.select.kinds and config.docker.python:
        known = {name: _interpreter(engine, mark, images[name], path) for name, path in config.docker.python.items()}
        plans.append(plan_python(known, advisories, now))
    return together(plans)


def together(plans: Sequence[Plan]) -> Plan:
    """All of them as one."""
    return Plan(
        tuple(patch for plan in plans for patch in plan.patches),
        tuple(patch for plan in plans for patch in plan.no_fix),
        tuple(gap for plan in plans for gap in plan.gaps),
        tuple(line for plan in plans for line in plan.sources),
    )


def _as_it_is(engine: Engine, mark: Mark, service: Service) -> str:
    """The image; one with what was changed in the running container where there is such. It is not held still for that."""
    container = service.container
    targets = [mount.target for mount in container.mounts]
    if not beyond_image(engine.changes(container.id), targets):
        return container.image
    name = mark.name("image", f"{slug(service.name)}-now")
    return engine.commit(container.id, f"{name}:latest", mark.labels, blanked(container.env))


def _interpreter(engine: Engine, mark: Mark, image: str, python: str) -> Interpreter:
    """What it says of itself, asked in a box without a network."""
    with box(engine, image, mark, network="none") as opened:
        return inventory(Within(engine, opened.id, "0"), python)

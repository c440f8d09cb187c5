"""Waits until a swarm has made of a service what its specification says, or says that it has not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..containers import Fleet, NotThere, Service, Task
from ..shipping import DeployError
from .means import Means
from .tasks import image_of, replicas

PAUSE = 0.5  # seconds between two looks
GONE = {
    "paused": "stopped half way",
    "rollback_paused": "stopped on its way back",
    "rollback_completed": "was taken back by the swarm",
}
UPDATED = ("completed",)  # after an update of ours: anything else is about an earlier one
AT_REST = ("", "completed", "rollback_completed")


def wait_for(means: Means, fleet: Fleet, id: str, limit: float, rest: Sequence[str]) -> Service:
    """Until its update is in one of the states of `rest` and every task runs what the specification says.

    Raises `DeployError`, with what the tasks said, when the swarm gave up or took it back.
    """
    begun = means.monotonic()
    while True:
        service, tasks = fleet.service(id), fleet.tasks(id)
        if service.update in GONE and service.update not in rest:
            why = f"The update of {service.name} {GONE[service.update]}: {service.message}.{_errors(tasks)}"
            raise DeployError(why, "Mend the image, then start a new run.")
        if service.update in rest and _settled(service, tasks):
            return service
        if means.monotonic() - begun >= limit:
            raise DeployError(f"{service.name} did not settle within {limit:g} s.{_errors(tasks)}", "Look: docker service ps.")
        means.sleep(PAUSE)


def refuse_another_image(fleet: Fleet, service: Service, image: str) -> None:
    """What runs must be the image of this id, wherever we can look: on the machine of this engine."""
    for task in _wanted(fleet.tasks(service.id)):
        try:
            runs = fleet.container(task.container).image
        except NotThere:
            continue  # on another machine, which was asked for the image by its digest
        if runs != image:
            raise DeployError(f"A task of {service.name} runs another image: {runs[:19]}, not {image[:19]}.", "Start a new run.")


def _settled(service: Service, tasks: Sequence[Task]) -> bool:
    spec: Any = service.spec
    wanted, count = _wanted(tasks), replicas(spec)
    enough = bool(wanted) if count is None else len(wanted) == count
    return enough and all(task.state == "running" and task.image == image_of(spec) for task in wanted)


def _wanted(tasks: Sequence[Task]) -> list[Task]:
    return [task for task in tasks if task.wanted]


def _errors(tasks: Sequence[Task]) -> str:
    said = list(dict.fromkeys(task.error for task in tasks if task.error))
    return f" A task said: {said[0]}." if said else ""

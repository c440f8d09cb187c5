"""Waits until a container works: healthy where it has a health check, else running for a while without a restart."""

from __future__ import annotations

from typing import Any

from ..containers import Container, Fleet
from ..shipping import DeployError
from .means import Means

PAUSE = 0.3  # seconds between two looks
LAST_LINES = 8
LAST_WORDS = 600  # characters


def wait_until_well(means: Means, fleet: Fleet, id: str, limit: float, settle: float) -> None:
    """Raises `DeployError`, with the container's last words, as soon as it is clear that it does not work."""
    begun = means.monotonic()
    first = restarts(fleet.container(id))
    while True:
        one = fleet.container(id)
        passed = means.monotonic() - begun
        if one.state != "running" or restarts(one) > first:
            raise _unwell(fleet, one, f"it is {one.state} (exit code {one.exit_code})")
        if status(one) == "unhealthy":
            raise _unwell(fleet, one, "its health check fails")
        if one.healthy or (one.healthy is None and passed >= settle):
            return
        if passed >= limit:
            raise _unwell(fleet, one, f"it was not healthy within {limit:g} s")
        means.sleep(PAUSE)


def restarts(container: Container) -> int:
    """How often its restart policy has started it again."""
    told: Any = container.raw.get("RestartCount")
    return int(told or 0)


def status(container: Container) -> str:
    """starting, healthy, unhealthy; "" without a health check."""
    state: Any = container.raw["State"]
    return str((state.get("Health") or {}).get("Status", ""))


def _unwell(fleet: Fleet, container: Container, why: str) -> DeployError:
    words = fleet.logs(container.id, LAST_LINES).strip()[-LAST_WORDS:]
    said = f" It said: {words}" if words else ""
    return DeployError(f"{container.name} from {container.image_name} does not work: {why}.{said}", "Mend the image, then start a new run.")

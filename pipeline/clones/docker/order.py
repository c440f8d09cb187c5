"""In which order services start: what a service needs comes before it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ...release import ReleaseError


def needs(label: str) -> tuple[str, ...]:
    """The services that compose's label `depends_on` names: `db:service_healthy:false,redis`; older ones hold names alone."""
    return tuple(dict.fromkeys(name for part in label.split(",") if (name := part.strip().split(":")[0].strip())))


def start_order(needed: Mapping[str, Collection[str]], with_data: Collection[str]) -> tuple[str, ...]:
    """Every service after all that it needs; among those that are free, services with volumes first, then by name.

    Names that are not services themselves are ignored. Raises `ReleaseError` for services that need each other.
    """
    ordered: list[str] = []
    waiting = {name: {need for need in others if need in needed and need != name} for name, others in needed.items()}
    while waiting:
        free = [name for name, others in waiting.items() if others <= set(ordered)]
        if not free:
            raise ReleaseError(
                f"The services {', '.join(sorted(waiting))} wait for each other: there is no order to start them in.",
                "Take one `depends_on` out of the compose file.",
            )
        first = min(free, key=lambda name: (name not in with_data, name))
        ordered.append(first)
        del waiting[first]
    return tuple(ordered)

"""Tells patches apart: a name may be a distribution's and a source package's, or stand in two services. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from ..patching import Patch


def called(patch: Patch, everybody: Iterable[Patch]) -> str:
    """Its name where nobody else has it, else its id with its kind."""
    alone = all(other == patch or other.name != patch.name for other in everybody)
    return patch.name if alone else f"{patch.kind} {patch.id}"


def those(words: Collection[str], among: Sequence[Patch]) -> list[Patch]:
    """The patches that an installer names, by their ids; by their names where it gives no id."""
    return [patch for patch in among if patch.id in words] or [patch for patch in among if patch.name in words]


def partner(word: str, of: Patch, among: Iterable[Patch]) -> Patch | None:
    """The patch that a blocked one waits for: of the same package manager, in a service that both are in."""
    for patch in among:
        if patch != of and patch.kind == of.kind and word in (patch.id, patch.name) and _together(patch, of):
            return patch
    return None


def _together(one: Patch, other: Patch) -> bool:
    return not one.members or not other.members or not set(one.services).isdisjoint(other.services)

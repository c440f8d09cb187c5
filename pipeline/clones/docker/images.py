"""Images with patches in them: each set is installed once for each image, and kept as long as its patch test lasts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from ...containers import Engine
from ...patching import Applied, Kind, NotApplied, Patch
from ..packages.box import Box
from .mark import Mark

Wanted = frozenset[tuple[Kind, str, str]]  # kind, package, version: what one service's image is to hold
Install = Callable[[Box, str, Sequence[Patch]], Applied | NotApplied]  # into a box made from a service's image
Open = Callable[[str], AbstractContextManager[Box]]  # a box without a network from an image


@dataclass(frozen=True)
class Built:
    """An image and what was done to get there."""

    image: str
    applied: Applied


@dataclass
class Images:
    """`bases`: service to the image that its clones are made from. Safe to be asked from several threads."""

    engine: Engine
    mark: Mark
    bases: Mapping[str, str]
    install: Install
    open: Open
    _built: dict[tuple[str, Wanted], Built] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def holding(self, service: str, patches: Sequence[Patch]) -> Built | NotApplied:
        """The service's image with the members of these patches that are its own."""
        base, wanted = self.bases[service], held_by(service, patches)
        if not wanted:
            return Built(base, Applied((), (), (), ()))
        with self._lock:
            known = self._built.get((base, wanted))
            if known is None:
                made = self._made(base, service, [patch for patch in patches if service in patch.services])
                if isinstance(made, NotApplied):
                    return made
                known = self._built[base, wanted] = made
        return known

    def _made(self, base: str, service: str, patches: Sequence[Patch]) -> Built | NotApplied:
        with self.open(base) as box:
            applied = self.install(box, service, patches)
            if isinstance(applied, NotApplied):
                return applied
            name = self.mark.name("image", f"image-{len(self._built)}").lower()
            return Built(box.commit(f"{name}:latest"), applied)


def held_by(service: str, patches: Sequence[Patch]) -> Wanted:
    return frozenset(
        (patch.kind, member.name, member.fixed) for patch in patches for member in patch.members if member.service == service
    )

"""Images with patches in them: each set is installed once for each image, and kept as long as its patch test lasts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from ...containers import Engine
from ...patching import Applied, Kind, NotApplied, Patch
from ..packages.box import Box
from .mark import Mark

NOTHING = Applied((), (), (), ())

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

    def of(self, bases: Mapping[str, str]) -> Images:
        """The same from other images."""
        return replace(self, bases=bases)

    def holding(self, service: str, patches: Sequence[Patch]) -> Built | NotApplied:
        """The service's image with the members of these patches that are its own."""
        base, wanted = self.bases[service], held_by(service, patches)
        if not wanted:
            return Built(base, NOTHING)
        with self._lock:
            known = self._built.get((base, wanted))
            if known is None:
                made = self._made(base, service, patches)
                if isinstance(made, NotApplied):
                    return made
                known = self._built[base, wanted] = made
        return known

    def _made(self, base: str, service: str, patches: Sequence[Patch]) -> Built | NotApplied:
        """On top of the image that holds most of them already: packages are slow to install."""
        start, there = self._nearest(base, held_by(service, patches))
        missing = [patch for patch in patches if not held_by(service, [patch]) <= there]
        with self.open(start.image) as box:
            applied = self.install(box, service, missing)
            if isinstance(applied, NotApplied):
                return applied
            name = self.mark.name("image", f"image-{len(self._built)}")
            return Built(box.commit(f"{name}:latest"), together([start.applied, applied]))

    def _nearest(self, base: str, wanted: Wanted) -> tuple[Built, Wanted]:
        known = [(built, held) for (of, held), built in self._built.items() if of == base and held <= wanted]
        return max(known, key=lambda pair: len(pair[1]), default=(Built(base, NOTHING), frozenset()))


def together(parts: Sequence[Applied]) -> Applied:
    """What all of them did."""
    return Applied(
        tuple(dict.fromkeys(line for part in parts for line in part.changed)),
        tuple(dict.fromkeys(pair for part in parts for pair in part.sha256)),
        tuple(dict.fromkeys(line for part in parts for line in part.restarts)),
        tuple(dict.fromkeys(line for part in parts for line in part.reboot)),
    )


def held_by(service: str, patches: Sequence[Patch]) -> Wanted:
    return frozenset(
        (patch.kind, member.name, member.fixed) for patch in patches for member in patch.members if member.service == service
    )

"""Installs patches of every kind in a box made from one service's image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...containers import Engine
from ...patching import Applied, Kind, NotApplied, Patch
from ..packages.box import Box
from ..packages.manager import Installed
from ..packages.planning import install_os
from ..packages.python import Within, install_python, inventory, wheelhouse
from ..packages.restarts import needs_restart
from ..programs import Programs
from .images import NOTHING, together

PROC = Path("/proc")


@dataclass(frozen=True)
class Installer:
    """`interpreters`: service to the interpreter whose distributions are patched. `pids`: the source's, by service."""

    engine: Engine
    folder: Path
    programs: Programs
    interpreters: Mapping[str, str]
    pids: Mapping[str, tuple[int, ...]]

    def __call__(self, box: Box, service: str, patches: Sequence[Patch]) -> Applied | NotApplied:
        """OS packages first: an interpreter may be one of them."""
        done: list[Applied] = []
        for kind in (Kind.DEB, Kind.APK, Kind.RPM, Kind.PYTHON):
            chosen = [patch for patch in patches if patch.kind is kind]
            said = self._installed(kind, box, service, chosen) if chosen else NOTHING
            if isinstance(said, NotApplied):
                return said
            done.append(said)
        return together(done)

    def _installed(self, kind: Kind, box: Box, service: str, patches: Sequence[Patch]) -> Applied | NotApplied:
        if kind is Kind.PYTHON:
            return self._python(box, service, patches)
        said = install_os(box, service, patches, self.folder)
        if isinstance(said, NotApplied):
            return said
        return Applied(said.changed, said.sha256, self._restarts(service, said), said.reboot)

    def _python(self, box: Box, service: str, patches: Sequence[Patch]) -> Applied | NotApplied:
        python, place = self.interpreters[service], Within(self.engine, box.id, "0")
        wheels = wheelhouse(self.folder, inventory(place, python), self.programs)
        return install_python(place, python, patches, wheels, self.programs)

    def _restarts(self, service: str, done: Installed) -> tuple[str, ...]:
        return tuple(f"{service}: {one}" for one in needs_restart(done.files, self.pids.get(service, ()), PROC))

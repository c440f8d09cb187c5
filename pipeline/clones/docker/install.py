"""Installs patches of every kind in a box made from one service's image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...containers import Engine
from ...patching import Applied, Kind, NotApplied, Patch
from ..packages.box import Box
from ..packages.manager import Installed
from ..packages.managers import MANAGERS
from ..packages.python import Within, install_python, inventory, wheelhouse
from ..packages.restarts import needs_restart
from ..programs import Programs


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
            said = self._installed(kind, box, service, chosen) if chosen else Applied((), (), (), ())
            if isinstance(said, NotApplied):
                return said
            done.append(said)
        return together(done)

    def _installed(self, kind: Kind, box: Box, service: str, patches: Sequence[Patch]) -> Applied | NotApplied:
        if kind is Kind.PYTHON:
            return self._python(box, service, patches)
        members = tuple(member for patch in patches for member in patch.members if member.service == service)
        digests = tuple(dict.fromkeys(digest for patch in patches for digest in patch.sha256))
        said = MANAGERS[kind].install(box, members, digests, self.folder)
        if isinstance(said, NotApplied):
            return NotApplied(said.reason, _patches_of(said.blocked, patches), said.blocked_by)
        return Applied(said.changed, said.sha256, self._restarts(service, said), said.reboot)

    def _python(self, box: Box, service: str, patches: Sequence[Patch]) -> Applied | NotApplied:
        python, place = self.interpreters[service], Within(self.engine, box.id, "0")
        wheels = wheelhouse(self.folder, inventory(place, python), self.programs)
        return install_python(place, python, patches, wheels, self.programs)

    def _restarts(self, service: str, done: Installed) -> tuple[str, ...]:
        return tuple(f"{service}: {one}" for one in needs_restart(done.files, self.pids.get(service, ())))


def together(parts: Sequence[Applied]) -> Applied:
    """What all of them did."""
    return Applied(
        tuple(dict.fromkeys(line for part in parts for line in part.changed)),
        tuple(dict.fromkeys(pair for part in parts for pair in part.sha256)),
        tuple(dict.fromkeys(line for part in parts for line in part.restarts)),
        tuple(dict.fromkeys(line for part in parts for line in part.reboot)),
    )


def _patches_of(packages: Sequence[str], patches: Sequence[Patch]) -> tuple[str, ...]:
    """The names of the patches that a package manager blames; it names packages."""
    plain = {name.partition(":")[0] for name in packages}
    return tuple(
        patch.name for patch in patches if any(member.name.partition(":")[0] in plain for member in patch.members)
    )

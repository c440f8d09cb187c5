"""The clone driver `docker`: running containers, cloned once under a pause and forked for every trial."""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from secure_release.checks import Advisories

from ...containers import SOURCE, Container, Engine, EngineError
from ...holding import Guard
from ...patch_config import PatchSection
from ...patching import Carrier, Cloned, Consistency, Environment, NotApplied, Patch, Plan
from ...release import Journal, ReleaseError, Source
from ..marks import Clones
from ..packages.box import box
from ..plan import set_digest
from ..programs import Programs
from .carriers import command, image_name
from .clean import Marks, sweep
from .clone import Base, DockerClone
from .failing import in_a_sentence
from .images import Images
from .install import Installer
from .mark import CLONE, EXPIRES, RUN
from .pause import Still
from .pending import pending
from .preparing import prepared
from .snapshot import slug, take
from .source import Project, read_project
from .unstarted import unstarted

STAGE = "patch-test"
SAFE_SET = "secure-release.safe-set"
NOT_A_CLONE = {CLONE: "", RUN: "", EXPIRES: ""}  # an image has the labels of the box that it is made of: these end with it


@dataclass
class DockerPatcher:
    """`Patcher` for the containers that `patch_test.docker` names. `folder` is the run's own, `scratch` goes with the process."""

    project: Path
    source: Source
    folder: Path
    run: str  # its name, wherever its folder lies
    scratch: Path
    config: PatchSection
    open_engine: Callable[[], Engine]
    programs: Programs
    guard: Guard
    advisories: Advisories
    journal: Journal
    now: Callable[[], datetime]
    progress: Callable[[str], None]
    _engine: Engine | None = None
    _project: Project | None = None
    _base: Base | None = None
    _left_out: tuple[str, ...] = ()
    _swallowed: tuple[str, ...] = ()
    _made: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def environment(self) -> Environment:
        self._project = found = read_project(self.engine, self.config.docker)
        names = ", ".join(service.name for service in found.services)
        return Environment(f"containers of {found.name}: {names}", "", (), "containers", "isolated network", found.digest)

    def plan(self) -> Plan:
        with in_a_sentence("The pending patches can't be told"), self.marks.new("plan") as mark:
            return pending(
                self.engine, mark, self._known, self.config, self.folder, self.advisories, self.now(), self.progress
            )

    @contextlib.contextmanager
    def clone(self, label: str) -> Iterator[DockerClone]:
        base = self._based()
        with self.marks.new(label) as mark, contextlib.ExitStack() as stack:
            scratch = self.scratch / f"clone-{mark.clone}"
            scratch.mkdir(mode=0o700, parents=True)
            stack.callback(shutil.rmtree, scratch, ignore_errors=True)
            clone = DockerClone(base, mark, scratch, stack)
            yield clone
            self._swallowed = (*self._swallowed, *clone.swallowed())

    def cloned(self) -> Cloned:
        if self._base is None:
            return Cloned(Consistency.NO_DATA, 0.0, ())
        frozen = self._base.frozen
        return Cloned(frozen.consistency, frozen.paused, (*frozen.left_out, *self._left_out, *dict.fromkeys(self._swallowed)))

    def carriers(self, safe: Sequence[Patch]) -> tuple[Carrier, ...]:
        """Images of the source's own images with the tested artifacts in them, under names of ours; and the commands."""
        base = self._based()
        touched = [service.name for service in base.project.services if any(service.name in patch.services for patch in safe)]
        with in_a_sentence("The images that carry the safe set can't be made"):
            images = [self._image(base, name, safe) for name in touched]
        return (*images, *(command(name, [patch for patch in safe if name in patch.services]) for name in touched))

    def intact(self) -> tuple[str, ...]:
        """The containers that are not what was cloned any more."""
        changed = []
        for service in self._known.services:
            try:
                now = self.engine.container(service.container.id)
            except EngineError as problem:
                changed.append(f"{service.name} ({problem})")
                continue
            if (now.image, _started(now, self.config)) != (service.container.image, _started(service.container, self.config)):
                changed.append(f"{service.name} (was started anew)")
        return tuple(changed)

    def close(self) -> None:
        self._base = None
        self._made.close()

    def sweep(self) -> tuple[str, ...]:
        with in_a_sentence("What a killed run left can't be removed"):
            swept = sweep(self.engine, self.project / ".secure-release", self._record)
        if swept.left:
            raise ReleaseError(f"What a killed run left can't be removed: {'; '.join(swept.left)}", "Remove it by hand.")
        return (*swept.removed, *(f"{name} was still held, and goes on" for name in swept.released))

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            with in_a_sentence("There is no Docker Engine"):
                self._engine = self.open_engine()
        return self._engine

    @property
    def marks(self) -> Marks:
        clones = Clones(self.project / ".secure-release" / "clones")
        return Marks(self.engine, clones, self.run, self.config.docker.expires, self._record)

    @property
    def _known(self) -> Project:
        if self._project is None:
            self.environment()
        if self._project is None:
            raise ReleaseError("The source was not looked at.", "This is our fault: report it.")
        return self._project

    def _based(self) -> Base:
        """The frozen base, taken when the first clone is asked for."""
        with self._lock:
            if self._base is None:
                try:
                    self._base = self._frozen()
                except BaseException:
                    self._made.close()
                    raise
            return self._base

    def _frozen(self) -> Base:
        engine, docker = self.engine, self.config.docker
        mark = self._made.enter_context(self.marks.new("base"))
        still = Still(engine, docker, self.guard, self._record, mark.clone, self.marks.note(mark))
        frozen = take(self._known, still, mark, self.programs)
        with in_a_sentence("The clone's base can't be made"):
            images, settings, self._left_out = prepared(engine, mark, self._known, frozen, docker)
            pids = {service.name: engine.processes(service.container.id) for service in self._known.services}
        installer = Installer(engine, self.folder, self.programs, docker.python, pids)
        kept = Images(engine, mark, images, installer, lambda image: box(engine, image, mark, network="none"))
        return Base(engine, self.programs, self.config, self._known, frozen, kept, settings, self.source.whole())

    def _image(self, base: Base, service: str, safe: Sequence[Patch]) -> Carrier:
        """The tested layers where the clone's image is the source's own; else made anew from that, with the same artifacts."""
        container = base.project.service(service).container
        name = image_name(base.project.name, service, set_digest(safe))
        self._record("carrier", {"kind": "image", "name": name})
        labels = {**NOT_A_CLONE, SAFE_SET: set_digest(safe), SOURCE: container.image}
        images = base.images if base.images.bases[service] == container.image else base.images.of({service: container.image})
        built = images.holding(service, safe)
        if isinstance(built, NotApplied):
            raise ReleaseError(f"{service}: the safe set can't be installed in the source's own image: {built.reason}", "Run again.")
        with unstarted(self.engine, base.images.mark, built.image, f"carrier-{slug(service)}") as one:
            return Carrier("image", service, name, self.engine.commit(one.id, name, labels, ()))

    def _record(self, kind: str, data: Mapping[str, object]) -> object:
        return self.journal.append(kind, STAGE, data)


def _started(container: Container, config: PatchSection) -> str:
    """When it was started; where we stop and start it ourselves, that says nothing."""
    return "" if config.docker.consistency == "stopped" else container.started

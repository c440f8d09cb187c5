"""One fork of the frozen base with patches in its images: started, kept apart, and asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from ...containers import Engine
from ...patch_config import CheckSection, PatchSection
from ...patching import Applied, NotApplied, Patch, TestRun
from ...release import ReleaseError
from ..packages.restarts import stale
from ..programs import Programs
from .asking import Asked, Inside, ask
from .failing import in_a_sentence
from .fork import Fork, NotStarted, Settings, fork
from .images import Images, together
from .install import PROC
from .mark import Mark
from .mask import mask
from .network import isolated_network
from .reach import prove_isolated
from .sinks import Sinks, sinks
from .snapshot import Frozen
from .source import Project
from .suite import put_source, run_tests

STARTS = "starts"
CHECK = "check"
STALE = "runs-new-code"


@dataclass(frozen=True)
class Base:
    """What all forks of one patch test have in common."""

    engine: Engine
    programs: Programs
    config: PatchSection
    project: Project
    frozen: Frozen
    images: Images
    settings: Mapping[str, Settings]
    tree: Path  # the files of the release

    @property
    def tests_in(self) -> str:
        return self.config.docker.tests_in or self.project.services[0].name


@dataclass
class DockerClone:
    """`Clone`. Nothing runs until it is tested; then everything starts from the images that were applied, and never before."""

    base: Base
    mark: Mark
    scratch: Path
    stack: ExitStack  # closed when the clone goes
    _images: dict[str, str] = field(default_factory=dict)
    _sinks: Sinks = field(default_factory=lambda: Sinks((), ()))
    _fork: Fork | None = None
    _ready: set[str] = field(default_factory=set)  # services that started well, were proven apart and masked
    _down: TestRun | None = None  # why it does not run, once that is known

    def apply(self, patches: Sequence[Patch]) -> Applied | NotApplied:
        if not patches:
            return NotApplied("an empty set of patches was to be installed", (), ())
        if self._fork is not None:
            return NotApplied("patches can't be installed in a clone that runs already", (), ())
        done = []
        for service in self.base.project.services:
            built = self.base.images.holding(service.name, patches)
            if isinstance(built, NotApplied):
                return built
            self._images[service.name] = built.image
            done.append(built.applied)
        return together(done)

    def test(self, only: Sequence[str] = ()) -> TestRun:
        with in_a_sentence("The clone could not be asked"):
            started, down = self._started()
            if down is not None:
                return down
            checked = self._checked(only)
            asked_for = [test for test in only if not test.startswith((f"{STARTS}::", f"{CHECK}::", f"{STALE}::"))]
            ran = self._suite(asked_for) if asked_for or not only else None
        return _together(started, checked, ran)

    def swallowed(self) -> tuple[str, ...]:
        """What the stand-ins for the outside were sent, a sentence each."""
        return self._sinks.sentences()

    def _started(self) -> tuple[frozenset[str], TestRun | None]:
        """The ids of what started; or the run that says what did not. What did not start is tried again."""
        names = [service.name for service in self.base.project.services]
        try:
            if self._fork is None or self._down is not None:
                self._up()
                self._down = None
        except NotStarted as problem:
            well = frozenset(f"{STARTS}::{name}" for name in names[: names.index(problem.service)])
            failed = frozenset({f"{STARTS}::{problem.service}"})
            self._down = TestRun(well, failed, frozenset(), f"{problem}\n{problem.logs}", 0.0, f"{problem} in the clone")
            return well, self._down
        return frozenset(f"{STARTS}::{name}" for name in names), None

    def _up(self) -> None:
        base, docker = self.base, self.base.config.docker
        if self._fork is None:
            network = isolated_network(base.engine, self.mark)
            image = base.frozen.images[base.tests_in]
            self._sinks = self.stack.enter_context(
                sinks(base.engine, base.programs, docker.sinks, network, image, self.mark, self.scratch)
            )
            self._fork = fork(
                base.engine, base.project, base.frozen, self.mark, network,
                {**base.images.bases, **self._images}, base.settings, base.programs,
            )  # fmt: skip
        for number, service in enumerate(base.project.services):
            container = self._fork.containers[service.name]
            if service.name in self._ready and base.engine.container(container).state == "running":
                continue
            self._fork.start(service.name, docker.start)
            if number == 0:
                self._prove([container])  # before anything else of it runs
            for section in docker.mask:
                if section.service == service.name:
                    mask(base.engine, container, section, base.tree)
            self._ready.add(service.name)
        self._prove(list(self._fork.containers.values()))
        if any("{source}" in word for word in base.config.tests):
            put_source(base.engine, self._fork.containers[base.tests_in], base.tree)

    def _prove(self, containers: Sequence[str]) -> None:
        base = self.base
        source = [service.container for service in base.project.services]
        fresh = [base.engine.container(one) for one in (*containers, *self._sinks.containers)]
        prove_isolated(base.engine, base.programs, fresh, source, self.scratch)

    def _suite(self, only: Sequence[str]) -> TestRun:
        base = self.base
        container = base.engine.container(self._running.containers[base.tests_in])
        python = base.config.docker.python.get(base.tests_in, "")
        return run_tests(base.engine, container, base.config, python, only, self.scratch)

    def _checked(self, only: Sequence[str]) -> tuple[Asked, ...]:
        wanted = [check for check in self.base.config.docker.checks if not only or f"{CHECK}::{check.name}" in only]
        inside = self._inside()
        return (*(self._asked(check, inside) for check in wanted), *(() if only else self._old_code()))

    def _asked(self, check: CheckSection, inside: Inside) -> Asked:
        said = ask(check, inside, self.base.engine, self.base.programs, self.scratch)
        return Asked(f"{CHECK}::{said.name}", said.well, said.said)

    def _old_code(self) -> Iterator[Asked]:
        """A process that maps files which are gone runs what was patched away: nothing was tested."""
        for service, container in self._running.containers.items():
            found = stale(self.base.engine.processes(container), PROC)
            yield Asked(f"{STALE}::{service}", not found, "; ".join(map(str, found)))

    def _inside(self) -> Inside:
        seen = {service: self.base.engine.container(id_) for service, id_ in self._running.containers.items()}
        addresses = {
            alias: attached.address
            for service, container in seen.items()
            for attached in container.networks
            for alias in (service, *attached.aliases)
        }
        return Inside(self._running.containers, {name: one.pid for name, one in seen.items()}, addresses)

    @property
    def _running(self) -> Fork:
        if self._fork is None:
            raise ReleaseError("The clone was not started.", "This is our fault: report it.")
        return self._fork


def _together(started: frozenset[str], checked: Sequence[Asked], ran: TestRun | None) -> TestRun:
    """One run of all that was asked."""
    suite = ran or TestRun(frozenset(), frozenset(), frozenset(), "", 0.0, "")
    well = frozenset(one.name for one in checked if one.well)
    ill = frozenset(one.name for one in checked if not one.well)
    said = "\n".join([suite.output, *(f"{one.name}: {one.said}" for one in checked if not one.well)]).strip()
    return TestRun(suite.passed | well | started, suite.failed | ill, suite.skipped, said, suite.seconds, suite.why_none)

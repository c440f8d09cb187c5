"""The embedded clone driver: hard-link clones of a virtual environment, each with its own copy of the project."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from secure_release.checks import Advisories, AdvisoryError

from ..patch_config import PatchSection
from ..patching import Carrier, Cloned, Consistency, Environment, Patch, Plan
from ..release import Journal, ReleaseError, Source
from .hardlink import Seen, differences, link_tree, look
from .isolation import Isolation, isolation
from .locked import build
from .marks import Clones
from .plan import plan, told
from .pristine import copy_release
from .probe import Interpreter, Silent, ask
from .programs import Programs
from .proof import prove
from .relocate import Move, relocate
from .venvclone import VenvClone
from .wheelhouse import Wheelhouse

STAGE = "patch-test"
MEND = "Repair the environment, name another one in `patch_test.environment`, or a lock in `patch_test.requirements`."


@dataclass(frozen=True)
class Base:
    """What every clone is made from: the environment as it was when it was first looked at."""

    folder: Path
    known: Interpreter
    seen: Mapping[str, Seen]
    environment: Environment
    isolated: Isolation
    wheels: Wheelhouse


@dataclass
class VenvPatcher:
    """`Patcher` for a virtual environment of `project`. `folder` is the run's own, `scratch` goes with the process."""

    project: Path
    source: Source
    folder: Path
    scratch: Path
    config: PatchSection
    programs: Programs
    advisories: Advisories
    journal: Journal
    now: Callable[[], datetime]
    _base: Base | None = None

    @property
    def clones(self) -> Clones:
        """Beside the runs, so that clones are on the environment's own file system and outlive no sweep."""
        return Clones(self.project / ".secure-release" / "clones")

    def environment(self) -> Environment:
        self._base = self._looked()
        return self._base.environment

    def plan(self) -> Plan:
        try:
            facts = self.advisories.facts()
            matches = self.advisories.lookup(self._based().environment.pins)
        except AdvisoryError as problem:
            raise ReleaseError(f"There is no advisory data: {problem}", problem.hint) from problem
        return plan(matches, (told(facts, self.now()),))

    def cloned(self) -> Cloned:
        """A virtual environment is files that nobody writes to: nothing is paused, and there is no data."""
        return Cloned(Consistency.NO_DATA, 0.0, ())

    def carriers(self, safe: Sequence[Patch]) -> tuple[Carrier, ...]:
        """The change to the lock carries it."""
        return ()

    def close(self) -> None:
        """Clones are made from the environment itself, and gone by now."""

    def sweep(self) -> tuple[str, ...]:
        with _as_release_error("A clone that a killed run left"):
            return self.clones.sweep()

    def intact(self) -> tuple[str, ...]:
        base = self._based()
        return differences(base.seen, look(base.folder))

    @contextlib.contextmanager
    def clone(self, label: str) -> Iterator[VenvClone]:
        """Also raises `ReleaseError` when the clone can't be made, or can't be proven to be one."""
        base = self._based()
        made: list[Path] = []
        try:
            with _as_release_error("The clone"), self.clones.new(label, self._announced(label)) as place:
                made.append(place)
                yield self._made(place, base)
        finally:
            for place in made:
                if not place.exists():
                    self._append("clone-destroyed", {"path": str(place), "label": label})

    def _made(self, place: Path, base: Base) -> VenvClone:
        venv, project, scratch = place / "venv", place / "project", place / "scratch"
        link_tree(base.folder, venv)
        shutil.copytree(self.work / "project", project, symlinks=True)
        scratch.mkdir(mode=0o700)
        # pytest looks for its settings in every parent folder: this one ends the search before the user's own tree.
        (place / "pytest.ini").touch()
        environments = {base.folder, Path(base.known.prefix), self.project / (self.config.environment or "")}
        projects = {self.project, self.project.resolve()}
        olds = {**dict.fromkeys(projects, project), **dict.fromkeys(environments - projects, venv)}
        relocate(venv, Move(tuple(olds.items())))
        prove(venv, tuple(olds), place, self.programs)
        runs = (f"every process that runs from {base.folder}",) if base.environment.cloned_from == "installed" else ()
        return VenvClone(venv, project, scratch, self.config, self.programs, base.isolated, base.wheels, base.known, runs)

    def _looked(self) -> Base:
        work = self.work
        with _as_release_error("The environment"):
            if not (work / "project").exists():
                copy_release(self.source, work / "project")
            folder, cloned_from = self._found(work)
            try:
                known = ask(folder / "bin/python", self.programs, work)
            except Silent as problem:
                raise ReleaseError(f"The environment can't be read: {problem}.", MEND) from problem
            if Path(known.prefix).resolve() != folder.resolve():
                raise ReleaseError(f"{folder}/bin/python runs {known.prefix}, not this environment.", MEND)
            jail = isolation(self.programs, work)
            wheels = Wheelhouse(self.folder / "wheels", folder / "bin/python", self.programs)
            wheels.folder.mkdir(exist_ok=True)
            return Base(folder, known, look(folder), self._described(folder, known, cloned_from, jail), jail, wheels)

    def _found(self, work: Path) -> tuple[Path, str]:
        """The environment that is there, else one built from the lock."""
        named = self.project / self.config.environment if self.config.environment else None
        if named is not None and (named / "pyvenv.cfg").is_file():
            return named.resolve(), "installed"
        locks = [work / "project" / name for name in self.config.requirements if (work / "project" / name).is_file()]
        if not locks:
            missing = f"There is no virtual environment at {self.config.environment}" if named else "No environment is named"
            raise ReleaseError(f"{missing}, and no lock to build one from ({', '.join(self.config.requirements)}).", MEND)
        built = work / "locked"
        if not built.exists():
            build(built, locks, self.programs, work)
        return built.resolve(), "lock"

    def _described(self, folder: Path, known: Interpreter, cloned_from: str, jail: Isolation) -> Environment:
        pins = tuple(one.pin for one in known.found.values() if not self._own(one.url))
        pins = tuple(sorted(pins, key=lambda pin: pin.name))
        digest = hashlib.sha256("\n".join([known.version, *map(str, pins)]).encode()).hexdigest()
        return Environment(f"venv {folder}", known.version, pins, cloned_from, jail.said, digest)

    def _own(self, url: str) -> bool:
        """Whether a direct_url.json leads into the project: then it is what is released, not what it depends on."""
        return Move(((self.project, Path("/")),)).text(url.encode()) != url.encode()

    @property
    def work(self) -> Path:
        return self.scratch / "patch-test"

    def _based(self) -> Base:
        if self._base is None:
            self._base = self._looked()
        return self._base

    def _announced(self, label: str) -> Callable[[Path], None]:
        return lambda place: self._append("clone-created", {"path": str(place), "label": label})

    def _append(self, kind: str, data: Mapping[str, object]) -> None:
        self.journal.append(kind, STAGE, data)


@contextlib.contextmanager
def _as_release_error(what: str) -> Iterator[None]:
    try:
        yield
    except (OSError, shutil.Error) as problem:
        raise ReleaseError(
            f"{what} could not be made or removed: {problem}.", "Look at free space and permissions below .secure-release/."
        ) from problem

"""One clone of a virtual environment: takes upgrades from the wheelhouse, runs the project's tests."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from secure_release.checks import Exit, Pin

from ..patch_config import PatchSection
from ..patching import RUNNER, Applied, NotApplied, Patch, TestRun
from .isolation import Isolation
from .locked import uv_program, uv_run
from .probe import Interpreter, Silent, ask
from .programs import Programs
from .results import judged, no_result, tail
from .selection import selected
from .wheelhouse import Artifact, Unfetched, Wheelhouse, blocking

KEPT = ("LANG", "LC_ALL", "LC_CTYPE", "TERM", "TMPDIR", "TZ", "USER", "LOGNAME")
WHICH = "import sys; print(sys.prefix)"
WHICH_SECONDS = 60.0


@dataclass(frozen=True)
class VenvClone:
    """`Clone`. Everything it writes lies beside its own files and goes with them."""

    venv: Path
    project: Path
    scratch: Path
    config: PatchSection
    programs: Programs
    isolated: Isolation
    wheels: Wheelhouse
    known: Interpreter
    restarts: tuple[str, ...]

    @property
    def python(self) -> Path:
        return self.venv / "bin/python"

    def apply(self, patches: Sequence[Patch]) -> Applied | NotApplied:
        chosen = self._chosen(patches)
        if isinstance(chosen, NotApplied):
            return chosen
        names = {patch.name for patch in patches}
        for against in blocking(self.known.found, chosen, self.known.markers):
            who, by = (against.who, against.target) if against.who in names else (against.target, against.who)
            return NotApplied(f"{against}", (who,), (by,))
        ended = self._installed(chosen)
        if ended.code != 0:
            return NotApplied(f"uv ended with exit {ended.code}: {tail(ended.stderr, 800)}", (), ())
        return self._proven(patches, chosen)

    def _chosen(self, patches: Sequence[Patch]) -> tuple[Artifact, ...] | NotApplied:
        """The artifacts of the patches and of the new dependencies that they need."""
        found: list[Artifact] = []
        for patch in patches:
            try:
                found.append(self.wheels.fetch(Pin(patch.name, patch.fixed)))
            except Unfetched as problem:
                return NotApplied(str(problem), (patch.name,), (f"python {self.known.version}",) if problem.wants_python else ())
        try:
            return self.wheels.complete(self.known.found, found, self.known.markers)
        except Unfetched as problem:
            return NotApplied(str(problem), (), ())

    def _installed(self, artifacts: Sequence[Artifact]) -> Exit:
        """Exactly these artifacts, by digest. Copied, not linked: clones share nothing that a test could write to."""
        wanted = self.scratch / "wanted.txt"
        wanted.write_text("".join(artifact.requirement for artifact in artifacts), encoding="utf-8")
        words = (uv_program(self.programs), "pip", "install", "--no-config", "--offline", "--no-index", "--no-deps")
        places = [word for artifact in artifacts for word in ("--find-links", str(artifact.path.parent))]
        how = ("--no-build", "--link-mode", "copy", "--cache-dir", str(self.scratch / "cache"), "--require-hashes")
        return uv_run(
            self.programs, self.scratch, (*words, *how, *places, "--python", str(self.python), "--requirement", str(wanted))
        )

    def _proven(self, patches: Sequence[Patch], artifacts: Sequence[Artifact]) -> Applied | NotApplied:
        """What the clone itself says is installed now; the installer's exit code proves nothing."""
        try:
            now = ask(self.python, self.programs, self.scratch)
        except Silent as problem:
            return NotApplied(f"after the upgrade {problem}", (), ())
        for patch in patches:
            version = now.found[patch.name].version if patch.name in now.found else "gone"
            if version != self.wheels.fetch(Pin(patch.name, patch.fixed)).installed.version:
                return NotApplied(f"the installer reported success and {patch.name} is {version}", (patch.name,), ())
        asked = {patch.name for patch in patches}
        files = tuple(file for artifact in artifacts for file in artifact.files)
        return Applied(_moved(self.known, now, asked), files, self.restarts, ())

    def test(self, only: Sequence[str] = ()) -> TestRun:
        report = self.scratch / "junit.xml"
        if wrong := self._another_python():
            return no_result(wrong, "", 0.0)
        chosen = selected(self.config.tests, only, self.project)
        run = self._tested(report, chosen)
        if chosen and run.why_none and RUNNER in run.failed:
            return self._tested(report, ())  # the runner does not know an id that it wrote itself: then all of them
        return run

    def _tested(self, report: Path, only: Sequence[str]) -> TestRun:
        report.unlink(missing_ok=True)
        command = (*self._command(report), *only)
        try:
            ended = self._run(command, self.config.timeout)
        except OSError as problem:
            return no_result(f"{command[0]} cannot be started: {problem.strerror}", "", 0.0)
        run = judged(ended, report, self.config.timeout)
        # A clone's own path says nothing to anybody, and may hold the name of a distribution.
        return replace(run, output=run.output.replace(str(self.venv.parent), "clone"))

    def _run(self, command: Sequence[str], timeout: float) -> Exit:
        return self.programs.run(
            self.isolated.wrap(command), cwd=self.project, timeout=timeout, env=self._environment(), bare=True
        )

    def _environment(self) -> dict[str, str]:
        """What tests may see: no credential, no index, nothing that points to another Python; a home of their own."""
        home = self.scratch / "home"
        home.mkdir(exist_ok=True)
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        path = os.pathsep.join([str(self.venv / "bin"), *self.programs.search_path()])
        ours = {"HOME": str(home), "PYTHONNOUSERSITE": "1", "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
        bounds = {"GIT_CEILING_DIRECTORIES": str(self.project.parent), "GIT_TERMINAL_PROMPT": "0"}
        return {**kept, **ours, **bounds, **self.config.env, "PATH": path}

    def _command(self, report: Path) -> tuple[str, ...]:
        python = f"python{'.'.join(self.known.version.split('.')[:2])}"
        names = {"python", "python3", python}
        words = (str(self.python) if word in names else word for word in self.config.tests)
        return tuple(word.replace("{junit}", str(report)) for word in words)

    def _another_python(self) -> str:
        """Why these tests would not test the clone, or ""."""
        program = self._command(Path("x"))[0]
        beside = [Path(folder, program) for folder in self._environment()["PATH"].split(os.pathsep)]
        found = program if os.sep in program else next((str(p) for p in beside if os.access(p, os.X_OK) and p.is_file()), "")
        if not found:
            return f"{program} is not installed in the environment"
        if not Path(found).is_relative_to(self.venv) and _starts_python(Path(self.project, found)):
            return f"{program} is not installed in the environment; {found} would run another Python"
        try:
            ended = self._run(("python", "-c", WHICH), WHICH_SECONDS)
        except OSError as problem:
            return f"the clone's python cannot be started: {problem.strerror}"
        said = ended.stdout.decode("utf-8", "replace").strip()
        return "" if said == str(self.venv) else f"`python` in the tests' environment is {said or 'silent'}, not the clone's"


def _moved(before: Interpreter, now: Interpreter, asked: set[str]) -> tuple[str, ...]:
    names = sorted((before.found.keys() | now.found.keys()) - asked)
    old = {name: before.found[name].version if name in before.found else "(new)" for name in names}
    new = {name: now.found[name].version if name in now.found else "(gone)" for name in names}
    return tuple(f"{name} {old[name]} -> {new[name]}" for name in names if old[name] != new[name])


def _starts_python(program: Path) -> bool:
    with program.open("rb") as file:
        return b"python" in file.readline(1000) and program.read_bytes()[:2] == b"#!"

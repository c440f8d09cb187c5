"""Real projects on real distributions from the package index, with real security upgrades pending: some break them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from secure_release.checks import Hole, Match, Pin, Severity
from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.clones.bisect import Breaks, Found, NoAnswer, Said, bisect
from secure_release.pipeline.clones.judge import Oracle, oracle
from secure_release.pipeline.clones.venv import VenvPatcher
from secure_release.pipeline.patch_config import PatchSection
from secure_release.pipeline.patching import Patch
from secure_release.pipeline.release import Release
from secure_release.pipeline.stages.trials import Trials
from tests.fakes_patch import NOW, FakePatcher, release
from tests.pipeline.small_venv import UV, Known, Small

TESTS = ("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml={junit}")


@dataclass(frozen=True)
class Upgrade:
    """One row of a table: a pin, the version that closes its holes, and their ids."""

    name: str
    installed: str
    fixed: str
    holes: tuple[str, ...]

    @property
    def match(self) -> Match:
        holes = tuple(Hole(id_, (id_,), "", Severity.UNKNOWN, (self.fixed,)) for id_ in self.holes)
        return Match(Pin(self.name, self.installed), holes, self.fixed, "")


def upgrade(name: str, installed: str, fixed: str, *holes: str) -> Upgrade:
    return Upgrade(name, installed, fixed, holes)


@dataclass(frozen=True)
class Project:
    """A project with its environment, and the patcher that clones it."""

    made: Small
    patcher: VenvPatcher
    folder: Path

    @property
    def trials(self) -> int:
        """How many patched clones there were: one for each run of the suite."""
        return sum(kind == "clone-created" and data["label"] == "trial" for kind, data in self.made.notes.written)

    def release(self) -> Release:
        return release(self.folder, cast(FakePatcher, self.patcher), self.made.notes, tests=list(TESTS))

    def search(self, patches: Sequence[Patch], hints: bool) -> Found:
        """As the stage does it, one clone at a time; without hints, what failing tests say is kept from it."""
        trials = Trials(self.release(), 1, len(patches))
        yardstick = oracle(trials.baseline(1), trials.again_untouched, 1)
        assert isinstance(yardstick, Oracle), yardstick
        return bisect(patches, lambda sets: [_heard(said, hints) for said in trials.attempt(sets, yardstick)], 40)


def _heard(said: Said, hints: bool) -> Said:
    match said:
        case Breaks(tests, _) if not hints:
            return Breaks(tests, "")
        case NoAnswer(why, _) if not hints:
            return NoAnswer(why, "")
        case _:
            return said


def project(folder: Path, pins: Sequence[str], files: Mapping[str, str], upgrades: Sequence[Upgrade]) -> Project:
    """Skips where there is no index, or fails if `SECURE_RELEASE_REQUIRE` names it."""
    made = Small(folder / "shop", folder / "none", folder / "run")
    made.root.mkdir()
    made.run.mkdir()
    for name, text in files.items():
        made.write(name, text)
    lock = made.write("requirements.txt", "".join(f"{pin}\n" for pin in pins))
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, str(made.venv)], check=True)
    words = [UV, "pip", "install", "--quiet", "--only-binary", ":all:", "--python", str(made.venv / "bin/python"), "-r", str(lock)]
    ended = subprocess.run(words, capture_output=True, text=True)
    required = "index" in os.environ.get("SECURE_RELEASE_REQUIRE", "").replace(",", " ").split()
    if "Failed to fetch" in ended.stderr and not required:
        pytest.skip(f"no package index answers: {ended.stderr[-300:]}")
    assert ended.returncode == 0, ended.stderr
    config = PatchSection.model_validate({"tests": TESTS, "timeout": "120s"})
    patcher = VenvPatcher(
        project=made.root,
        source=made.source(),
        folder=made.run,
        scratch=made.run / "scratch",
        config=config,
        programs=Processes(made.root, halt=made.halt),
        advisories=Known([row.match for row in upgrades]),
        journal=made.notes,
        now=lambda: NOW,
    )
    return Project(made, patcher, folder)

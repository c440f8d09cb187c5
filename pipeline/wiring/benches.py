"""A project before a run is opened: where it is, its law, its tools."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from secure_release.checks import Check, Memory
from secure_release.checks.memory import Forgetful

from .. import runs
from ..adapters.git import Git
from ..adapters.memory import MemoryFile, own_key
from ..adapters.process import Processes
from ..config import Config
from ..project import Settled, settle
from ..release import EXIT_CONFIG, ReleaseError, Trusted
from .choosing import checks_of
from .trusted import trusted_ref

CACHE, CACHE_KEY = "cache.sqlite", "SECURE_RELEASE_CACHE_KEY"


@dataclass(frozen=True)
class Bench:
    """Everything about a project before a run is opened: where it is, its law, its tools."""

    project: Path
    file: str
    processes: Processes
    git: Git
    trusted: Trusted
    settled: Settled
    checks: tuple[Check, ...]
    memory: Memory

    @property
    def config(self) -> Config:
        return self.settled.config


def now() -> datetime:
    return datetime.now(UTC)


def bench(project: Path, file: str, trust: str) -> Bench:
    """Read the law and find the tools. Raises `ReleaseError` for what the user must mend."""
    processes = Processes(project)
    git = Git(processes, project)
    git.commit()
    if git.tracks(runs.STATE):
        raise ReleaseError(
            f"{runs.STATE} is committed: a commit could bring a run of its own making.",
            f"git rm -r --cached {runs.STATE}, commit, and run again.",
            EXIT_CONFIG,
        )
    trusted = trusted_ref(git, project, file, trust)
    settled = settle(project, file, trusted)
    processes = replace(processes, pinned=settled.config.tools)
    checks = checks_of(settled.config, project, trusted)
    return Bench(project, file, processes, Git(processes, project), trusted, settled, checks, _memory(project))


def _memory(project: Path) -> Memory:
    """What earlier scans said. In CI only with a key that CI gives: on a machine that runs other people's changes, a key that
    lies there is theirs, too."""
    given = os.environ.get(CACHE_KEY, "")
    if os.environ.get("CI") and not given:
        return Forgetful()
    home = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    try:
        key = hashlib.sha256(given.encode()).digest() if given else own_key(home)
    except (OSError, RuntimeError):  # no home
        return Forgetful()
    return MemoryFile(project / runs.STATE / CACHE, key, now().date())

"""What patches, backs up, deploys and asks: the drivers that the configuration names, imported when they are needed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from secure_release.checks import Advisories

from ..adapters.process import Processes
from ..deploys import DRIVERS
from ..deploys.means import Means
from ..keeping import Vault
from ..patch_config import PatchSection
from ..patching import Patcher
from ..release import Journal, Progress, Source
from ..shipping import Deployer, Prober
from .benches import Bench, now
from .later import later

if TYPE_CHECKING:
    from ..adapters.docker import Docker
    from ..backups.vault import Means as BackupMeans


@dataclass(frozen=True)
class Given:
    """What a clone driver is made from."""

    project: Path
    config: PatchSection
    source: Source
    processes: Processes
    advisories: Advisories
    journal: Journal
    folder: Path  # the run's
    run: str
    scratch: Path  # goes with the process
    progress: Progress


def _venv(given: Given) -> Patcher:
    from ..clones.venv import VenvPatcher

    return VenvPatcher(
        project=given.project,
        source=given.source,
        folder=given.folder,
        scratch=given.scratch,
        config=given.config,
        programs=given.processes,
        advisories=given.advisories,
        journal=given.journal,
        now=now,
    )


def _docker(given: Given) -> Patcher:
    from ..adapters.unpause import guard
    from ..clones.docker.driver import DockerPatcher

    return DockerPatcher(
        project=given.project,
        source=given.source,
        folder=given.folder,
        run=given.run,
        scratch=given.scratch,
        config=given.config,
        open_engine=lambda: _engine(given.processes),
        programs=given.processes,
        guard=guard,
        advisories=given.advisories,
        journal=given.journal,
        now=now,
        progress=given.progress.doing,
    )


def _engine(processes: Processes) -> Docker:
    from ..adapters.docker import engine

    return engine(processes.halt)


def _means(processes: Processes, progress: Progress) -> Means:
    return Means(processes.for_the_user(), lambda: _engine(processes), progress, time.monotonic, time.sleep)


PATCHERS: Mapping[str, Callable[[Given], Patcher]] = {"venv": _venv, "docker": _docker}
"""`patch_test.driver` to what makes it."""


def patcher(given: Given) -> Patcher:
    """Made when the patch test begins."""
    return later(lambda: PATCHERS[given.config.driver](given))


def deployer(bench: Bench, progress: Progress) -> Deployer:
    """Made at once: it says what is missing in `deploy`."""
    return DRIVERS[bench.config.deploy.driver](bench.project, bench.config.deploy, _means(bench.processes, progress))


def prober(bench: Bench) -> Prober:
    def made() -> Prober:
        from ..adapters.probe import Asker

        return Asker(bench.processes.for_the_user(), bench.project, now)

    return later(made)


def vault(bench: Bench) -> Vault:
    """The configured sources, engine and repository, with the owner's key where this machine has one."""
    from ..backups.vault import vault as vault_of

    identity = os.environ.get("SECURE_RELEASE_IDENTITY")
    return vault_of(bench.project, bench.config.backup, backup_means(bench.processes), now, Path(identity) if identity else None)


def backup_means(processes: Processes) -> BackupMeans:
    from ..adapters.unpause import guard
    from ..backups.vault import Means as BackupMeans
    from ..backups.volume import Docker

    passfile = os.environ.get("PGPASSFILE")
    docker = Docker(lambda: _engine(processes), guard)
    return BackupMeans(processes, processes.for_the_user(), docker, Path(passfile) if passfile else None, os.environ)


def at_hand() -> None:
    """Load what a release that changes something may need to its end: a deploy may replace what we run from."""
    from ..adapters import docker, probe, unpause  # noqa: F401
    from ..backups import vault  # noqa: F401
    from ..clones import venv  # noqa: F401
    from ..clones.docker import driver  # noqa: F401
    from ..stages import backup, deploy, gate, patch_test, report, rollback, scan, verify  # noqa: F401

"""Makes the vault that the configuration names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import assert_never

from ..config import REMOTE_REPOSITORIES, BackupSection
from ..keeping import Programs
from ..source_config import AnySource, CommandSection, MysqlSection, PostgresSection, SourceSection, VolumeSection
from .archive import ArchiveEngine
from .command import command_source
from .engine import Engine
from .engine_vault import EngineVault
from .keys import Owner
from .mysql import mysql_source
from .path import PathSource
from .postgres import postgres_source
from .repository import Repository
from .restic import ResticEngine
from .restic_depot import Restic
from .restic_password import VARIABLE, Password
from .source import Source
from .sqlite import SqliteSource
from .taking import Settings
from .volume import Docker, volume_source
from .web_roots import CONFIGURATIONS, served


@dataclass(frozen=True)
class Means:
    """What sources and engines may use."""

    programs: Programs
    commands: Programs  # the same, for the project's own commands
    docker: Docker
    passfile: Path | None  # libpq's (`PGPASSFILE`), for sources that name none
    environment: Mapping[str, str]  # only the password and the credentials of a repository are taken from it


# What restic reads to get at a remote repository. The repository's own password is `VARIABLE`.
CREDENTIALS = (
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION"),
    *("AWS_PROFILE", "AWS_SHARED_CREDENTIALS_FILE", "SSH_AUTH_SOCK"),
)


def vault(
    project: Path,
    section: BackupSection,
    means: Means,
    now: Callable[[], datetime],
    identity: Path | None = None,
) -> EngineVault:
    """`identity` is the owner's key file (`SECURE_RELEASE_IDENTITY`), when this machine has one. Touches nothing."""
    remote = section.repository.startswith(REMOTE_REPOSITORIES)
    folder = project / (section.ledger if remote else section.repository)
    return EngineVault(
        sources=tuple(_source(source, project, folder, means) for source in section.sources),
        engine=_engine(project, section, folder, means.programs, means.environment),
        repository=_repository(folder, section, project, now),
        settings=Settings(
            owner=_owner(project, section, identity),
            last=section.keep.last,
            ages=section.keep.ages,
            prunes=section.keep.prune,
            drill_every=section.drill.every or 0.0,
            for_rollback=frozenset(source.name for source in section.sources if source.on_rollback != "never"),
        ),
        programs=means.programs,
        now=now,
        served=partial(served, CONFIGURATIONS, project),
    )


def _owner(project: Path, section: BackupSection, identity: Path | None) -> Owner:
    """The files whose exposure is looked at: of restic, the password's."""
    if section.engine == "restic":
        return Owner((), None, project / section.password_file if section.password_file else None)
    return Owner(section.recipients, project / section.recipients_file if section.recipients_file else None, identity)


def _repository(folder: Path, section: BackupSection, project: Path, now: Callable[[], datetime]) -> Repository:
    return Repository(folder, now, project / section.scratch) if section.scratch else Repository(folder, now)


def _engine(project: Path, section: BackupSection, folder: Path, programs: Programs, environment: Mapping[str, str]) -> Engine:
    match section.engine:
        case "archive":
            return ArchiveEngine(programs)
        case "restic":
            remote = section.repository.startswith(REMOTE_REPOSITORIES)
            restic = Restic(
                programs=programs,
                repository=section.repository if remote else str(folder / "restic"),
                folder=folder,
                password=_password(project, section, environment),
                environment={name: environment[name] for name in CREDENTIALS if name in environment},
            )
            return ResticEngine(restic, folder / "generations")
        case _:
            assert_never(section.engine)


def _password(project: Path, section: BackupSection, environment: Mapping[str, str]) -> Password:
    file = project / section.password_file if section.password_file else None
    return Password(file, section.password_command or (), environment.get(VARIABLE, ""))


def _source(section: AnySource, project: Path, repository: Path, means: Means) -> Source:
    match section:
        case SourceSection(type="path"):
            return PathSource(section.name, project / section.path, section.exclude, repository)
        case SourceSection():
            return SqliteSource(section.name, project / section.path)
        case PostgresSection():
            return postgres_source(section, project, means.programs, means.passfile)
        case MysqlSection():
            return mysql_source(section, project, means.programs)
        case CommandSection():
            return command_source(section, project, means.commands)
        case VolumeSection():
            return volume_source(section, repository, means.docker, means.programs)
        case _:
            assert_never(section)

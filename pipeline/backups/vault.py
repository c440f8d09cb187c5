"""Makes the vault that the configuration names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import assert_never

from ..config import BackupSection
from ..keeping import Programs
from ..source_config import AnySource, CommandSection, MysqlSection, PostgresSection, SourceSection, VolumeSection
from .archive import ArchiveEngine
from .archive_vault import ArchiveVault
from .command import command_source
from .engine import Engine
from .mysql import mysql_source
from .path import PathSource
from .postgres import postgres_source
from .repository import Repository
from .source import Source
from .sqlite import SqliteSource
from .taking import Settings
from .volume import Docker, volume_source


@dataclass(frozen=True)
class Means:
    """What sources and engines may use."""

    programs: Programs
    commands: Programs  # the same, for the project's own commands
    docker: Docker
    passfile: Path | None  # libpq's (`PGPASSFILE`), for sources that name none


def vault(
    project: Path,
    section: BackupSection,
    means: Means,
    now: Callable[[], datetime],
    identity: Path | None = None,
) -> ArchiveVault:
    """`identity` is the owner's key file (`SECURE_RELEASE_IDENTITY`), when this machine has one. Touches nothing."""
    repository = project / section.repository
    return ArchiveVault(
        sources=tuple(_source(source, project, repository, means) for source in section.sources),
        engine=_engine(section, means.programs),
        repository=_repository(repository, section, project, now),
        settings=Settings(
            recipients=section.recipients,
            recipients_file=project / section.recipients_file if section.recipients_file else None,
            identity=identity,
            last=section.keep.last,
            ages=section.keep.ages,
            for_rollback=frozenset(source.name for source in section.sources if source.on_rollback != "never"),
        ),
        programs=means.programs,
        now=now,
    )


def _repository(folder: Path, section: BackupSection, project: Path, now: Callable[[], datetime]) -> Repository:
    return Repository(folder, now, project / section.scratch) if section.scratch else Repository(folder, now)


def _engine(section: BackupSection, programs: Programs) -> Engine:
    match section.engine:
        case "archive":
            return ArchiveEngine(programs)
        case _:
            assert_never(section.engine)


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

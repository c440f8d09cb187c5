"""Makes the vault that the configuration names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import assert_never

from ..config import BackupSection, SourceSection
from ..keeping import Programs
from .archive import ArchiveEngine
from .archive_vault import ArchiveVault
from .engine import Engine
from .path import PathSource
from .repository import Repository
from .source import Source
from .sqlite import SqliteSource
from .taking import Settings


def vault(
    project: Path, section: BackupSection, programs: Programs, now: Callable[[], datetime], identity: Path | None = None
) -> ArchiveVault:
    """`identity` is the owner's key file (`SECURE_RELEASE_IDENTITY`), when this machine has one. Touches nothing."""
    repository = project / section.repository
    return ArchiveVault(
        sources=tuple(_source(source, project, repository) for source in section.sources),
        engine=_engine(section, programs),
        repository=Repository(repository, now),
        settings=Settings(
            recipients=section.recipients,
            recipients_file=project / section.recipients_file if section.recipients_file else None,
            identity=identity,
            last=section.keep.last,
            ages=section.keep.ages,
            for_rollback=frozenset(source.name for source in section.sources if source.on_rollback != "never"),
        ),
        programs=programs,
        now=now,
    )


def _engine(section: BackupSection, programs: Programs) -> Engine:
    match section.engine:
        case "archive":
            return ArchiveEngine(programs)
        case _:
            assert_never(section.engine)


def _source(source: SourceSection, project: Path, repository: Path) -> Source:
    match source.type:
        case "path":
            return PathSource(source.name, project / source.path, source.exclude, repository)
        case "sqlite":
            return SqliteSource(source.name, project / source.path)
        case _:
            assert_never(source.type)

"""Makes the vault that the configuration names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import assert_never

from ..adapters.process import Processes
from ..config import BackupSection, SourceSection
from .archive import ArchiveEngine
from .engine import Engine
from .path import PathSource
from .repository import Repository
from .source import Source
from .sqlite import SqliteSource
from .taking import Settings
from .vault import ArchiveVault


def configured(
    section: BackupSection, project: Path, processes: Processes, now: Callable[[], datetime], identity: Path | None
) -> ArchiveVault:
    """`identity` is the owner's key file (`SECURE_RELEASE_IDENTITY`), when this machine has one. Touches nothing."""
    repository = project / section.repository
    return ArchiveVault(
        sources=tuple(_source(source, project, repository) for source in section.sources),
        engine=_engine(section, processes),
        repository=Repository(repository, now),
        settings=Settings(
            recipients=section.recipients,
            recipients_file=project / section.recipients_file if section.recipients_file else None,
            identity=identity,
            last=section.keep.last,
            ages=section.keep.ages,
            for_rollback=frozenset(source.name for source in section.sources if source.on_rollback != "never"),
        ),
        processes=processes,
        now=now,
    )


def _engine(section: BackupSection, processes: Processes) -> Engine:
    match section.engine:
        case "archive":
            return ArchiveEngine(processes)
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

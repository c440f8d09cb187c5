"""Makes the vault that the configuration names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import assert_never

from ..config import REMOTE_REPOSITORIES, BackupSection, SourceSection
from ..keeping import Programs
from .archive import ArchiveEngine
from .engine import Engine
from .engine_vault import EngineVault
from .keys import Owner
from .path import PathSource
from .repository import Repository
from .restic import ResticEngine
from .restic_depot import Restic
from .restic_password import VARIABLE, Password
from .source import Source
from .sqlite import SqliteSource
from .taking import Settings

# What restic reads to get at a remote repository. The repository's own password is `VARIABLE`.
CREDENTIALS = (
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION"),
    *("AWS_PROFILE", "AWS_SHARED_CREDENTIALS_FILE", "SSH_AUTH_SOCK"),
)
NOTHING: Mapping[str, str] = {}


def vault(
    project: Path,
    section: BackupSection,
    programs: Programs,
    now: Callable[[], datetime],
    identity: Path | None = None,
    environment: Mapping[str, str] = NOTHING,
) -> EngineVault:
    """`identity` is the owner's key file (`SECURE_RELEASE_IDENTITY`), when this machine has one. Touches nothing.

    Of `environment` only the password and the credentials for a remote repository are used, and only by the engine's programs.
    """
    remote = section.repository.startswith(REMOTE_REPOSITORIES)
    folder = project / (section.ledger if remote else section.repository)
    return EngineVault(
        sources=tuple(_source(source, project, folder) for source in section.sources),
        engine=_engine(project, section, folder, programs, environment),
        repository=Repository(folder, now),
        settings=Settings(
            owner=_owner(project, section, identity),
            last=section.keep.last,
            ages=section.keep.ages,
            prunes=section.keep.prune,
            drill_every=section.drill.every or 0.0,
            for_rollback=frozenset(source.name for source in section.sources if source.on_rollback != "never"),
        ),
        programs=programs,
        now=now,
    )


def _owner(project: Path, section: BackupSection, identity: Path | None) -> Owner:
    """The files whose exposure is looked at: of restic, the password's."""
    if section.engine == "restic":
        return Owner((), None, project / section.password_file if section.password_file else None)
    return Owner(section.recipients, project / section.recipients_file if section.recipients_file else None, identity)


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


def _source(source: SourceSection, project: Path, repository: Path) -> Source:
    match source.type:
        case "path":
            return PathSource(source.name, project / source.path, source.exclude, repository)
        case "sqlite":
            return SqliteSource(source.name, project / source.path)
        case _:
            assert_never(source.type)

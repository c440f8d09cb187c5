"""Which folder a stage works in: the one that --run names, the newest that it can join, or a new one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from . import runs
from .journal import JOURNAL_NAME, read_entries, whole_lines
from .release import EXIT_CONFIG, Entry, ReleaseError, Stage
from .view import identity, stage_results
from .wiring import NEEDS_NO_SOURCE, Bench

BEGIN = (Stage.SCAN, Stage.PATCH_TEST, Stage.GATE)  # a CI job names the folder where its run begins


def place(where: Bench, stage: Stage, named: str, alone: bool) -> Path | None:
    """The run to work in, or to begin there; None for a new one. `alone`: without a name never the newest, always a new one."""
    if not named:
        return None if alone else _joinable(where, stage)
    begins = stage in BEGIN and not _is_run(where.project, named)
    return (runs.begin_at(named) if begins else None) or runs.join(where.project, named)


def refuse_among_files(where: Bench, stage: Stage, folders: Iterable[Path | None]) -> None:
    """A run folder among the project's files would be scanned and released with them, and the tree would not be the commit."""
    if stage in NEEDS_NO_SOURCE:
        return
    ours = runs.state(where.project)
    for folder in (each.absolute() for each in folders if each is not None):
        if folder.is_relative_to(where.project) and not folder.is_relative_to(ours) and not where.git.ignores(folder):
            raise ReleaseError(
                f"{folder} lies among the files of the release.",
                f"Give a folder outside of the project, one below {runs.STATE}/, or one that .gitignore names.",
                EXIT_CONFIG,
            )


def entries_in(folder: Path) -> tuple[Entry, ...]:
    """The journal of a run, without a torn last line."""
    return read_entries(whole_lines((folder / JOURNAL_NAME).read_bytes()), str(folder))


def _is_run(project: Path, named: str) -> bool:
    return any((folder / JOURNAL_NAME).is_file() for folder in (Path(named), project / runs.STATE / "runs" / Path(named).name))


def _joinable(where: Bench, stage: Stage) -> Path | None:
    """The newest run, when a stage can join it: of this commit and law, and for scan and patch-test still without it."""
    folder = runs.newest(where.project)
    if folder is None:
        return None
    entries = entries_in(folder)
    if not entries:
        return None  # killed before it had begun
    who, done = identity(entries), stage_results(entries)
    if stage in (Stage.ROLLBACK, Stage.REPORT):
        return folder
    if Stage.ROLLBACK in done or (stage in (Stage.SCAN, Stage.PATCH_TEST) and stage in done) or who.config != where.settled.digest:
        return None
    return folder if who.commit == where.git.commit() else None

"""A release to work on: a run opened or joined, and everything that its stages may use."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

from .. import runs
from ..adapters.folder import Folder
from ..adapters.queue import Turns, room
from ..adapters.source import read_source
from ..evidence import EvidenceFolder
from ..journal import JOURNAL_NAME, JournalFile
from ..patching import EVERYTHING, Choice
from ..release import Progress, Release, ReleaseError, Source, Stage
from ..undoing import open_undos
from ..view import STARTED, identity
from .benches import Bench, now
from .contexts import advisories, context_of
from .drivers import Given, at_hand, deployer, patcher, prober, vault
from .identities import identity_of, joined
from .later import later
from .sources import source_of

CHANGES = (None, Stage.DEPLOY)  # a whole release, and the stage that deploys
CHANGES_NOTHING = (Stage.SCAN, Stage.PATCH_TEST, Stage.GATE, Stage.REPORT)


@contextlib.contextmanager
def opened(
    bench: Bench, folder: Path | None, stage: Stage | None, progress: Progress, choice: Choice = EVERYTHING
) -> Iterator[Release]:
    """A release to work on: a new run, or `folder` joined. Closed, and its scratch space removed, on leaving."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(runs.alone(bench.project))
        if stage in CHANGES:
            _refuse_over_open(bench.project, folder)
        if stage not in CHANGES_NOTHING:
            at_hand()
        scratch = stack.enter_context(runs.scratch(bench.project))
        source = source_of(bench, scratch, stage, progress)
        where = folder or runs.begin(bench.project, now())
        journal = JournalFile(where / JOURNAL_NAME, now)
        stack.callback(journal.close)
        evidence = EvidenceFolder(where / "evidence")
        who = identity_of(bench, source, _run_id(bench, where, journal))
        if journal.entries:
            source = joined(identity(journal.entries), who, source, stage)
        else:
            journal.append(STARTED, "", asdict(who))
        if where != runs.state(bench.project) / "runs" / who.run:
            runs.known(bench.project, who.run, where)
        yield _release(bench, who.run, where, source, journal, evidence, scratch, progress, choice)


def _run_id(bench: Bench, where: Path, journal: JournalFile) -> str:
    """What the run has called itself since it began, wherever its folder lies by now. A name that a CI gave its folder is none:
    backups and releases are named after runs, and the next build's folder has the same one."""
    if journal.entries:
        return identity(journal.entries).run
    return where.name if runs.RUN_ID.fullmatch(where.name) else runs.run_id(now())


@contextlib.contextmanager
def aside(bench: Bench, stage: Stage, progress: Progress, choice: Choice) -> Iterator[Release]:
    """A release to look with: its run is nobody's newest one, and is gone on leaving. Closes the patcher.

    When that fails the run's folder stays, for its journal names what is left.
    """
    folder, closed = runs.begin_aside(bench.project, now()), True
    try:
        with opened(bench, folder, stage, progress, choice) as release:
            closed = False
            try:
                yield release
            finally:
                release.patcher.close()
                closed = True
    finally:
        if closed:
            runs.remove(folder)


@contextlib.contextmanager
def rescanning(bench: Bench, tree: Path, progress: Progress) -> Iterator[Release]:
    """A release to scan and nothing else: `tree` is looked at by this project's checks and law. Nothing of it stays."""
    with runs.scratch(bench.project) as scratch:
        scan, folder = bench.config.scan, Folder(tree)
        source = read_source(folder, scratch / "tree", lambda commit: "restored", scan.exclude, scan.max_file_size, progress)
        where = scratch / "run"
        where.mkdir(mode=0o700)
        with contextlib.closing(JournalFile(where / JOURNAL_NAME, now)) as journal:
            evidence = EvidenceFolder(where / "evidence")
            release = _release(bench, where.name, where, source, journal, evidence, scratch, progress, EVERYTHING)
            yield replace(release, trusted=folder)


def _release(  # noqa: PLR0913, PLR0917 - each is a part of a release
    bench: Bench,
    run: str,
    folder: Path,
    source: Source,
    journal: JournalFile,
    evidence: EvidenceFolder,
    scratch: Path,
    progress: Progress,
    choice: Choice,
) -> Release:
    config, processes = bench.config, bench.processes
    known = advisories(bench, scratch)
    queue = Turns(config.scan.jobs or room(), processes.halt)
    return Release(
        id=run,
        folder=folder,
        source=source,
        config=config,
        law=bench.settled.law,
        journal=journal,
        evidence=evidence,
        progress=progress,
        halt=processes.halt,
        now=now,
        checks=bench.checks,
        memory=bench.memory,
        context=lambda check: context_of(check, bench, source, evidence, scratch, known, queue),
        trusted=bench.trusted,
        patcher=patcher(Given(bench.project, config.patch_test, source, processes, known, journal, folder, run, scratch, progress)),
        choice=choice,
        vault=later(lambda: vault(bench)),
        deployer=deployer(bench, progress),
        prober=prober(bench),
    )


def _refuse_over_open(project: Path, joined: Path | None) -> None:
    """Nothing is deployed over a change that was neither verified nor taken back: its way back would lead nowhere."""
    for folder, entries in runs.with_changes(project):
        if folder.resolve() != joined and open_undos(entries):
            raise ReleaseError(
                f"The change that run {folder.name} began is open: neither verified nor taken back.",
                f"Go on with it: secure-release run --run {folder.name}; or take it back: secure-release rollback --run "
                f"{folder.name}. When it was put right by hand, move {folder} away.",
            )



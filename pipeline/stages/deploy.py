"""Deploys what was scanned, after writing down how to take it back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from .. import undoing
from ..history import evidence_of, outcome_of, safe_set_of, started_with
from ..keeping import BackupError, BackupReport, vouching
from ..release import Outcome, Reason, Release, ReleaseError, Stage, StageResult
from ..shipping import DeployError, DeployReport, Probed, Shipment, Undo
from ..undoing import CHANGE_DONE, CHANGE_STARTED, UNDO, Promise, open_undos, promised
from .ended import ended

REPORT = "deploy.json"
BACKUP_REPORT = "backup.json"
SHOWN = 10  # changed paths in a reason; `git status` has the rest


@dataclass(frozen=True)
class _Against:
    """Something that keeps the deploy from starting."""

    outcome: Outcome
    reason: Reason


def run(release: Release) -> StageResult:
    """Refuses to start without a passed gate, a verified backup, a clean source that is the scanned one, and a way back.

    Whether a failed change must be taken back is told by the open undo in the journal, not by the outcome.
    """
    started = release.now()
    against = tuple(_against(release))
    if against:
        return _refused(release, started, against)
    if release.deployer.name == "none":
        return ended(release, Stage.DEPLOY, started, Outcome.PASSED, "nothing to deploy: deploy.driver is none")
    shipment = _shipment(release)
    try:
        undo = release.deployer.plan(shipment)
    except DeployError as problem:
        return _failed(release, started, problem, "nothing was changed")
    before = _ask_before(release, undo)
    seq = release.journal.append(UNDO, Stage.DEPLOY, promised(Promise(undo, _generation(release), before))).seq
    release.journal.append(CHANGE_STARTED, Stage.DEPLOY, undoing.of(seq))
    release.progress.doing(f"deploying {shipment.version}")
    try:
        standing = release.deployer.apply(shipment, undo)
    except DeployError as problem:
        return _failed(release, started, problem, "the change was begun and must be taken back")
    release.journal.append(CHANGE_DONE, Stage.DEPLOY, undoing.of(seq, standing=standing))
    notes = _marked(release)
    report = release.evidence.save(REPORT, DeployReport(undo, standing, before))
    summary = f"{standing} stands; before it {undo.previous or 'nothing'}"
    return ended(release, Stage.DEPLOY, started, Outcome.PASSED, summary, notes, (report,))


def _marked(release: Release) -> tuple[Reason, ...]:
    """What the release itself wrote to the data is told from what users write later: `on_rollback: if-unchanged` asks."""
    generation = _generation(release)
    if not generation:
        return ()
    try:
        release.vault.mark(generation)
    except BackupError as problem:
        return (Reason(f"What the release wrote to the data could not be noted: {problem}", problem.hint),)
    return ()


def _against(release: Release) -> Iterator[_Against]:
    entries = release.journal.entries
    for stage in (Stage.GATE, Stage.BACKUP):
        match outcome_of(entries, stage):
            case Outcome.PASSED:
                pass
            case Outcome.REFUSED:
                yield _Against(Outcome.REFUSED, Reason(f"`{stage}` refused this release.", "Look at its reasons."))
            case _:
                yield _incomplete(f"`{stage}` has not passed in this run.", f"Run it first: secure-release {stage}")
    if release.config.backup.sources and outcome_of(entries, Stage.BACKUP) is Outcome.PASSED and not _generation(release):
        yield _incomplete("The backup of this run was not drilled: nobody knows whether it can be restored.", "Run backup again.")
    if release.deployer.name != "none":
        yield from _against_source(release)
        if open_undos(entries):
            yield _incomplete(
                "An earlier change of this run was neither verified nor taken back.", "First: secure-release rollback --run"
            )


def _against_source(release: Release) -> Iterator[_Against]:
    source, known = release.source, started_with(release.journal.entries)
    if source.dirty:
        more = f" and {len(source.dirty) - SHOWN} more" if len(source.dirty) > SHOWN else ""
        paths = f"{', '.join(source.dirty[:SHOWN])}{more}"
        text = f"Not committed: {paths}. What goes out must be what commit {source.commit[:12]} says."
        yield _Against(Outcome.REFUSED, Reason(text, "Commit or stash, then start a new run."))
    if not known:
        yield _incomplete("The journal does not say what source this run began with.", "Start a new run.")
    elif known != source.digest:
        text = "The source is not the one that was scanned: it changed since this run began."
        yield _Against(Outcome.REFUSED, Reason(text, "Start a new run."))


def _incomplete(text: str, remedy: str) -> _Against:
    return _Against(Outcome.INCOMPLETE, Reason(text, remedy))


def _refused(release: Release, started: datetime, against: tuple[_Against, ...]) -> StageResult:
    unanswered = any(one.outcome is Outcome.INCOMPLETE for one in against)
    outcome = Outcome.INCOMPLETE if unanswered else Outcome.REFUSED
    return ended(release, Stage.DEPLOY, started, outcome, "not started: nothing was changed", [one.reason for one in against])


def _failed(release: Release, started: datetime, problem: DeployError, summary: str) -> StageResult:
    reason = Reason(str(problem), problem.hint)
    return ended(release, Stage.DEPLOY, started, Outcome.REFUSED, f"{problem} ({summary})", (reason,))


def _generation(release: Release) -> str:
    """The id of this run's backup, if it was taken and a drill that passed speaks for it."""
    report = evidence_of(release.journal.entries, Stage.BACKUP, BACKUP_REPORT)
    if report is None:
        return ""
    said = release.evidence.load(report.sha256, BackupReport)
    if said.generation is None or vouching(said.generation, said.kept, release.config.backup.drill.every or 0.0) is None:
        return ""
    return said.generation.id


def _shipment(release: Release) -> Shipment:
    source = release.source
    if not source.shipped:
        raise ReleaseError("The release holds no file.", "Look at scan.exclude and .gitignore.")
    return Shipment(release.id, source.commit, source.version, source.digest, source.root, source.shipped, _images(release))


def _images(release: Release) -> Mapping[str, str]:
    """Those that carry the safe set of this run's patch test, where they are what is deployed."""
    safe = safe_set_of(release.journal.entries) if release.config.deploy.images == "tested" else None
    return safe.images if safe is not None else {}


def _ask_before(release: Release, undo: Undo) -> tuple[Probed, ...]:
    """Once each: a probe that does not work must not be taken for a new version that does not."""
    if not undo.previous:
        return ()
    release.progress.doing(f"asking what stands: {undo.previous}")
    return tuple(release.prober.ask(probe, undo.previous_version) for probe in release.config.verify.probes)

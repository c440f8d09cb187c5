"""Asks the new version until it answers, watches it for a while, and only then lets go of the way back."""

from __future__ import annotations

from datetime import datetime

from .. import undoing
from ..asking import REAL, Patience, Watched, ask_until_healthy, keep_asking
from ..history import outcome_of
from ..keeping import BackupError
from ..release import Outcome, Reason, Release, Stage, StageResult
from ..shipping import DeployError, Probed, VerifyReport
from ..undoing import UNDO_CLOSED, OpenUndo, deployed
from .ended import ended

REPORT = "verify.json"
NOT_WATCHED = Watched((), (), 0.0, 0)


def run(release: Release, patience: Patience = REAL) -> StageResult:
    """Refuses when the deploy has not passed, when something else stands by now, and when there is nothing to ask."""
    started = release.now()
    if outcome_of(release.journal.entries, Stage.DEPLOY) is not Outcome.PASSED:
        reason = Reason("`deploy` has not passed in this run.", "Run it first: secure-release deploy")
        return ended(release, Stage.VERIFY, started, Outcome.INCOMPLETE, "there is nothing to verify yet", (reason,))
    change = deployed(release.journal.entries)
    version = release.source.version
    if not release.config.verify.probes:
        return _nothing_to_ask(release, started, change)
    if change is not None and (moved := _moved(release, change)) is not None:
        return ended(release, Stage.VERIFY, started, Outcome.REFUSED, "the new version does not stand", (moved,))
    probed, watched = _asked(release, version, patience)
    evidence = (release.evidence.save(REPORT, VerifyReport((*probed, *watched.unhealthy), watched.seconds, watched.rounds)),)
    failed = [answer for answer in probed if not answer.healthy] or watched.failed
    if failed:
        reasons = [_reason(answer) for answer in failed]
        return ended(release, Stage.VERIFY, started, Outcome.REFUSED, f"version {version} is not healthy", reasons, evidence)
    notes = _let_go(release, change) if change is not None else ()
    summary = f"version {version} is healthy: {len(probed)} probes, watched for {watched.seconds:.0f} s"
    return ended(release, Stage.VERIFY, started, Outcome.PASSED, summary, notes, evidence)


def _asked(release: Release, version: str, patience: Patience) -> tuple[tuple[Probed, ...], Watched]:
    """The answers, and those of the watch, which begins when all are healthy."""
    probes, watch = release.config.verify.probes, release.config.verify.watch
    release.progress.doing(f"asking version {version}")
    probed = ask_until_healthy(release.prober, probes, version, patience)
    if watch is None or not all(answer.healthy for answer in probed):
        return probed, NOT_WATCHED
    release.progress.doing(f"watching version {version}")
    return probed, keep_asking(release.prober, probes, version, watch, patience)


def _nothing_to_ask(release: Release, started: datetime, change: OpenUndo | None) -> StageResult:
    if change is None:
        return ended(release, Stage.VERIFY, started, Outcome.PASSED, "nothing was deployed: nothing to verify")
    reason = Reason(
        f"Nobody asked the new version {release.source.version} whether it works: verify.probes is empty.",
        "Name a probe in secure-release.yml: a url with what it must say, or a command that must exit 0.",
    )
    return ended(release, Stage.VERIFY, started, Outcome.INCOMPLETE, "no probe is configured", (reason,))


def _moved(release: Release, change: OpenUndo) -> Reason | None:
    """Probes of another release's version would say nothing about this one."""
    try:
        standing = release.deployer.standing()
    except DeployError as problem:
        return Reason(str(problem), problem.hint)
    if standing == change.standing:
        return None
    text = f"{standing or 'Nothing'} stands now, not {change.standing or 'nothing'}, which this run deployed."
    return Reason(text, "Look who deployed meanwhile.")


def _reason(answer: Probed) -> Reason:
    return Reason(f"The probe {answer.name} is not healthy: {answer.said}.", "The application's log tells why it said so.")


def _let_go(release: Release, change: OpenUndo) -> tuple[Reason, ...]:
    """The release is out whatever happens here: what does not work is a note, not a reason to take it back.

    The vault comes first: once the undo is closed nothing else keeps the backup of this release.
    """
    notes = []
    if change.promise.generation:
        try:
            release.vault.close(release.id, passed=True)
        except BackupError as problem:
            notes.append(Reason(f"The backup of this release could not be closed: {problem}", problem.hint))
    release.journal.append(UNDO_CLOSED, Stage.VERIFY, undoing.of(change.seq, reason="verified"))
    try:
        release.deployer.tidy(release.config.deploy.keep)
    except DeployError as problem:
        notes.append(Reason(f"Old releases could not be removed: {problem}", problem.hint))
    return tuple(notes)

"""Backs up what the release may destroy: prune, then take and drill, then say what is promised and who could read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from secure_release.checks import Evidence, Finding, Severity

from ..keeping import BackupError, BackupReport, Drill, Generation, Promise, vouching
from ..release import Outcome, Reason, Release, Stage, StageResult

REFUSED_FROM = Severity.HIGH
NAME_SOURCES = (
    "Name the data folders and databases of the application in `backup.sources`; "
    "if it has none, say so in the policy: `policy: {backup: off}`."
)


@dataclass(frozen=True)
class Said:
    """How the stage ends, before it is stamped with its times."""

    outcome: Outcome
    summary: str
    reasons: tuple[Reason, ...]
    report: BackupReport | None


def run(release: Release) -> StageResult:
    """Passed only with a generation that was restored and compared, or with nothing that a release could destroy.

    With `backup.drill.every` the restore may be that of an earlier generation of the same sources, no older than that.
    """
    started = release.now()
    try:
        said = _backed_up(release) if release.config.backup.sources else _nothing_named(release)
    except BackupError as problem:
        said = Said(Outcome.INCOMPLETE, "there is no backup", (Reason(str(problem), problem.hint),), None)
    if said.outcome is not Outcome.PASSED:
        said = _closed(release, said)
    evidence: tuple[Evidence, ...] = (release.evidence.save("backup.json", said.report),) if said.report is not None else ()
    return StageResult(Stage.BACKUP, said.outcome, said.summary, said.reasons, evidence, started, release.now())


def _backed_up(release: Release) -> Said:
    vault, progress = release.vault, release.progress
    progress.doing("sweeping what an earlier run left")
    for left in vault.sweep():
        progress.line(f"swept what a run that was cut off left: {left}")
    names = ", ".join(source.name for source in release.config.backup.sources)
    held = vault.prune_held(release.now())
    if held:
        progress.line(f"nothing was pruned: {held}")
    pruned = vault.prune(release.now())  # before: between a backup and its release's end nothing is removed
    progress.doing(f"backing up {names} and restoring it elsewhere")
    generation = vault.take(release.id, release.source.commit)
    report = BackupReport(generation, vault.generations(), pruned, vault.promises(release.now()), vault.exposure())
    drill = vouching(generation, report.kept, release.config.backup.drill.every or 0.0)
    if drill is None:
        raise BackupError(f"Generation {generation.id} was not restored and compared.", "Run again; nothing counts on it.")
    progress.line(_taken(generation, drill))
    return _judged(release, generation, report)


def _judged(release: Release, generation: Generation, report: BackupReport) -> Said:
    for promise in report.promises:
        release.progress.line(_promised(promise))
    for finding in report.exposure:
        release.progress.line(f"{finding.severity}: {finding.message}")
    if generation.id not in {kept.id for kept in report.kept}:
        raise BackupError(f"Generation {generation.id} was taken and is not there.", "Find out who removed it, then run again.")
    against = tuple(_reason(finding) for finding in report.exposure if finding.severity.rank >= REFUSED_FROM.rank)
    tried = "restored and compared" if generation.drill is not None else "like one that was restored and compared"
    summary = f"generation {generation.id} of {len(report.kept)}, {tried}"
    if against:
        return Said(Outcome.REFUSED, "others could get at the backups, or backups are gone", against, report)
    return Said(Outcome.PASSED, summary, (), report)


def _nothing_named(release: Release) -> Said:
    """Not a yes by itself: a release that deploys can destroy something."""
    report = BackupReport(None, (), (), (), ())
    if release.config.deploy.driver == "none":
        return Said(Outcome.PASSED, "nothing to back up: nothing is deployed", (), report)
    if release.law.policy.backup == "off":
        return Said(Outcome.PASSED, "nothing to back up: the policy asks for no backup", (), report)
    reason = Reason("The release is deployed, and nothing is named that would be backed up before.", NAME_SOURCES)
    return Said(Outcome.INCOMPLETE, "there is no backup", (reason,), report)


def _closed(release: Release, said: Said) -> Said:
    """The release ends here: no plain copy of the data may wait for its rollback."""
    if not release.config.backup.sources:
        return said
    try:
        release.vault.close(release.id, passed=False)
    except BackupError as problem:
        reason = Reason(f"The repository could not be tidied: {problem}", problem.hint)
        return Said(said.outcome, said.summary, (*said.reasons, reason), said.report)
    return said


def _taken(generation: Generation, drill: Drill) -> str:
    sources = ", ".join(f"{taken.source} ({taken.items} items, {taken.consistency})" for taken in generation.taken)
    tried = f"restored and compared in {drill.seconds:.1f} s"
    if generation.drill is None:
        tried = f"not restored: one like it was {tried} on {_day(drill.at)}"
    return f"generation {generation.id}: {sources}; {generation.size} bytes kept, {tried}"


def _promised(promise: Promise) -> str:
    age = f"a restore point at least {_spoken(promise.age)} old"
    if promise.kept_by:
        return f"{age}: generation {promise.kept_by}"
    return f"{age}: from {_day(promise.holds_from)}" if promise.holds_from is not None else f"{age}: not yet"


def _spoken(seconds: float) -> str:
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length and seconds % length == 0:
            count = int(seconds // length)
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{seconds:g} seconds"


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _reason(finding: Finding) -> Reason:
    return Reason(finding.message, finding.fix)

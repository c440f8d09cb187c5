"""Takes back what the journal says is open: data, then code, then the probes again. Resumes wherever it was cut off."""

from __future__ import annotations

from dataclasses import dataclass

from .. import undoing
from ..asking import REAL, Patience, ask_until_healthy
from ..history import last_trouble
from ..keeping import BackupError, Restored
from ..release import Outcome, Reason, Release, Stage, StageResult
from ..shipping import DeployError, Probed, RollbackReport, Undo
from ..undoing import (
    UNDO_CODE_DONE,
    UNDO_DATA_DONE,
    UNDO_DATA_STARTED,
    UNDO_DONE,
    UNDO_STARTED,
    OpenUndo,
    open_undos,
    restored_data,
)
from .ended import ended

REPORT = "rollback.json"


@dataclass(frozen=True)
class _Back:
    """What became of one undo. It is stranded when there is anything in `by_hand`."""

    undone: tuple[str, ...]
    failed: tuple[Reason, ...]
    data: tuple[str, ...]
    probed: tuple[Probed, ...]
    notes: tuple[Reason, ...]
    by_hand: tuple[str, ...]


def run(release: Release, patience: Patience = REAL) -> StageResult:
    """Newest change first; stops at the first that can't be taken back. With nothing open it passes.

    Nothing is deleted on the way. It does not try again by itself, but may be run again: it goes on where it stands.
    """
    started = release.now()
    todo = open_undos(release.journal.entries)
    if not todo:
        closed = undoing.deployed(release.journal.entries)
        why = ": the new version was verified, and stays" if closed is not None else ""
        let_go(release)
        return ended(release, Stage.ROLLBACK, started, Outcome.PASSED, f"nothing to take back{why}")
    cause = last_trouble(release.journal.entries)
    backs: list[_Back] = []
    for change in todo:
        backs.append(_take_back(release, change, patience))
        if backs[-1].by_hand:
            break
    report = _report(cause, backs)
    evidence = (release.evidence.save(REPORT, report),)
    reasons = [reason for back in backs for reason in (*back.failed, *back.notes)]
    if report.by_hand:
        summary = f"the way back failed: {report.failed[0]}"
        reasons += [Reason("To be done by hand now.", step) for step in report.by_hand]
        return ended(release, Stage.ROLLBACK, started, Outcome.STRANDED, summary, reasons, evidence)
    reasons += let_go(release)
    return ended(release, Stage.ROLLBACK, started, Outcome.ROLLED_BACK, "; ".join(report.undone), reasons, evidence)


def let_go(release: Release) -> tuple[Reason, ...]:
    """The release is over: the plain copy that was kept for this goes. What does not work here strands nobody."""
    if not release.config.backup.sources:
        return ()
    try:
        release.vault.close(release.id, passed=False)
    except BackupError as problem:
        return (Reason(f"The copy kept for the way back could not be removed: {problem}", problem.hint),)
    return ()


def _report(cause: str, backs: list[_Back]) -> RollbackReport:
    return RollbackReport(
        cause=cause,
        undone=tuple(line for back in backs for line in back.undone),
        failed=tuple(reason.text for back in backs for reason in back.failed),
        data=tuple(line for back in backs for line in back.data),
        probed=tuple(answer for back in backs for answer in back.probed),
        by_hand=tuple(step for back in backs for step in back.by_hand),
    )


def _take_back(release: Release, change: OpenUndo, patience: Patience) -> _Back:
    """Data before code: the old version is restarted after its data came back, so it never holds the replaced files."""
    undo = change.promise.undo
    release.journal.append(UNDO_STARTED, Stage.ROLLBACK, undoing.of(change.seq))
    lost: tuple[Reason, ...] = ()
    try:
        restored = _data_back(release, change)
        data = _data_lines(release, change, restored)
        replaced = any(one.done for one in restored)
    except BackupError as problem:
        data, replaced = (f"the data could not be put back: {problem}",), True
        lost = (Reason(f"The data of generation {change.promise.generation} could not be put back: {problem}", problem.hint),)
    try:
        standing = _code_back(release, change, replaced)
    except DeployError as problem:
        failed = (*lost, Reason(f"The change could not be taken back: {problem}", problem.hint))
        return _Back(
            (), failed, data, (), (), (*undo.steps, *_data_steps(change, bool(lost)), f"Stands now: {_standing(release)}.")
        )
    return _after(release, change, standing, data, lost, patience)


def _after(
    release: Release, change: OpenUndo, standing: str, data: tuple[str, ...], lost: tuple[Reason, ...], patience: Patience
) -> _Back:
    """The code is back; whether it also answers is for the probes to say."""
    undo = change.promise.undo
    probed = _ask(release, undo, patience)
    before = {answer.name: answer.healthy for answer in change.promise.before}
    sick = tuple(answer for answer in probed if not answer.healthy and before.get(answer.name, True))
    notes = _notes(undo, tuple(answer for answer in probed if not answer.healthy and answer not in sick), not probed)
    code = _code_line(change, standing)
    if not lost and not sick:
        release.journal.append(UNDO_DONE, Stage.ROLLBACK, undoing.of(change.seq, standing=standing))
        return _Back((code, *data), (), data, probed, notes, ())
    failed = tuple(Reason(f"The probe {one.name} is not healthy after the way back: {one.said}.", "See its log.") for one in sick)
    asked = tuple(f"Find out why {one.name} says: {one.said}." for one in sick)
    by_hand = (f"Stands now: {standing or 'nothing'}.", *_data_steps(change, bool(lost)), *asked)
    return _Back((code,), (*lost, *failed), data, probed, notes, by_hand)


def _notes(undo: Undo, sick_before: tuple[Probed, ...], nobody_asked: bool) -> tuple[Reason, ...]:
    """What does not strand the release, but must not be kept quiet."""
    notes = [
        Reason(f"The probe {one.name} is not healthy, and was not before the release either: {one.said}.", "Mend the probe.")
        for one in sick_before
    ]
    if undo.previous and nobody_asked:
        notes.append(Reason(f"Nobody asked {undo.previous} whether it works: no probe is configured.", "Configure one."))
    return tuple(notes)


def _code_line(change: OpenUndo, standing: str) -> str:
    if not change.changed:
        return f"the change had not begun: {standing or 'nothing'} stands as before"
    return f"code went back to {standing}" if standing else "the code was removed; nothing stood there before"


def _data_back(release: Release, change: OpenUndo) -> tuple[Restored, ...]:
    """What went back, now or before we were cut off. Raises `BackupError`."""
    wanted = [(source.name, source.on_rollback) for source in release.config.backup.sources if source.on_rollback != "never"]
    if change.restored is not None or not change.changed or not change.promise.generation or not wanted:
        return change.restored or ()
    release.journal.append(UNDO_DATA_STARTED, Stage.ROLLBACK, undoing.of(change.seq))
    try:
        release.deployer.silence(change.promise.undo)
    except DeployError as problem:
        raise BackupError(f"what was deployed could not be stopped, and would write to it: {problem}", problem.hint) from problem
    restored = release.vault.put_back(change.promise.generation, wanted)
    release.journal.append(UNDO_DATA_DONE, Stage.ROLLBACK, undoing.of(change.seq, restored=restored_data(restored)))
    return restored


def _code_back(release: Release, change: OpenUndo, replaced: bool) -> str:
    """What stands when it is done; it must be what stood before. Raises `DeployError`."""
    undo = change.promise.undo
    if undo.driver != release.deployer.name:
        raise DeployError(
            f"the change was made by the driver {undo.driver}, and deploy.driver is {release.deployer.name} now",
            "Use the configuration that this run began with.",
        )
    just_now = replaced and change.restored is None  # also when the code went back before: what runs holds the old files
    if change.changed and (just_now or not change.code_back):
        release.progress.doing(f"going back to {undo.previous or 'nothing'}")
        # cut off while data went back: it may have been replaced without our knowing
        release.deployer.undo(undo, replaced or (change.data_begun and change.restored is None))
    standing = release.deployer.standing()
    if standing != undo.previous:
        raise DeployError(
            f"{standing or 'nothing'} stands, not {undo.previous or 'nothing'}, which stood before.",
            "Look who deployed meanwhile.",
        )
    if not change.code_back:
        release.journal.append(UNDO_CODE_DONE, Stage.ROLLBACK, undoing.of(change.seq, standing=standing))
    return standing


def _ask(release: Release, undo: Undo, patience: Patience) -> tuple[Probed, ...]:
    """Nothing stood before: then nobody is there to ask, and that nothing stands now has been looked at."""
    if not undo.previous:
        return ()
    release.progress.doing(f"asking {undo.previous} again")
    return ask_until_healthy(release.prober, release.config.verify.probes, undo.previous_version, patience)


def _data_lines(release: Release, change: OpenUndo, restored: tuple[Restored, ...]) -> tuple[str, ...]:
    """Says of every source whether its data went back: old code on new data is what nobody expects."""
    if not change.changed:
        return ()
    said = {one.source: one for one in restored}
    lines = []
    for source in release.config.backup.sources:
        one = said.get(source.name)
        if one is None:
            lines.append(f"code went back, data did not: {source.name} (on_rollback: {source.on_rollback})")
        elif one.done:
            aside = f"; the replaced data is kept in {one.kept_aside}" if one.kept_aside else ""
            lines.append(f"data went back: {source.name}: {one.said}{aside}")
        else:
            lines.append(f"code went back, data did not: {source.name}: {one.said}")
    return tuple(lines)


def _data_steps(change: OpenUndo, lost: bool) -> tuple[str, ...]:
    id = change.promise.generation
    return (f"Get the data of generation {id}: secure-release restore --generation {id} --into FOLDER; then put it in place.",) if lost else ()


def _standing(release: Release) -> str:
    try:
        return release.deployer.standing() or "nothing"
    except DeployError as problem:
        return f"unknown ({problem})"

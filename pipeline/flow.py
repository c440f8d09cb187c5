"""The order of a release, and the way back. The only place that catches everything, and it records."""

from __future__ import annotations

import contextlib
import shlex
import traceback
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from .release import (
    Interrupted,
    Outcome,
    Reason,
    Release,
    ReleaseError,
    Stage,
    StageResult,
    StageRunner,
)
from .signals import interrupting, raise_if_told, waited_out
from .undoing import open_undos
from .view import INTERRUPTED, JOINED, RUN_FINISHED, STAGE_FINISHED, STAGE_STARTED, WHOLE, overall, stage_results


def _begun_as(name: str) -> StageRunner:
    """A stage is imported when it begins: most runs need few of them. Those that change something have all at hand (`wiring`)."""

    def run(release: Release) -> StageResult:
        result: StageResult = import_module(f".stages.{name}", __package__).run(release)
        return result

    return run


RUNNERS: dict[Stage, StageRunner] = {
    Stage.SCAN: _begun_as("scan"),
    Stage.PATCH_TEST: _begun_as("patch_test"),
    Stage.GATE: _begun_as("gate"),
    Stage.BACKUP: _begun_as("backup"),
    Stage.DEPLOY: _begun_as("deploy"),
    Stage.VERIFY: _begun_as("verify"),
    Stage.ROLLBACK: _begun_as("rollback"),
    Stage.REPORT: _begun_as("report"),
}
# What must have passed before a stage may start. The gate judges what scan and patch-test left, whatever they said.
BEFORE: Mapping[Stage, tuple[Stage, ...]] = {
    Stage.BACKUP: (Stage.GATE,),
    Stage.DEPLOY: (Stage.GATE, Stage.BACKUP),
    Stage.VERIFY: (Stage.GATE, Stage.BACKUP, Stage.DEPLOY),
}
FORWARD = (Stage.GATE, Stage.BACKUP, Stage.DEPLOY, Stage.VERIFY)

if TYPE_CHECKING:
    from .parts import Found

Told = Callable[[StageResult], None]


def whole(release: Release, told: Told) -> Outcome:
    """The whole release, or what is left of one that was cut off. Always ends in a report; takes back what went wrong.

    Raises `ReleaseError` when the run can't be written down any more; with exit code 31 when a change stands open then.
    """
    _refuse_taken_back(release)
    release.journal.append(WHOLE, "", {})
    try:
        with waited_out():  # outermost: there is no moment between an interruption and its way back
            with contextlib.suppress(Interrupted), interruptible(release):
                _onward(release, told)
            return _ended(release, told)
    except ReleaseError as problem:
        if not open_undos(release.journal.entries):
            raise
        text = f"{problem} Version {release.source.version} was being deployed, and could be neither verified nor taken back."
        hint = f"{problem.hint} Then: {_way_back(release)}"
        raise ReleaseError(text, hint, Outcome.STRANDED.exit_code) from problem


def _ended(release: Release, told: Told) -> Outcome:
    """Take back what is open, and report."""
    if open_undos(release.journal.entries):
        perform(release, Stage.ROLLBACK, told)
    outcome = overall(release.journal.entries)
    if outcome is not Outcome.PASSED and _begun(release, Stage.BACKUP):
        _let_go(release)
    release.journal.append(RUN_FINISHED, "", {"outcome": outcome})
    reported = perform(release, Stage.REPORT, told).outcome
    return reported if outcome is Outcome.PASSED else outcome


def single(release: Release, stage: Stage, told: Told) -> Outcome:
    """One stage of a run, as a CI job calls it. Raises `ReleaseError` when the stages before have not passed."""
    results = stage_results(release.journal.entries)
    for needed in BEFORE.get(stage, ()):
        if needed not in results or results[needed].outcome is not Outcome.PASSED:
            how = f"ended as {results[needed].outcome}" if needed in results else "has not run"
            raise ReleaseError(f"{stage} can't start: {needed} {how} in this run.", f"Run `secure-release {needed}` first.")
    if stage is Stage.ROLLBACK:
        with waited_out():
            return perform(release, stage, told).outcome
    if stage is not Stage.REPORT:
        _refuse_taken_back(release)
    if stage in (Stage.DEPLOY, Stage.VERIFY) and _going_back(release):
        raise ReleaseError("The way back of this run has begun, and was cut off.", f"Go on with it: {_way_back(release)}")
    with waited_out():
        with contextlib.suppress(Interrupted), interruptible(release):
            return perform(release, stage, told).outcome
        if stage is Stage.BACKUP:
            _let_go(release)
    return Outcome.INCOMPLETE


def _let_go(release: Release) -> None:
    """What the backup keeps for the way back goes, and what it was cut off at: an interruption may come in its cleaning up."""
    from .stages import rollback

    for note in rollback.let_go(release):
        release.progress.line(f"{note.text} {note.remedy}")


def _refuse_taken_back(release: Release) -> None:
    """A run whose way back has ended goes nowhere any more, but for the way back itself."""
    said = stage_results(release.journal.entries).get(Stage.ROLLBACK)
    if said is not None:
        again = open_undos(release.journal.entries)
        hint = f"Mend what is named in its report, then: {_way_back(release)}" if again else "Start a new run, without --run."
        raise ReleaseError(f"The way back of this run has ended already: {said.outcome}.", hint)


def join(release: Release, found: Found, told: Told) -> Outcome:
    """The gate over runs of several machines, made one run: what they said is written down here as if it had been said here.

    What can't be joined is no answer: then the gate says why, and neither a scan nor a patch test stands in this run.
    """
    from . import joining
    from .stages import joined

    for each in found.parts:
        data = {"run": each.who.run, "what": each.name, "journal": each.journal, "machine": each.who.machine}
        release.journal.append(JOINED, "", data)
    with contextlib.suppress(Interrupted), interruptible(release):
        against = joined.against(release, found)
        if against:
            return perform(release, Stage.GATE, told, partial(joined.refused, against=against)).outcome
        perform(release, Stage.SCAN, told, partial(joined.scan, parts=found.parts))
        if joining.patch_test(found.parts) is not None:
            perform(release, Stage.PATCH_TEST, told, partial(joined.patch_test, parts=found.parts))
        return perform(release, Stage.GATE, told).outcome
    return Outcome.INCOMPLETE


def perform(release: Release, stage: Stage, told: Told, runner: StageRunner | None = None) -> StageResult:
    """Run one stage and write down what it said, whatever happens in it."""
    raise_if_told()
    release.journal.append(STAGE_STARTED, stage, {})
    started = release.now()
    try:
        result = (runner or RUNNERS[stage])(release)
    except ReleaseError as problem:
        result = _failed(release, stage, started, Reason(str(problem), problem.hint))
    except Exception as problem:
        trace = release.evidence.keep(f"{stage} trace", traceback.format_exc().encode())
        said = f"secure-release itself failed in {stage}: {type(problem).__name__}: {problem}"
        remedy = f"This is our fault, not yours. Report it with the trace in {release.folder}/evidence/{trace.sha256}."
        result = _failed(release, stage, started, Reason(said, remedy))
    release.journal.append(STAGE_FINISHED, stage, _data(result))
    told(result)
    return result


@contextlib.contextmanager
def interruptible(release: Release) -> Iterator[None]:
    """SIGINT, SIGTERM and SIGHUP become `Interrupted`; every process of the run is ended, and the journal says so."""
    with interrupting():
        try:
            yield
        except Interrupted as cut:
            stage = next((e.stage for e in reversed(release.journal.entries) if e.kind == STAGE_STARTED), "")
            release.journal.append(INTERRUPTED, stage, {"by": str(cut)})
            release.progress.line(f"Interrupted by {cut}: cleaned up.")
            release.halt.clear()  # what comes now, the way back, may start processes again
            raise


def _onward(release: Release, told: Told) -> None:
    """Every stage that has not passed yet, in order, until one does not pass."""
    if _to_be_taken_back(release):
        return
    _side_by_side(release, told)
    for stage in FORWARD:
        if not _passed(release, stage) and perform(release, stage, told).outcome is not Outcome.PASSED:
            return


def _side_by_side(release: Release, told: Told) -> None:
    """scan and patch-test at once. An interruption waits until both have cleaned up."""
    todo = [stage for stage in (Stage.SCAN, Stage.PATCH_TEST) if not _passed(release, stage)]
    with ThreadPoolExecutor(2, thread_name_prefix="stage") as pool:
        futures = [pool.submit(perform, release, stage, told) for stage in todo]
        try:
            _wait(futures)
        except Interrupted:
            release.halt.set()
            wait(futures)
            raise
    for future in futures:
        future.result()


def _wait(futures: list[Future[StageResult]]) -> None:
    """In short naps, so that a signal is answered at once."""
    while wait(futures, timeout=0.2).not_done:
        pass


def _to_be_taken_back(release: Release) -> bool:
    """An open change is carried on in one case only: its deploy was finished, and verify was cut off or has not begun."""
    entries = release.journal.entries
    verify_answered = Stage.VERIFY in stage_results(entries)
    return bool(open_undos(entries)) and (_going_back(release) or verify_answered or not _passed(release, Stage.DEPLOY))


def _going_back(release: Release) -> bool:
    """Data may have gone back already: what is begun here is carried to its end."""
    return _begun(release, Stage.ROLLBACK)


def _begun(release: Release, stage: Stage) -> bool:
    return any(entry.kind == STAGE_STARTED and entry.stage == stage for entry in release.journal.entries)


def _way_back(release: Release) -> str:
    return f"secure-release rollback --run {shlex.quote(str(release.folder))}"


def _passed(release: Release, stage: Stage) -> bool:
    result = stage_results(release.journal.entries).get(stage)
    return result is not None and result.outcome is Outcome.PASSED


def _failed(release: Release, stage: Stage, started: datetime, reason: Reason) -> StageResult:
    outcome = Outcome.STRANDED if stage is Stage.ROLLBACK else Outcome.INCOMPLETE
    return StageResult(stage, outcome, "no answer", (reason,), (), started, release.now())


def _data(result: StageResult) -> dict[str, object]:
    plain: dict[str, object] = TypeAdapter(StageResult).dump_python(result, mode="json")
    plain.pop("stage")
    return plain

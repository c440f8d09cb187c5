"""The order of a release, and the way back. The only place that catches everything, and it records."""

from __future__ import annotations

import contextlib
import signal
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime
from types import FrameType

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
from .stages import backup, deploy, gate, patch_test, report, rollback, scan, verify
from .undoing import open_undos
from .view import INTERRUPTED, RUN_FINISHED, STAGE_FINISHED, STAGE_STARTED, overall, stage_results

RUNNERS: Mapping[Stage, StageRunner] = {
    Stage.SCAN: scan.run,
    Stage.PATCH_TEST: patch_test.run,
    Stage.GATE: gate.run,
    Stage.BACKUP: backup.run,
    Stage.DEPLOY: deploy.run,
    Stage.VERIFY: verify.run,
    Stage.ROLLBACK: rollback.run,
    Stage.REPORT: report.run,
}
# What must have passed before a stage may start. The gate judges what scan and patch-test left, whatever they said.
BEFORE: Mapping[Stage, tuple[Stage, ...]] = {
    Stage.BACKUP: (Stage.GATE,),
    Stage.DEPLOY: (Stage.GATE, Stage.BACKUP),
    Stage.VERIFY: (Stage.GATE, Stage.BACKUP, Stage.DEPLOY),
}
FORWARD = (Stage.GATE, Stage.BACKUP, Stage.DEPLOY, Stage.VERIFY)
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Told = Callable[[StageResult], None]


def whole(release: Release, told: Told) -> Outcome:
    """The whole release, or what is left of one that was cut off. Always ends in a report; takes back what went wrong."""
    if (rollback_said := stage_results(release.journal.entries).get(Stage.ROLLBACK)) is not None:
        raise ReleaseError(f"This run was taken back ({rollback_said.outcome}).", "Start a new run, without --run.")
    with contextlib.suppress(Interrupted), interruptible(release):
        _onward(release, told)
    with shielded(release):
        if open_undos(release.journal.entries):
            perform(release, Stage.ROLLBACK, told)
        outcome = overall(release.journal.entries)
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
    if stage is not Stage.ROLLBACK and Stage.ROLLBACK in results:
        raise ReleaseError("This run was taken back.", "Start a new run, without --run.")
    guard = shielded if stage is Stage.ROLLBACK else interruptible
    with contextlib.suppress(Interrupted), guard(release):
        return perform(release, stage, told).outcome
    return Outcome.INCOMPLETE


def perform(release: Release, stage: Stage, told: Told) -> StageResult:
    """Run one stage and write down what it said, whatever happens in it."""
    release.journal.append(STAGE_STARTED, stage, {})
    started = release.now()
    try:
        result = RUNNERS[stage](release)
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
    try:
        with _handlers(_interrupt):
            yield
    except Interrupted as cut:
        with _handlers(signal.SIG_IGN):
            release.halt.set()
            stage = next((e.stage for e in reversed(release.journal.entries) if e.kind == STAGE_STARTED), "")
            release.journal.append(INTERRUPTED, stage, {"by": str(cut)})
            release.progress.line(f"Interrupted by {cut}: cleaning up.")
            release.halt.clear()
        raise


@contextlib.contextmanager
def shielded(release: Release) -> Iterator[None]:
    """The way back is not interrupted: a signal is answered with a line, and waited out."""

    def wait_for_it(number: int, frame: FrameType | None) -> None:
        release.progress.line("The release is being taken back or reported; this ends by itself, please wait.")

    with _handlers(wait_for_it):
        yield


def _onward(release: Release, told: Told) -> None:
    """Every stage that has not passed yet, in order, until one does not pass."""
    if _cut_off_in_deploy(release):
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


def _cut_off_in_deploy(release: Release) -> bool:
    """A change that began and was never finished is taken back, not carried on."""
    return bool(open_undos(release.journal.entries)) and not _passed(release, Stage.DEPLOY)


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


@contextlib.contextmanager
def _handlers(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> Iterator[None]:
    """Answer our signals with `handler`; only the main thread may, others change nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in SIGNALS}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise Interrupted(signal.Signals(number).name)

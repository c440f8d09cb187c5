"""A run as its journal and evidence tell it: the one value that every report is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

from .keeping import BackupReport
from .patching import PatchReport
from .records import ScanReport, Verdict
from .release import Entry, EvidenceStore, Outcome, Reason, ReleaseError, Stage, StageResult
from .shipping import DeployReport, RollbackReport, VerifyReport

T = TypeVar("T")

STARTED = "run-started"
STAGE_STARTED = "stage-started"
STAGE_FINISHED = "stage-finished"
INTERRUPTED = "interrupted"
RUN_FINISHED = "run-finished"
JOINED = "joined"  # a run that was joined: its name, and the digest of its journal
WHOLE = "whole"  # a whole release is asked for: it is incomplete until it has come to its end

RECORDS: Mapping[Stage, tuple[str, type]] = {
    Stage.SCAN: ("scan.json", ScanReport),
    Stage.PATCH_TEST: ("patch-test.json", PatchReport),
    Stage.GATE: ("verdict.json", Verdict),
    Stage.BACKUP: ("backup.json", BackupReport),
    Stage.DEPLOY: ("deploy.json", DeployReport),
    Stage.VERIFY: ("verify.json", VerifyReport),
    Stage.ROLLBACK: ("rollback.json", RollbackReport),
}


@dataclass(frozen=True)
class Identity:
    """What a run is about, as written down when it began. Later stages are held to it."""

    run: str
    name: str
    version: str
    commit: str
    branch: str
    dirty: tuple[str, ...]
    tree: str  # digest over every file
    config: str  # digest of the configuration and the law
    law_from: str
    tool: str  # our own version
    machine: str


@dataclass(frozen=True)
class RunView:
    """Everything that a report may show. A record is None when its stage has not run, or left none."""

    identity: Identity
    started: datetime
    finished: datetime | None
    outcome: Outcome
    stages: tuple[StageResult, ...]  # the last result of each stage, in the order of a release
    scan: ScanReport | None
    patch_test: PatchReport | None
    verdict: Verdict | None
    backup: BackupReport | None
    deploy: DeployReport | None
    verify: VerifyReport | None
    rollback: RollbackReport | None
    interrupted: tuple[str, ...]  # what cut the run off, and in which stage
    entries: tuple[Entry, ...]

    def stage(self, stage: Stage) -> StageResult | None:
        return next((result for result in self.stages if result.stage is stage), None)


def view(entries: Sequence[Entry], evidence: EvidenceStore) -> RunView:
    """Read a run. Raises `ReleaseError` when the journal has no beginning or its evidence is not whole."""
    results = stage_results(entries)
    records = {stage: _record(stage, result, evidence) for stage, result in results.items()}
    finished = [entry for entry in entries if entry.kind == RUN_FINISHED]
    return RunView(
        identity=identity(entries),
        started=entries[0].at,
        finished=finished[-1].at if finished else None,
        outcome=overall(entries),
        stages=tuple(results[stage] for stage in Stage if stage in results),
        scan=_of(ScanReport, records.get(Stage.SCAN)),
        patch_test=_of(PatchReport, records.get(Stage.PATCH_TEST)),
        verdict=_of(Verdict, records.get(Stage.GATE)),
        backup=_of(BackupReport, records.get(Stage.BACKUP)),
        deploy=_of(DeployReport, records.get(Stage.DEPLOY)),
        verify=_of(VerifyReport, records.get(Stage.VERIFY)),
        rollback=_of(RollbackReport, records.get(Stage.ROLLBACK)),
        interrupted=tuple(f"{e.stage or 'the run'}: {e.data.get('by', '')}" for e in entries if e.kind == INTERRUPTED),
        entries=tuple(entries),
    )


def identity(entries: Sequence[Entry]) -> Identity:
    """What the run is about. Raises `ReleaseError` when its journal does not begin with that."""
    if not entries or entries[0].kind != STARTED:
        raise ReleaseError("The run's journal is empty.", "Start a new run.")
    return TypeAdapter(Identity).validate_python(dict(entries[0].data))


def stage_results(entries: Sequence[Entry]) -> dict[Stage, StageResult]:
    """The last result of each stage; a stage that was started again and not finished has none."""
    results: dict[Stage, StageResult] = {}
    for entry in entries:
        if entry.kind == STAGE_STARTED:
            results.pop(Stage(entry.stage), None)
        if entry.kind == STAGE_FINISHED:
            results[Stage(entry.stage)] = _result(entry)
    return results


def overall(entries: Sequence[Entry]) -> Outcome:
    """How the run stands: what the way back said, else the first stage without a yes, else passed once verified."""
    results = stage_results(entries)
    ways_back = [Outcome(str(e.data["outcome"])) for e in entries if e.kind == STAGE_FINISHED and e.stage == Stage.ROLLBACK]
    for outcome in reversed(ways_back):
        if outcome is not Outcome.PASSED:  # one that found nothing to do any more changes nothing
            return outcome
    for stage in (Stage.GATE, Stage.BACKUP, Stage.DEPLOY, Stage.VERIFY):
        if stage not in results:
            return _early(results, entries)
        if results[stage].outcome is not Outcome.PASSED:
            return results[stage].outcome
    return Outcome.PASSED


def _early(results: Mapping[Stage, StageResult], entries: Sequence[Entry]) -> Outcome:
    """A run that has not come to its end: incomplete, unless a stage of it has already said no, or nothing more was asked."""
    outcomes = {result.outcome for result in results.values()} - {Outcome.PASSED}
    if outcomes == {Outcome.REFUSED}:
        return Outcome.REFUSED
    asked = {Stage(entry.stage) for entry in entries if entry.kind == STAGE_STARTED} - {Stage.REPORT}
    whole = any(entry.kind == WHOLE for entry in entries)
    return Outcome.SO_FAR if asked and not whole and not outcomes and asked <= set(results) else Outcome.INCOMPLETE


def _result(entry: Entry) -> StageResult:
    raw: Any = dict(entry.data)
    return _stage_result().validate_python({**raw, "stage": Stage(entry.stage)})


@cache
def _stage_result() -> TypeAdapter[StageResult]:
    """Made once: a journal is read many times, and making it takes longer than reading."""
    return TypeAdapter(StageResult)


def _record(stage: Stage, result: StageResult, evidence: EvidenceStore) -> object | None:
    if stage not in RECORDS:
        return None
    name, kind = RECORDS[stage]
    found = next((item for item in result.evidence if item.name == name), None)
    return evidence.load(found.sha256, kind) if found else None


def left_by(stage: Stage, kind: type[T], entries: Sequence[Entry], evidence: EvidenceStore) -> T | None:
    """What a stage left, or None when it has not finished or left nothing."""
    result = stage_results(entries).get(stage)
    return _of(kind, _record(stage, result, evidence)) if result is not None else None


def _of(kind: type[T], record: object | None) -> T | None:
    return record if isinstance(record, kind) else None


def plain(reason: Reason) -> str:
    """A reason and its remedy as one line."""
    return f"{reason.text} {reason.remedy}".strip()

"""What a run's journal says about the stages that are behind it. Pure: entries in, answers out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import TypeAdapter, ValidationError

from secure_release.checks import Evidence

from .release import Entry, Outcome, ReleaseError, Stage

RUN_STARTED = "run-started"  # data: an Identity
STAGE_FINISHED = "stage-finished"  # data: outcome, summary, evidence ([{name, sha256}])


def started_with(entries: Sequence[Entry]) -> str:
    """The digest of the source that the run began with; "" when the journal does not say."""
    return next((str(entry.data.get("tree", "")) for entry in entries if entry.kind == RUN_STARTED), "")


def outcome_of(entries: Sequence[Entry], stage: Stage) -> Outcome | None:
    """How the stage ended the last time it ended; None when it never did."""
    data = _finished(entries, stage)
    if data is None:
        return None
    try:
        return Outcome(str(data.get("outcome")))
    except ValueError as problem:
        raise _unreadable(stage) from problem


def evidence_of(entries: Sequence[Entry], stage: Stage, name: str) -> Evidence | None:
    """A file that the stage left when it ended the last time, by its name."""
    data = _finished(entries, stage) or {}
    try:
        left = TypeAdapter(tuple[Evidence, ...]).validate_python(data.get("evidence", ()))
    except ValidationError as problem:
        raise _unreadable(stage) from problem
    return next((item for item in left if item.name == name), None)


def last_trouble(entries: Sequence[Entry]) -> str:
    """Why there is something to take back: the last stage that did not pass, or that nothing says so."""
    finished = [entry for entry in entries if entry.kind == STAGE_FINISHED and entry.stage in (Stage.DEPLOY, Stage.VERIFY)]
    if finished and finished[-1].data.get("outcome") != Outcome.PASSED:
        return f"{finished[-1].stage}: {finished[-1].data.get('summary', '')}"
    return "the release was cut off, or somebody asked for it"


def _finished(entries: Sequence[Entry], stage: Stage) -> Mapping[str, object] | None:
    ends = (entry.data for entry in reversed(entries) if entry.kind == STAGE_FINISHED and entry.stage == stage)
    return next(ends, None)


def _unreadable(stage: Stage) -> ReleaseError:
    return ReleaseError(
        f"The journal's line about the end of `{stage}` can't be read.",
        "The run was made by another version of secure-release. Start a new one.",
    )

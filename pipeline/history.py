"""What a run's journal says about the stages that are behind it. Pure: entries in, answers out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from secure_release.checks import Evidence

from .patching import Carrier, Patch, SafeSet
from .release import Entry, Outcome, ReleaseError, Stage
from .view import STAGE_FINISHED, STAGE_STARTED, STARTED

SAFE_SET = "safe-set"  # data: a SafeSet's line; its digest is "" when no patch is safe


@dataclass(frozen=True)
class _Line:
    digest: str
    plan_digest: str
    patches: tuple[Patch, ...]
    carriers: tuple[Carrier, ...]


def started_with(entries: Sequence[Entry]) -> str:
    """The digest of the source that the run began with; "" when the journal does not say."""
    return next((str(entry.data.get("tree", "")) for entry in entries if entry.kind == STARTED), "")


def outcome_of(entries: Sequence[Entry], stage: Stage) -> Outcome | None:
    """How the stage ended; None when it never did, or was started again since."""
    data = _finished(entries, stage)
    if data is None:
        return None
    try:
        return Outcome(str(data.get("outcome")))
    except ValueError as problem:
        raise _unreadable(stage) from problem


def evidence_of(entries: Sequence[Entry], stage: Stage, name: str) -> Evidence | None:
    """A file that the stage left when it ended, by its name."""
    data = _finished(entries, stage) or {}
    try:
        left = TypeAdapter(tuple[Evidence, ...]).validate_python(data.get("evidence", ()))
    except ValidationError as problem:
        raise _unreadable(stage) from problem
    return next((item for item in left if item.name == name), None)


def safe_set_of(entries: Sequence[Entry]) -> SafeSet | None:
    """What the run's last patch test lets out. None: it did not run, gave no answer, or found nothing safe.

    Raises `ReleaseError` for a line that can't be read: then nothing may be guessed.
    """
    last = _last_patch_test(entries)
    line = next(reversed(safe_set_lines(entries)), None)
    if line is None or outcome_of(last, Stage.PATCH_TEST) is not Outcome.PASSED:
        return None
    try:
        found = TypeAdapter(_Line).validate_python(line.data)
    except ValidationError as problem:
        raise _unreadable(Stage.PATCH_TEST) from problem
    images = {one.service: one.digest for one in found.carriers if one.kind == "image"}
    return SafeSet(found.digest, found.plan_digest, found.patches, images) if found.digest else None


def safe_set_lines(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """What the last patch test wrote down about its safe set."""
    return tuple(entry for entry in _last_patch_test(entries) if entry.kind == SAFE_SET)


def _last_patch_test(entries: Sequence[Entry]) -> Sequence[Entry]:
    """The journal from where the patch test began the last time."""
    begun = [place for place, entry in enumerate(entries) if entry.kind == STAGE_STARTED and entry.stage == Stage.PATCH_TEST]
    return entries[begun[-1] :] if begun else ()


def last_trouble(entries: Sequence[Entry]) -> str:
    """Why there is something to take back: the last stage that did not pass, or that nothing says so."""
    finished = [entry for entry in entries if entry.kind == STAGE_FINISHED and entry.stage in (Stage.DEPLOY, Stage.VERIFY)]
    if finished and finished[-1].data.get("outcome") != Outcome.PASSED:
        return f"{finished[-1].stage}: {finished[-1].data.get('summary', '')}"
    return "the release was cut off, or somebody asked for it"


def _finished(entries: Sequence[Entry], stage: Stage) -> Mapping[str, object] | None:
    """As `view.stage_results` has it, without reading the lines of the other stages."""
    own = (entry for entry in reversed(entries) if entry.stage == stage and entry.kind in (STAGE_STARTED, STAGE_FINISHED))
    last = next(own, None)
    return last.data if last is not None and last.kind == STAGE_FINISHED else None


def _unreadable(stage: Stage) -> ReleaseError:
    return ReleaseError(
        f"The journal's line about the end of `{stage}` can't be read.",
        "The run was made by another version of secure-release. Start a new one.",
    )

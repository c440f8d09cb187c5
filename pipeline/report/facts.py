"""What every report says of a run, derived once: rows of checks, what became of findings and gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import wraps
from typing import TypeVar, assert_never

from secure_release.checks import Broken, Finding, Gap, Ran, Result, Skipped, grading

from .. import policy
from ..keeping import Drill
from ..law import Waiver
from ..records import ScanReport
from ..release import Stage, StageResult
from ..view import RunView
from .text import seconds

T = TypeVar("T")

ORDER = (Stage.SCAN, Stage.PATCH_TEST, Stage.GATE, Stage.BACKUP, Stage.DEPLOY, Stage.VERIFY)

OURS = {"source": "the files of the release", "trust": "what the change does to its own gate"}  # they speak, and are no checks


class State(StrEnum):
    """How a check ended. `ABSENT`: it is required, and nothing was heard of it."""

    RAN = "ran"
    BROKEN = "broken"
    SKIPPED = "skipped"
    ABSENT = "absent"


class Status(StrEnum):
    """What became of a finding or gap. `UNJUDGED`: the gate has not run."""

    COUNTS = "counts"
    EXCUSED = "excused"
    UNJUDGED = "not judged"


@dataclass(frozen=True)
class FindingRow:
    finding: Finding
    status: Status
    by: str  # what excuses it, "" when nothing does
    waiver: Waiver | None


@dataclass(frozen=True)
class GapRow:
    gap: Gap
    status: Status
    by: str
    waiver: Waiver | None


@dataclass(frozen=True)
class CheckRow:
    """One check and how it ended; `gaps` and `findings` are only those that stand against the release."""

    name: str
    title: str
    required: bool
    state: State
    said: str
    remedy: str
    looked_at: int
    gaps: tuple[GapRow, ...]
    findings: tuple[FindingRow, ...]
    notes: tuple[str, ...]
    seconds: float

    @property
    def answered(self) -> bool:
        return self.state is State.RAN and not self.gaps


@dataclass(frozen=True)
class WaiverRow:
    waiver: Waiver
    state: str  # "in use", "matches nothing", "ended", "too long"


def once(derive: Callable[[RunView], T]) -> Callable[[RunView], T]:
    """For the same view again, what it gave the last time: a view never changes, and every report asks for the same."""
    last: list[tuple[RunView, T]] = []

    @wraps(derive)
    def given(view: RunView) -> T:
        kept = last[:]
        if not kept or kept[0][0] is not view:
            kept = last[:] = [(view, derive(view))]
        return kept[0][1]

    return given


@once
def findings(view: RunView) -> tuple[FindingRow, ...]:
    """Every finding, the worst first; as the gate judged them, or as the scan left them."""
    if view.verdict is not None:
        counted = (FindingRow(finding, Status.COUNTS, "", None) for finding in view.verdict.counted)
        excused = (
            FindingRow(e.item, Status.EXCUSED, e.by, e.waiver) for e in view.verdict.excused if isinstance(e.item, Finding)
        )
        rows: Iterable[FindingRow] = (*counted, *excused)
    else:
        rows = (FindingRow(f, Status.UNJUDGED, "", None) for f in (policy.findings(view.scan) if view.scan else ()))
    return tuple(sorted(rows, key=lambda r: (r.status is Status.EXCUSED, -r.finding.severity.rank, *_where(r.finding))))


@once
def gaps(view: RunView) -> tuple[GapRow, ...]:
    """Everything that was not looked at; what stands against the release first."""
    if view.verdict is None:
        return tuple(GapRow(gap, Status.UNJUDGED, "", None) for gap in _found_gaps(view))
    counted = (GapRow(gap, Status.COUNTS, "", None) for gap in view.verdict.gaps)
    excused = (GapRow(e.item, Status.EXCUSED, e.by, e.waiver) for e in view.verdict.excused if isinstance(e.item, Gap))
    return (*counted, *excused)


@once
def checks(view: RunView) -> tuple[CheckRow, ...]:
    """A row for every check that is required, ran, or stands against the release; absent ones too."""
    results = view.scan.results if view.scan else {}
    required = view.scan.law.policy.require if view.scan else ()
    counted = [row for row in findings(view) if row.status is not Status.EXCUSED]
    open_gaps = [row for row in gaps(view) if row.status is not Status.EXCUSED and not is_patch_gap(view, row.gap)]
    speakers = (*(row.finding.check for row in counted), *(row.gap.check for row in open_gaps))
    names = dict.fromkeys((*required, *results, *speakers))
    return tuple(_check(view, name, name in required, counted, open_gaps) for name in names)


def is_patch_gap(view: RunView, gap: Gap) -> bool:
    return view.patch_test is not None and gap in view.patch_test.gaps


def waivers(view: RunView) -> tuple[WaiverRow, ...]:
    """Every waiver of the law, the first to end first."""
    if view.scan is None:
        return ()
    used = {e.waiver.fingerprint for e in view.verdict.excused if e.waiver} if view.verdict else set()
    rows = (WaiverRow(w, _waiver_state(w, used, view)) for w in view.scan.law.waivers)
    return tuple(sorted(rows, key=lambda row: (row.waiver.until, row.waiver.fingerprint)))


def today(view: RunView) -> date:
    return view.verdict.today if view.verdict else view.started.date()


@once
def unread(view: RunView) -> tuple[str, ...]:
    """Listed files that are in no check's list of what it looked at: binary files, and kinds that no check is for.

    Nothing for a shard: what the others look at is not known here."""
    if view.scan is None or view.scan.share.count > 1:
        return ()
    read = {item for result in view.scan.results.values() if isinstance(result, Ran) for item in result.looked_at}
    missed = {row.gap.subject for row in gaps(view)}
    return tuple(path for path in view.scan.files if path not in read and path not in missed)


def took(result: StageResult) -> float:
    return (result.finished - result.started).total_seconds()


def drilled(drill: Drill | None) -> str:
    """What a drill showed; without one nobody knows whether the backup can be restored."""
    if drill is None:
        return "never restored"
    return f"{'restored and equal' if drill.passed else 'restored and DIFFERENT'} in {seconds(drill.seconds)}"


def head(view: RunView) -> str:
    """The digest of the journal's last line as this report knows it."""
    return view.entries[-1].sha256 if view.entries else ""


def speakers(finding: Finding) -> str:
    """The checks that say it."""
    return ", ".join(sorted({finding.check, *(witness.check for witness in finding.witnesses)}))


def _where(finding: Finding) -> tuple[str, int, str]:
    return finding.place.path, finding.place.line, finding.fingerprint


def _found_gaps(view: RunView) -> Iterator[Gap]:
    if view.scan is not None:
        yield from view.scan.source_gaps
        for result in view.scan.results.values():
            if isinstance(result, Ran):
                yield from result.gaps
    if view.patch_test is not None:
        yield from view.patch_test.gaps


def _check(view: RunView, name: str, required: bool, counted: Iterable[FindingRow], open_gaps: Iterable[GapRow]) -> CheckRow:
    result = view.scan.results.get(name) if view.scan else None
    mine = tuple(row for row in counted if row.finding.check == name)
    missed = tuple(row for row in open_gaps if row.gap.check == name)
    spoke = bool(mine or missed)
    state, said, remedy = _ended(result, spoke)
    return CheckRow(
        name=name,
        title=view.scan.titles.get(name, OURS.get(name, "")) if view.scan else OURS.get(name, ""),
        required=required,
        state=state,
        said=said,
        remedy=remedy,
        looked_at=len(result.looked_at) if isinstance(result, Ran) else 0,
        gaps=missed,
        findings=mine,
        notes=_notes(view.scan, name),
        seconds=view.scan.seconds.get(name, 0.0) if view.scan else 0.0,
    )


def _notes(scan: ScanReport | None, check: str) -> tuple[str, ...]:
    """What the check says of itself, and what was made of its findings."""
    result = scan.results.get(check) if scan is not None else None
    if scan is None or not isinstance(result, Ran):
        return ()
    return (*result.notes, *grading.notes(check, result, scan.judged_as_tests))


def _ended(result: Result | None, spoke: bool) -> tuple[State, str, str]:
    match result:
        case None if spoke:
            return State.RAN, "", ""
        case None:
            return State.ABSENT, "it did not run", "Check its name in `policy.require`, and that it is installed."
        case Ran():
            return State.RAN, "", ""
        case Broken(reason=why, remedy=remedy):
            return State.BROKEN, why, remedy
        case Skipped(reason=why):
            return State.SKIPPED, why, ""
        case _:
            assert_never(result)


def _waiver_state(waiver: Waiver, used: set[str], view: RunView) -> str:
    if waiver.until < today(view):
        return "ended"
    if view.scan is not None and not policy.valid(waiver, view.scan.law.policy, today(view)):
        return "too long"
    return "in use" if waiver.fingerprint in used else "matches nothing"

"""JUnit XML: a row for everything that had to answer, absent and broken ones too. Nothing is red in a release that passed."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from ..patching import HELD, KINDS, Judged, PatchReport
from ..patching import Verdict as PatchVerdict
from ..release import Outcome, Stage
from ..shipping import Probed
from ..view import RunView
from . import facts, reasons
from . import patches as tried
from .facts import CheckRow, State
from .text import one_line, sentences, visible, words

MOST = 200  # lines in one row: Jenkins keeps each in memory; the rest is in report.html


class Kind(StrEnum):
    """How a row ends, named as its element is."""

    GOOD = ""
    SKIPPED = "skipped"
    FAILURE = "failure"  # looked, and the answer is no
    ERROR = "error"  # no answer


@dataclass(frozen=True)
class Row:
    name: str
    kind: Kind
    said: str
    more: tuple[str, ...]
    seconds: float


def render(view: RunView) -> str:
    root = ET.Element("testsuites", name="secure-release")
    suites = [(stage, list(_rows(view, stage))) for stage in _stages(view)]
    for stage, rows in (*suites, ("release", [_release(view)])):
        _suite(root, view, stage, rows)
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _stages(view: RunView) -> Iterable[Stage]:
    ran = [result.stage for result in view.stages]
    return [stage for stage in Stage if stage in facts.ORDER or (stage in ran and stage is not Stage.REPORT)]


def _suite(root: ET.Element, view: RunView, stage: str, rows: Iterable[Row]) -> None:
    """In a release that passed, what did not answer was not required: it is shown as skipped, with its words."""
    shown = [_calm(row) for row in rows] if view.outcome in (Outcome.PASSED, Outcome.SO_FAR) else list(rows)
    suite = ET.SubElement(root, "testsuite", name=stage, tests=str(len(shown)), timestamp=view.started.isoformat())
    for kind, key in ((Kind.FAILURE, "failures"), (Kind.ERROR, "errors"), (Kind.SKIPPED, "skipped")):
        suite.set(key, str(sum(row.kind is kind for row in shown)))
    suite.set("time", f"{sum(row.seconds for row in shown):.3f}")
    for row in shown:
        _case(suite, stage, row)


def _case(suite: ET.Element, stage: str, row: Row) -> None:
    name = one_line(row.name)
    case = ET.SubElement(suite, "testcase", classname=f"secure-release.{stage}", name=name, time=f"{row.seconds:.3f}")
    rest = (f"and {len(row.more) - MOST} more: see report.html",) if row.more[MOST:] else ()
    text = visible("\n".join((*row.more[:MOST], *rest)))
    if row.kind is Kind.GOOD:
        if text or row.said:
            ET.SubElement(case, "system-out").text = "\n".join(part for part in (one_line(row.said), text) if part)
        return
    ET.SubElement(case, row.kind.value, message=one_line(row.said)).text = text


def _calm(row: Row) -> Row:
    return row if row.kind in (Kind.GOOD, Kind.SKIPPED) else Row(row.name, Kind.SKIPPED, row.said, row.more, row.seconds)


def _rows(view: RunView, stage: Stage) -> Iterator[Row]:
    yield _stage(view, stage)
    match stage:
        case Stage.SCAN:
            yield from (_check(row) for row in facts.checks(view))
        case Stage.PATCH_TEST:
            yield from _patches(view)
        case Stage.BACKUP:
            yield from _sources(view)
        case Stage.VERIFY:
            yield from (_probe(probed) for probed in (view.verify.probed if view.verify else ()))
        case Stage.ROLLBACK:
            yield from _way_back(view)
        case Stage.GATE | Stage.DEPLOY | Stage.REPORT:
            return


def _stage(view: RunView, stage: Stage) -> Row:
    result = view.stage(stage)
    if result is None:
        return Row("the stage", Kind.SKIPPED, "This stage has not run.", (), 0.0)
    reasons = tuple(sentences(reason.text, reason.remedy) for reason in result.reasons)
    return Row("the stage", _kind(result.outcome), f"{result.outcome}: {result.summary}", reasons, facts.took(result))


def _kind(outcome: Outcome) -> Kind:
    if outcome in (Outcome.PASSED, Outcome.SO_FAR):
        return Kind.GOOD
    return Kind.ERROR if outcome in (Outcome.INCOMPLETE, Outcome.STRANDED) else Kind.FAILURE


def _check(row: CheckRow) -> Row:
    missed = tuple(sentences(f"not looked at: {gap.gap.subject}: {gap.gap.reason}", gap.gap.remedy) for gap in row.gaps)
    refused = tuple(f"{f.finding.place}: {f.finding.message} ({f.finding.severity}) {f.finding.fix}" for f in row.findings)
    more = (*missed, *refused)
    match row.state:
        case State.SKIPPED if not row.required:
            return Row(row.name, Kind.SKIPPED, row.said, more, row.seconds)
        case State.BROKEN | State.ABSENT | State.SKIPPED:
            return Row(row.name, Kind.ERROR, sentences(f"no answer: {row.said}", row.remedy), more, row.seconds)
        case State.RAN if missed:
            return Row(row.name, Kind.ERROR, f"did not look at everything: gaps: {len(missed)}", more, row.seconds)
        case State.RAN if refused:
            return Row(row.name, Kind.FAILURE, f"findings that stand against the release: {len(refused)}", more, row.seconds)
        case State.RAN:
            return Row(row.name, Kind.GOOD, f"items looked at: {row.looked_at}", row.notes, row.seconds)


def _patches(view: RunView) -> Iterator[Row]:
    """A patch that breaks does not stop a release (it is not installed): its row is skipped, unless nobody could say."""
    if view.patch_test is None:
        return
    for row in facts.gaps(view):
        if facts.is_patch_gap(view, row.gap):
            kind = Kind.SKIPPED if row.status is facts.Status.EXCUSED else Kind.ERROR
            yield Row(row.gap.subject, kind, sentences(row.gap.reason, row.gap.remedy), (), 0.0)
    if view.patch_test.judged:
        yield Row("the clones", Kind.GOOD, "how it was tested", tuple(_clones(view.patch_test)), 0.0)
    yield from (_patch(judged) for judged in view.patch_test.judged)


def _clones(report: PatchReport) -> Iterator[str]:
    yield from (f"{what}: {value}" for what, value in tried.how(report))
    yield from (f"clones were without: {what}" for what in (report.cloned.left_out if report.cloned else ()))
    yield from (f"hole left open: {hole}: {why}" for hole, why in tried.left_open(report))
    yield from (f"to be restarted: {what}" for what in report.restarts)
    yield from (f"to be rebooted for: {what}" for what in report.reboot)
    yield from (f"carried by: {' '.join(part for part in carrier if part)}" for carrier in tried.carriers(report))


def _patch(judged: Judged) -> Row:
    kind = Kind.SKIPPED
    if judged.verdict is PatchVerdict.SAFE:
        kind = Kind.GOOD
    elif judged.verdict in tried.UNSURE and judged.output not in (HELD, KINDS):
        kind = Kind.ERROR
    holes = f"; holes: {', '.join(judged.patch.holes)}" if judged.patch.holes else ""
    said = f"{tried.verdict(judged)}{holes}"
    return Row(judged.patch.id, kind, said, (*judged.tests, *judged.output.splitlines()), 0.0)


def _sources(view: RunView) -> Iterator[Row]:
    generation = view.backup.generation if view.backup else None
    if generation is None:
        return
    drill = generation.drill
    for taken in generation.taken:
        said = f"{taken.type}, {taken.consistency}; items: {taken.items}, bytes: {taken.size}"
        if drill is None:
            yield Row(taken.source, Kind.ERROR, f"never restored: {said}", (), 0.0)
        else:
            yield Row(taken.source, Kind.GOOD if drill.passed else Kind.FAILURE, said, drill.differences, drill.seconds)


def _probe(probed: Probed) -> Row:
    return Row(probed.name, Kind.GOOD if probed.healthy else Kind.FAILURE, probed.said, (), probed.seconds)


def _way_back(view: RunView) -> Iterator[Row]:
    if view.rollback is None:
        return
    yield from (Row(step, Kind.GOOD, "went back", (), 0.0) for step in view.rollback.undone)
    yield from (Row(step, Kind.ERROR, "did not go back", view.rollback.by_hand, 0.0) for step in view.rollback.failed)
    yield from (_probe(probed) for probed in view.rollback.probed)


def _release(view: RunView) -> Row:
    """The whole as one row, so that no way to end without a yes can be green."""
    against = tuple(sentences(f"{item.kind}: {item.reason.text}", item.reason.remedy) for item in reasons.against(view))
    return Row("the verdict", _kind(view.outcome), words(view.outcome), against, 0.0)

"""The sections of the page on what was looked at, what was not, what was found, and what is excused."""

from __future__ import annotations

from collections.abc import Iterable

from secure_release.checks import Severity

from ..view import RunView
from . import facts
from .facts import CheckRow, FindingRow, GapRow, State, Status
from .page import Block, Cell, Section, Tone, cell, listing, table
from .text import count, seconds, sentences

STATES = {State.RAN: Tone.GOOD, State.BROKEN: Tone.OPEN, State.ABSENT: Tone.OPEN, State.SKIPPED: Tone.QUIET}
STANDING = {Status.COUNTS: Tone.BAD, Status.EXCUSED: Tone.QUIET, Status.UNJUDGED: Tone.OPEN}
SEVERE = {Severity.CRITICAL: Tone.BAD, Severity.HIGH: Tone.BAD, Severity.UNKNOWN: Tone.OPEN}
WAIVED = {"in use": Tone.GOOD, "matches nothing": Tone.QUIET, "ended": Tone.BAD, "too long": Tone.BAD}


def looked_at(view: RunView) -> Section:
    rows = facts.checks(view)
    silent = sum(not row.answered for row in rows if row.required or row.state is State.BROKEN or row.gaps)
    some = f"{silent} of {len(rows)} gave no whole answer." if silent else "All that were required gave a whole answer."
    lead = some if rows else "Nothing was scanned."
    columns = ("check", "how it ended", "items", "gaps", "against", "time")
    return Section(
        "looked-at",
        "What was looked at",
        lead if rows else "Nothing was scanned.",
        table("Checks", columns, (_check(row) for row in rows)),
    )


def _check(row: CheckRow) -> tuple[Cell, ...]:
    tone = Tone.OPEN if row.gaps or (row.required and row.state is State.SKIPPED) else STATES[row.state]
    ended = f"{row.state}, with gaps" if row.state is State.RAN and row.gaps else str(row.state)
    said = sentences(row.said, row.remedy, *row.notes)
    return (
        cell(row.name, note=row.title),
        cell(ended if row.required else f"{ended} (not required)", tone, said),
        cell(f"{row.looked_at:,}", Tone.NUMBER),
        cell(f"{len(row.gaps):,}", Tone.NUMBER),
        cell(f"{len(row.findings):,}", Tone.NUMBER),
        cell(seconds(row.seconds) if row.seconds else "–", Tone.NUMBER),
    )


def not_looked_at(view: RunView) -> Section:
    missed = facts.gaps(view)
    unread = facts.unread(view)
    left_out = view.scan.left_out if view.scan else ()
    suppressions = view.scan.suppressions if view.scan else ()
    comments = (
        f"{s.path}:{s.lines[0]}: {s.tool} is to look away ({', '.join(s.rules) or 'every rule'})"
        f"{', added by this change' if s.added else ''}"
        for s in suppressions
    )
    blocks = (
        *table("Gaps: what a check should have looked at and did not", ("check", "what", "why", "standing"), map(_gap, missed)),
        *table("Excluded by the policy", ("path", "why"), ((cell(path, Tone.CODE), cell(why)) for path, why in left_out)),
        *listing(f"In no check's list ({len(unread):,}): binary files, and kinds that no check is for", unread, folded=True),
        *listing("Comments that ask a tool to look away", comments, folded=True),
    )
    lead = f"{count(len(missed), 'gap')}, {count(len(left_out), 'exclusion')}, {count(len(unread), 'file')} in no check's list."
    return Section("not-looked-at", "What was not looked at", lead, blocks)


def _gap(row: GapRow) -> tuple[Cell, ...]:
    return cell(row.gap.check), cell(row.gap.subject, Tone.CODE), cell(row.gap.reason, note=row.gap.remedy), _standing(row)


def findings(view: RunView) -> Section:
    rows = facts.findings(view)
    counted = [row for row in rows if row.status is not Status.EXCUSED]
    excused = [row for row in rows if row.status is Status.EXCUSED]
    blocks = (*_findings("Against the release", counted), *_findings("Excused", excused))
    lead = f"{len(counted):,} against the release, {len(excused):,} excused. One hole is one finding, whoever reports it."
    return Section("findings", "Findings", lead if rows else "No check found anything.", blocks)


def _findings(caption: str, rows: Iterable[FindingRow]) -> tuple[Block, ...]:
    columns = ("severity", "place", "what is wrong", "said by", "standing")
    return table(caption, columns, (_finding(row) for row in rows))


def _finding(row: FindingRow) -> tuple[Cell, ...]:
    found = row.finding
    sure = f"{found.confidence} confidence"
    names = ", ".join((*found.advisories, *((found.weakness,) if found.weakness else ())))
    rules = ", ".join(dict.fromkeys((found.rule, *(witness.rule for witness in found.witnesses))))
    return (
        cell(found.severity, Tone.QUIET if row.status is Status.EXCUSED else SEVERE.get(found.severity, Tone.PLAIN), sure),
        cell(found.place, Tone.CODE, rules),
        cell(found.message, Tone.PROSE, sentences(found.fix, names)),
        cell(facts.speakers(found)),
        _standing(row),
    )


def _standing(row: FindingRow | GapRow) -> Cell:
    tone = STANDING[row.status]
    if row.waiver is not None:
        return cell(f"waived until {row.waiver.until}", tone, f"{row.waiver.reason} ({row.waiver.owner})")
    return cell(row.by or row.status, tone)


def waivers(view: RunView) -> Section:
    rows = facts.waivers(view)
    columns = ("ends", "state", "owner", "reason", "fingerprint")
    blocks = table(
        "Waivers, the first to end first",
        columns,
        (
            (
                cell(row.waiver.until),
                cell(row.state, WAIVED[row.state]),
                cell(row.waiver.owner),
                cell(row.waiver.reason, Tone.PROSE),
                cell(row.waiver.fingerprint, Tone.CODE),
            )
            for row in rows
        ),
    )
    law = f"The law was read from {view.scan.law.read_from}." if view.scan else ""
    return Section("waivers", "Waivers", f"{count(len(rows), 'waiver')}. {law}".strip(), blocks)

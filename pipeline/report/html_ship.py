"""The sections of the page on patches, backups, what was deployed, what went back, and how the run went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from ..keeping import Generation, Promise
from ..patching import Judged
from ..patching import Verdict as PatchVerdict
from ..release import Entry
from ..shipping import Probed
from ..view import RUN_FINISHED, STAGE_FINISHED, STAGE_STARTED, STARTED, RunView
from . import facts
from .page import Block, Cell, Rail, Section, Tone, cell, listing, quoted, table
from .text import count, moment, seconds, sentences, size

UNSURE = {PatchVerdict.ERROR, PatchVerdict.UNTESTED, PatchVerdict.FLAKY}
OURS = {STARTED: "the run began", STAGE_STARTED: "began", STAGE_FINISHED: "ended", RUN_FINISHED: "the run ended"}
SHORT = 200  # characters of a journal entry's data


def patches(view: RunView) -> Section:
    report = view.patch_test
    if report is None:
        return Section("patches", "Patches", "No patch was tried.", ())
    environment = report.environment
    where = f" of {environment.name}, Python {environment.python}, {environment.isolation}" if environment else ""
    safe = f"{len(report.safe_set)} of {count(len(report.judged), 'pending patch')} safe"
    lead = f"{safe}, by {count(report.runs, 'run')} of the tests in clones{where}. {sentences(*report.sources)}"
    blocks = (
        *table("Each patch and what the clones said", ("patch", "verdict", "closes", "tests"), map(_patch, report.judged)),
        *(block for judged in report.judged for block in quoted(f"Last lines with {judged.patch.id}", judged.output)),
        *listing("Tests that disagree with themselves without any patch: not counted", report.quarantined),
        *quoted("The change to the lock that the safe set makes", report.lock_diff),
    )
    return Section("patches", "Patches", lead, blocks)


def _patch(judged: Judged) -> tuple[Cell, ...]:
    tone = Tone.OPEN if judged.verdict in UNSURE else Tone.BAD
    shown = Tone.GOOD if judged.verdict is PatchVerdict.SAFE else tone
    return (
        cell(judged.patch.id, Tone.CODE),
        cell(judged.verdict, shown, ", ".join(judged.others)),
        cell(", ".join(judged.patch.holes)),
        cell(", ".join(judged.tests) or "none breaks"),
    )


def backups(view: RunView) -> Section:
    report = view.backup
    if report is None:
        return Section("backups", "Backups", "No backup was taken.", ())
    now = view.finished or view.started
    stops = tuple((moment(kept.at), _generation(kept, now)) for kept in reversed(report.kept))
    taken = report.generation.taken if report.generation else ()
    blocks: tuple[Block, ...] = (
        *table(
            "What this release's generation holds",
            ("source", "how it was taken", "items", "size"),
            (
                (
                    cell(item.source, note=item.path),
                    cell(item.consistency, note=item.type),
                    cell(f"{item.items:,}", Tone.NUMBER),
                    cell(size(item.size), Tone.NUMBER),
                )
                for item in taken
            ),
        ),
        *((Rail("Generations, the newest first", stops),) if stops else ()),
        *table("Promises: there is always a restore point at least this old", ("age", "holds"), map(_promise, report.promises)),
        *table(
            "Who else could read the backups",
            ("severity", "place", "what"),
            ((cell(f.severity, Tone.BAD), cell(f.place, Tone.CODE), cell(f.message, note=f.fix)) for f in report.exposure),
        ),
        *listing("Removed, because no promise needs them", report.pruned, folded=True),
    )
    named = report.generation is not None
    lead = f"{count(len(report.kept), 'generation')} kept." if named else "The project names nothing to back up."
    return Section("backups", "Backups", lead, blocks)


def _generation(kept: Generation, now: datetime) -> Cell:
    age = seconds(max((now - kept.at).total_seconds(), 0))
    pinned = f"; stays for: {', '.join(kept.pinned)}" if kept.pinned else ""
    good = kept.drill is not None and kept.drill.passed
    note = f"{age} old, {size(kept.size)}, {kept.id}{pinned}"
    return cell(facts.drilled(kept.drill), Tone.GOOD if good else Tone.OPEN, note)


def _promise(promise: Promise) -> tuple[Cell, ...]:
    if promise.kept_by:
        return cell(seconds(promise.age)), cell("holds now", Tone.GOOD, f"kept by {promise.kept_by}")
    return cell(seconds(promise.age)), cell(f"does not hold yet; from {moment(promise.holds_from)}", Tone.OPEN)


def deployed(view: RunView) -> Section:
    if view.deploy is None:
        return Section("deployed", "What was deployed", "Nothing was deployed.", ())
    undo = view.deploy.undo
    before = f"{undo.previous} ({undo.previous_version or 'version unknown'})" if undo.previous else "nothing"
    blocks = (
        *_probes("Probes before the change", view.deploy.before),
        *_probes("Probes after the change", view.verify.probed if view.verify else ()),
        *listing("How to take it back by hand", undo.steps, ordered=True),
    )
    lead = f"{view.deploy.standing or 'Nothing'} was put in place of {before}, by the driver {undo.driver}."
    if view.verify is not None:
        lead += f" It was watched for {seconds(view.verify.watched_seconds)}, {count(view.verify.rounds, 'round')} of probes."
    return Section("deployed", "What was deployed", lead, blocks)


def _probes(caption: str, probed: Sequence[Probed]) -> tuple[Block, ...]:
    rows = (
        (
            cell(p.name),
            cell("healthy" if p.healthy else "not healthy", Tone.GOOD if p.healthy else Tone.BAD),
            cell(p.said),
            cell(moment(p.at), note=seconds(p.seconds)),
        )
        for p in probed
    )
    return table(caption, ("probe", "answer", "what it said", "asked"), rows)


def rolled_back(view: RunView) -> tuple[Section, ...]:
    """Only when something was taken back."""
    back = view.rollback
    if back is None:
        return ()
    parts = ((back.undone, "went back", Tone.GOOD), (back.failed, "did not go back", Tone.BAD), (back.data, "data", Tone.PLAIN))
    rows = ((cell(kind, tone), cell(text)) for items, kind, tone in parts for text in items)
    blocks = (
        *table("What went back and what did not", ("how", "what"), rows),
        *_probes("Probes after the rollback", back.probed),
    )
    return (Section("rollback", "What was taken back", f"Because {back.cause}.", blocks),)


def time_line(view: RunView) -> Section:
    rows = ((cell(moment(entry.at)), cell(_event(entry), Tone.PROSE, _said(entry.data))) for entry in view.entries)
    lead = f"{count(len(view.entries), 'line')} of the journal, from {moment(view.started)} to {moment(view.finished)}."
    return Section("time-line", "How the run went", lead, table("The journal", ("when", "what"), rows))


def _event(entry: Entry) -> str:
    what = OURS.get(entry.kind, entry.kind)
    return f"{entry.stage}: {what}" if entry.stage else what


def _said(data: Mapping[str, object]) -> str:
    plain = (f"{key}: {value}" for key, value in data.items() if isinstance(value, str | int | float) and str(value))
    return "; ".join(plain)[:SHORT]


def digests(view: RunView) -> Section:
    who = view.identity
    pairs = (
        ("journal head", facts.head(view)),
        ("commit", who.commit),
        ("tree", who.tree),
        ("configuration and law", who.config),
        *((("safe patch set", view.patch_test.safe_digest),) if view.patch_test and view.patch_test.safe_digest else ()),
        *((f"{result.stage}: {item.name}", item.sha256) for result in view.stages for item in result.evidence),
    )
    rows = ((cell(name), cell(digest, Tone.CODE)) for name, digest in pairs)
    lead = "The task evidence compares them with the run's folder."
    return Section("digests", "Digests", lead, table("What this page stands on", ("what", "digest (SHA-256, or git's)"), rows))

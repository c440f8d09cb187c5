"""Markdown for CI step summaries and pull requests: the verdict and its reasons first, then tables."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence

from ..release import Outcome
from ..shipping import Probed
from ..view import RunView
from . import facts, reasons
from . import patches as tried
from .text import count, cut, moment, one_line, seconds, sentences, size, words

MOST = 50  # rows of one table: GitHub cuts a step summary at 1 MiB
LONGEST = 300  # characters of one cell
MARKS = {
    Outcome.PASSED: "\u2705",
    Outcome.SO_FAR: "\u2611",
    Outcome.REFUSED: "\u26d4",
    Outcome.INCOMPLETE: "\u2753",
    Outcome.ROLLED_BACK: "\u21a9\ufe0f",
    Outcome.STRANDED: "\U0001f6a8",
}
SPECIAL = re.compile(r"([\\`*_\[\]|~$])")  # what begins a line needs no escape: no data does


def render(view: RunView) -> str:
    return "\n".join(line for part in PARTS for line in part(view)) + "\n"


def safe(text: str, limit: int = LONGEST) -> str:
    """Text of somebody else, as text: no markup, no HTML, no table cell, no link, no mention, no hidden character."""
    escaped = html.escape(SPECIAL.sub(r"\\\1", cut(one_line(text), limit)), quote=False)
    linkless = re.sub(r"(?i)(https?|ftp|mailto|www)(?=[:.])", lambda m: m[0][0] + "<!-- -->" + m[0][1:], escaped)
    return linkless.replace("@", "@<!-- -->")


def _head(view: RunView) -> Iterator[str]:
    who = view.identity
    yield f"# {MARKS[view.outcome]} {safe(who.name, 80)} {safe(who.version, 80)}: {view.outcome}"
    yield f"\n**{words(view.outcome)}**\n"
    yield f"Commit {safe(who.commit[:12])} on {safe(who.branch, 80)}, run {safe(who.run, 80)}, {moment(view.started)}."


def _reasons(view: RunView) -> Iterator[str]:
    found = reasons.against(view)
    if not found:
        return
    yield f"\n## {count(len(found), 'reason')} against\n"
    for item in found[:MOST]:
        remedy = f" _{safe(item.reason.remedy)}_" if item.reason.remedy else ""
        yield f"- **{item.kind}**: {safe(item.reason.text)}{remedy}"
    yield from _more(len(found))


def _stages(view: RunView) -> Iterator[str]:
    rows = [(str(r.stage), str(r.outcome), r.summary, seconds(facts.took(r))) for r in view.stages]
    missing = [(str(stage), "has not run", "", "") for stage in facts.ORDER if view.stage(stage) is None]
    yield from _table("Stages", ("stage", "outcome", "what it says", "took"), (*rows, *missing))


def _checks(view: RunView) -> Iterator[str]:
    rows = [
        (r.name, _ended(r), str(r.looked_at), str(len(r.gaps)), str(len(r.findings)), sentences(r.said, r.remedy))
        for r in facts.checks(view)
    ]
    yield from _table("What was looked at", ("check", "how it ended", "items", "gaps", "counted findings", "what it says"), rows)


def _ended(row: facts.CheckRow) -> str:
    return str(row.state) if row.required else f"{row.state} (not required)"


def _findings(view: RunView) -> Iterator[str]:
    rows = [
        (
            r.finding.severity,
            str(r.finding.place),
            r.finding.message,
            facts.speakers(r.finding),
            _standing(r),
            r.finding.fingerprint,
        )
        for r in facts.findings(view)
    ]
    yield from _table("Findings", ("severity", "place", "what", "who says it", "standing", "fingerprint"), rows)


def _standing(row: facts.FindingRow | facts.GapRow) -> str:
    until = f" of {row.waiver.owner} until {row.waiver.until}" if row.waiver else ""
    return f"{row.status}: {row.by}{until}" if row.by else str(row.status)


def _gaps(view: RunView) -> Iterator[str]:
    rows = [(r.gap.check, r.gap.subject, r.gap.reason, r.gap.remedy, _standing(r)) for r in facts.gaps(view)]
    yield from _table("What was not looked at", ("check", "what", "why", "remedy", "standing"), rows)
    if view.scan is not None:
        yield from _table("Excluded by the policy", ("path", "why"), view.scan.left_out)


def _patches(view: RunView) -> Iterator[str]:
    report = view.patch_test
    if report is None:
        return
    rows = [
        (one.patch.id, tried.verdict(one), ", ".join(one.patch.holes), ", ".join(one.tests), " / ".join(tried.last_lines(one)))
        for one in report.judged
    ]
    yield from _table("Patches, tried in clones", ("patch", "verdict", "holes", "breaks", "last lines"), rows)
    yield from _table("Holes that stay open", ("hole", "why"), tried.left_open(report))
    yield from _table("What carries the safe set", ("how", "service", "what", "digest"), tried.carriers(report))
    at_rollout = [*(("restart", what) for what in report.restarts), *(("reboot for", what) for what in report.reboot)]
    yield from _table("To do when the safe set is taken", ("", "what"), at_rollout)
    without = [("clones were without", what) for what in (report.cloned.left_out if report.cloned else ())]
    moody = [("not counted, disagrees with itself", test) for test in report.quarantined]
    yield from _table("How the patches were tested", ("what", "how"), [*tried.how(report), *without, *moody])


def _backups(view: RunView) -> Iterator[str]:
    if view.backup is None:
        return
    rows = [(kept.id, moment(kept.at), size(kept.size), facts.drilled(kept.drill)) for kept in view.backup.kept]
    yield from _table("Backups", ("generation", "taken", "size", "drill"), rows)


def _probes(view: RunView) -> Iterator[str]:
    asked: tuple[tuple[str, Sequence[Probed]], ...] = (
        ("before", view.deploy.before if view.deploy else ()),
        ("after", view.verify.probed if view.verify else ()),
        ("after the rollback", view.rollback.probed if view.rollback else ()),
    )
    rows = [(p.name, when, "healthy" if p.healthy else "not healthy", p.said) for when, group in asked for p in group]
    yield from _table("Probes", ("probe", "asked", "answer", "what it said"), rows)


def _rollback(view: RunView) -> Iterator[str]:
    if view.rollback is None:
        return
    back = view.rollback
    groups = (("went back", back.undone), ("did not go back", back.failed), ("data", back.data), ("to do by hand", back.by_hand))
    yield from _table(f"Rollback: {safe(back.cause)}", ("", "what"), [(kind, text) for kind, group in groups for text in group])


def _waivers(view: RunView) -> Iterator[str]:
    rows = [(r.waiver.fingerprint, r.waiver.owner, r.waiver.reason, str(r.waiver.until), r.state) for r in facts.waivers(view)]
    yield from _table("Waivers", ("fingerprint", "owner", "reason", "until", "state"), rows)


def _end(view: RunView) -> Iterator[str]:
    yield f"\nJournal {safe(facts.head(view))}. The whole story is in report.html."


def _table(title: str, names: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    listed = list(rows)
    if not listed:
        return
    yield f"\n## {title}\n\n| {' | '.join(names)} |\n|{'---|' * len(names)}"
    yield from (f"| {' | '.join(safe(cell) for cell in row)} |" for row in listed[:MOST])
    yield from _more(len(listed))


def _more(total: int) -> Iterator[str]:
    if total > MOST:
        yield f"\nand {total - MOST:,} more: see report.html"


PARTS = (
    _head,
    _reasons,
    _stages,
    _checks,
    _findings,
    _gaps,
    _patches,
    _backups,
    _probes,
    _rollback,
    _waivers,
    _end,
)

"""For people at a terminal or reading a CI log: plain text, at most 100 columns, the reasons last."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from ..patching import Judged
from ..release import Outcome, StageResult
from ..view import RunView
from . import facts, reasons
from . import patches as tried
from .facts import State, Status
from .text import count, cut, one_line, seconds, words

WIDTH = 100
DIGITS = 12  # of a digest: enough to compare by eye, the whole is in the report
MOST = 20  # lines of one list: what fits on a screen together with the verdict
MARKS = {
    Outcome.PASSED: "[ok]",
    Outcome.SO_FAR: "[ok]",
    Outcome.REFUSED: "[no]",
    Outcome.INCOMPLETE: "[??]",
    Outcome.ROLLED_BACK: "[<-]",
    Outcome.STRANDED: "[!!]",
}


def render(view: RunView) -> str:
    who = view.identity
    lines = [cut(one_line(f"{who.name} {who.version}, commit {who.commit[:12]} on {who.branch}, run {who.run}"), WIDTH), ""]
    lines += [stage_line(result) for result in view.stages]
    return "\n".join(lines) + "\n" + after_the_stages(view)


def after_the_stages(view: RunView) -> str:
    """What follows the stages that were printed as they ended: what was not looked at, and the reasons last."""
    lines = [f"[  ] {stage:<11} has not run" for stage in facts.ORDER if view.stage(stage) is None]
    lines += [*_not_looked_at(view), *_findings(view), *_patches(view), *_warnings(view), *_by_hand(view), *_reasons(view)]
    return "\n".join([*lines, "", f"{MARKS[view.outcome]} {words(view.outcome)}"]) + "\n"


def stage_line(result: StageResult) -> str:
    """One stage, printed live when it has ended: one line, or two where its summary needs them."""
    start = f"{MARKS[result.outcome]} {result.stage:<11} {result.outcome:<12} {seconds(facts.took(result)):>11}  "
    return "\n".join(_wrapped(one_line(result.summary), start, " " * 18)) if result.summary else start.rstrip()


def _not_looked_at(view: RunView) -> Iterator[str]:
    lines = []
    for row in facts.checks(view):
        if row.state is not State.RAN:
            lines.append(f"{row.name}{' is required and' if row.required else ''} is {row.state}: {row.said}")
    for gap in facts.gaps(view):
        excuse = f" (excused by {gap.by} until {gap.waiver.until})" if gap.waiver else ""
        lines.append(f"{gap.gap.check}: {gap.gap.subject}: {gap.gap.reason}{excuse}")
    if view.scan is not None:
        lines += excluded(view.scan.left_out)
    if unread := facts.unread(view):
        lines.append(f"in no check's list: {count(len(unread), 'file')}, such as {unread[0]}")
    yield from _list("Not looked at:", lines)


def _findings(view: RunView) -> Iterator[str]:
    """Only a count: those that count are among the reasons, the others are in the report."""
    rows = facts.findings(view)
    excused = sum(row.status is Status.EXCUSED for row in rows)
    if rows:
        yield from ("", f"{count(len(rows), 'finding')}, {excused:,} excused: see report.html")


def _patches(view: RunView) -> Iterator[str]:
    """One line for each patch, and one for each thing that whoever takes the safe set needs."""
    report = view.patch_test
    if report is None or not report.judged:
        return
    left = tried.left_open(report)
    lines = [_patch(one) for one in report.judged[:MOST]]
    lines += [f"and {len(report.judged) - MOST:,} more: see report.html"] if report.judged[MOST:] else []
    why = f": {', '.join(hole for hole, _ in left)}" if left else ""
    lines.append(f"holes closed: {len(tried.closed(report))}, left open: {len(left)}{why}")
    lines += [f"take it: {kind} {f'for {service}: ' if service else ''}{name}" for kind, service, name, _ in tried.carriers(report)]
    lines += [f"then restart: {', '.join(report.restarts)}"] if report.restarts else []
    lines += [f"then reboot the host for: {', '.join(report.reboot)}"] if report.reboot else []
    told = {**dict(tried.how(report)), "plan": report.plan_digest[:DIGITS]}
    lines.append("; ".join(f"{word}: {told[word]}" for word in ("isolation", "data of the clones", "plan") if word in told))
    yield from ("", f"Patches: {tried.safe_of(report)}")
    for line in lines:
        yield from _wrapped(one_line(line), "  - ", "    ")


def _patch(one: Judged) -> str:
    said = one.tests[0] if one.tests else ""
    return ": ".join(part for part in (f"{one.patch.id} {tried.verdict(one)}", said, tried.last_word(one)) if part)


def _warnings(view: RunView) -> Iterator[str]:
    yield from _list("Take care:", view.verdict.warnings if view.verdict else ())


def _by_hand(view: RunView) -> Iterator[str]:
    yield from _list("To do by hand, now:", view.rollback.by_hand if view.rollback else ())


def _reasons(view: RunView) -> Iterator[str]:
    found = reasons.against(view)
    if not found:
        return
    yield from ("", f"{count(len(found), 'reason')} against the release:")
    for item in found[:MOST]:
        yield from _wrapped(f"{item.kind}: {one_line(item.reason.text)}", "  - ", "    ")
        if item.reason.remedy:
            yield from _wrapped(one_line(item.reason.remedy), "    => ", "       ")
    yield from _more(len(found))


def _list(title: str, lines: Iterable[str]) -> Iterator[str]:
    listed = list(lines)
    if not listed:
        return
    yield from ("", title)
    for line in listed[:MOST]:
        yield from _wrapped(one_line(line), "  - ", "    ")
    yield from _more(len(listed))


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    """At most three lines."""
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest, max_lines=3, placeholder=" ...") or [first]


def _more(total: int) -> Iterator[str]:
    if total > MOST:
        yield f"    and {total - MOST:,} more: see report.html"


def excluded(left_out: Sequence[tuple[str, str]]) -> list[str]:
    """One line for each reason, with how many paths it leaves out."""
    paths: dict[str, list[str]] = {}
    for path, why in left_out:
        paths.setdefault(why, []).append(path)
    return [
        f"excluded: {found[0] if len(found) == 1 else f'{len(found)} files, such as {found[0]}'}: {why}" for why, found in paths.items()
    ]

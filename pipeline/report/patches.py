"""What every report says of a patch test, derived once: how it was tested, what the safe set closes and carries."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..patching import SET_ASIDE, Cloned, Consistency, Environment, Judged, PatchReport, Verdict
from .text import count, seconds

ERROR = re.compile(r"(Error|Exception|Fault)\b")
CLONED_FROM = {"installed": "as it is installed", "containers": "as they run"}
LAST = 3  # of the last lines of a failing test, where there is room for a few only
UNSURE = (Verdict.ERROR, Verdict.UNTESTED, Verdict.FLAKY)


def closed(report: PatchReport) -> tuple[str, ...]:
    """The holes that are gone once the safe set is taken."""
    still = {hole for hole, _ in left_open(report)}
    return tuple(dict.fromkeys(hole for one in report.judged for hole in one.patch.holes if hole not in still))


def left_open(report: PatchReport) -> tuple[tuple[str, str], ...]:
    """Each hole that stays, and why: what is known of it, in all the places where it is."""
    why: dict[str, list[str]] = {}
    for one in report.judged:
        for hole in one.patch.holes if one.verdict is not Verdict.SAFE else ():
            why.setdefault(hole, []).append(f"{one.patch.name}: {_reason(one)}")
    return tuple((hole, "; ".join(dict.fromkeys(reasons))) for hole, reasons in why.items())


def verdict(one: Judged) -> str:
    """The verdict with its partners: `breaks-with jinja2`."""
    return f"{one.verdict} {', '.join(one.others)}".strip()


def last_lines(one: Judged) -> tuple[str, ...]:
    """What the failing tests said in the end; for a patch that was set aside, why."""
    return tuple(line for line in one.output.splitlines() if line.strip())[-LAST:]


def last_word(one: Judged) -> str:
    """The line that says most, where there is room for one: the last error, else the last line."""
    lines = [line.strip() for line in one.output.splitlines() if line.strip()]
    errors = [line for line in lines if ERROR.search(line)]
    return (errors or lines or [""])[-1].removeprefix("E ").strip()


def safe_of(report: PatchReport) -> str:
    """`1 of 2 tried patches is safe`: what has no fix and what was set aside was not tried."""
    tried = [one for one in report.judged if one.verdict is not Verdict.NO_FIX and not is_aside(one)]
    safe = sum(one.verdict is Verdict.SAFE for one in tried)
    return f"{safe} of {count(len(tried), 'tried patch')} {'is' if safe == 1 else 'are'} safe"


def is_aside(one: Judged) -> bool:
    """Somebody said that it is not to be tried."""
    return one.verdict is Verdict.UNTESTED and one.output in SET_ASIDE


def how(report: PatchReport) -> Iterator[tuple[str, str]]:
    """How it was tested and what names it: a word and its value."""
    if report.environment is not None:
        yield from _environment(report.environment)
    if report.cloned is not None:
        yield "data of the clones", _cloned(report.cloned)
    if report.baseline:
        yield "yardstick", _yardstick(report)
    yield "runs of the tests", str(report.runs)
    yield from (("pending according to", source) for source in report.sources)
    if report.plan_digest:
        yield "plan", report.plan_digest
    if report.safe_digest:
        yield "safe set", report.safe_digest


def carriers(report: PatchReport) -> Iterator[tuple[str, str, str, str]]:
    """What carries exactly the safe set: its kind, the service, what it is, and its digest."""
    yield from ((one.kind, one.service, one.name, one.digest) for one in report.carriers)
    if report.lock_diff:
        yield "lock", "", "secure-release patch-test --apply", ""


def _reason(one: Judged) -> str:
    if is_aside(one):
        return one.output
    return "no fix is known" if one.verdict is Verdict.NO_FIX else verdict(one)


def _environment(environment: Environment) -> Iterator[tuple[str, str]]:
    what = CLONED_FROM.get(environment.cloned_from, "as the lock says")
    python = f"Python {environment.python}" if environment.python else ""
    yield "cloned", ", ".join(part for part in (environment.name, python, what) if part)
    yield "isolation", environment.isolation


def _cloned(cloned: Cloned) -> str:
    if cloned.consistency is Consistency.NO_DATA:
        return "none"
    return f"{cloned.consistency}; the source was held still for {seconds(cloned.paused)}"


def _yardstick(report: PatchReport) -> str:
    named = frozenset[str]().union(*(run.passed | run.failed for run in report.baseline))
    stable = len(named - set(report.quarantined))
    return f"{stable} of {count(len(named), 'test')}, in {count(len(report.baseline), 'untouched clone')}"

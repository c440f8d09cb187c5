"""The stage `patch-test`: pending security patches are tried in clones, and the largest safe set is written down."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from secure_release.checks import AdvisoryError, SnapshotFacts

from ..clones.bisect import Found, bisect
from ..clones.judge import Oracle, Red, oracle
from ..clones.lockdiff import lock_diff
from ..clones.plan import Plan, plan, set_digest
from ..patching import Environment, Judged, PatchReport, Verdict
from ..release import Outcome, Reason, Release, ReleaseError, Stage, StageResult
from .locks import drift, read_locks
from .trials import Trials

RECORD = "patch-test.json"
MOST_WORKERS = 2  # beyond it clones contend for the disk more than they gain


class Unanswered(Exception):
    """There is no answer, and why."""

    def __init__(self, text: str, remedy: str) -> None:
        super().__init__(text)
        self.reason = Reason(text, remedy)


@dataclass
class _Test:
    """The report as far as it is known: what was learned before a failure is kept."""

    release: Release
    report: PatchReport
    note: str = ""


def run(release: Release) -> StageResult:
    """Never raises for what an environment, an advisory source or the tests do: that is `INCOMPLETE`, with a remedy."""
    started = release.now()
    test = _Test(release, PatchReport(None, "", (), (), "", (), (), (), 0, ""))
    try:
        summary, reasons = _off_or_done(test)
    except Unanswered as problem:
        summary, reasons = problem.reason.text, (problem.reason,)
    except ReleaseError as problem:
        summary, reasons = str(problem), (Reason(str(problem), problem.hint),)
    evidence = (release.evidence.save(RECORD, test.report),)
    outcome = Outcome.INCOMPLETE if reasons else Outcome.PASSED
    return StageResult(Stage.PATCH_TEST, outcome, summary + test.note, reasons, evidence, started, release.now())


def _off_or_done(test: _Test) -> tuple[str, tuple[Reason, ...]]:
    """The summary, and the reasons why there is no answer; none: the stage has passed."""
    if test.release.law.policy.patch_test == "off":
        return "off by policy: pending security patches were NOT tried", ()
    environment = _environment(test)
    planned = _planned(test, environment)
    if not planned.patches:
        open_ = len(planned.no_fix)
        return "nothing to do: " + (f"{open_} known holes have no fix" if open_ else "no security patch is pending"), ()
    trials = Trials(test.release, _workers(environment))
    try:
        found = _found(test, trials, planned)
    finally:
        test.report = replace(test.report, runs=trials.runs)
    _write_down(test, trials, planned, found)
    _still_intact(test)
    return _summary(test.report), tuple(_open_questions(test.report))


def _environment(test: _Test) -> Environment:
    release = test.release
    release.progress.doing("looking at the environment")
    for swept in release.patcher.sweep():
        release.progress.line(f"removed a clone that a killed run left: {swept}")
    environment = release.patcher.environment()
    test.report = replace(test.report, environment=environment)
    if environment.cloned_from == "installed":
        _tell_drift(test, environment)
    return environment


def _tell_drift(test: _Test, environment: Environment) -> None:
    lines = drift(_locks(test.release), environment.pins)
    for line in lines:
        test.release.progress.line(f"installed and locked differ: {line}")
    if lines:
        test.note = f"; {len(lines)} installed distributions are not what the lock says"


def _planned(test: _Test, environment: Environment) -> Plan:
    patcher = test.release.patcher
    try:
        facts = patcher.facts()
        test.report = replace(test.report, advisories=_told(facts, test.release))
        planned = plan(patcher.known(environment.pins))
    except AdvisoryError as problem:
        raise Unanswered(f"There is no advisory data: {problem}", problem.hint) from problem
    no_fix = tuple(Judged(patch, Verdict.NO_FIX, (), (), "") for patch in planned.no_fix)
    test.report = replace(test.report, gaps=planned.gaps, judged=no_fix)
    return planned


def _found(test: _Test, trials: Trials, planned: Plan) -> Found:
    yardstick = _yardstick(test, trials)
    spent = trials.runs
    return bisect(
        planned.patches,
        lambda sets: trials.attempt(sets, yardstick),
        test.release.config.patch_test.max_runs - spent,
        trials.workers,
    )


def _yardstick(test: _Test, trials: Trials) -> Oracle:
    config = test.release.config.patch_test
    baseline = trials.baseline(config.baselines)
    test.report = replace(test.report, baseline=baseline)
    found = oracle(baseline, trials.again_untouched, config.reruns)
    if isinstance(found, Red):
        raise Unanswered(found.why, found.remedy)
    test.report = replace(test.report, quarantined=found.quarantined)
    return found


def _write_down(test: _Test, trials: Trials, planned: Plan, found: Found) -> None:
    """The report, and in the journal the only set that a rollout may install."""
    judged = tuple(
        Judged(trials.fetched(patch), ruled.verdict, ruled.others, ruled.tests, ruled.output)
        for patch, ruled in ((patch, found.ruled[patch]) for patch in planned.patches)
    )
    safe = trials.whole(found.safe)
    diff = lock_diff(_locks(test.release), safe)
    test.report = replace(
        test.report,
        judged=judged + test.report.judged,
        safe_set=safe,
        safe_digest=set_digest(safe),
        quarantined=tuple(sorted({*test.report.quarantined, *trials.flaky})),
        runs=trials.runs,
        lock_diff=diff.text,
    )


def _still_intact(test: _Test) -> None:
    """A source environment that changed meanwhile voids every verdict: nobody knows any more what was tested."""
    report = test.report
    if changed := test.release.patcher.intact():
        void = tuple(replace(one, verdict=Verdict.ERROR) for one in report.judged if one.verdict is not Verdict.NO_FIX)
        kept = tuple(one for one in report.judged if one.verdict is Verdict.NO_FIX)
        test.report = replace(report, judged=void + kept, safe_set=(), safe_digest="", lock_diff="")
        raise Unanswered(
            f"The environment changed while its clones were tested: {', '.join(changed[:3])}"
            + (f" and {len(changed) - 3} more." if len(changed) > 3 else "."),
            "If nobody upgraded it, a test writes into installed files: repair that test. Then run again.",
        )
    patches = [{"name": one.name, "version": one.fixed, "sha256": list(one.sha256)} for one in report.safe_set]
    test.release.journal.append("safe-set", Stage.PATCH_TEST, {"digest": report.safe_digest, "patches": patches})


def _open_questions(report: PatchReport) -> list[Reason]:
    """What keeps the stage from an answer. A patch that breaks is an answer."""
    errors = [one for one in report.judged if one.verdict is Verdict.ERROR]
    flaky = [one for one in report.judged if one.verdict is Verdict.FLAKY]
    untested = [one for one in report.judged if one.verdict is Verdict.UNTESTED]
    reasons = [Reason(f"{one.patch.id} could not be tested: {_line(one.output)}", "Mend this, and run again.") for one in errors]
    if flaky:
        again = "The set that seemed safe failed when it was tested once more."
        reasons.append(Reason(again, "Repair the flaky tests, or raise `patch_test.reruns`."))
    if untested and len(untested) == len([one for one in report.judged if one.verdict is not Verdict.NO_FIX]):
        reasons.append(Reason("The budget ended before any patch was tested.", "Raise `patch_test.max_runs`."))
    return reasons


def _summary(report: PatchReport) -> str:
    tried = [one for one in report.judged if one.verdict is not Verdict.NO_FIX]
    safe = sum(one.verdict is Verdict.SAFE for one in tried)
    rest = [f"{one.patch.id}: {_verdict(one)}" for one in tried if one.verdict is not Verdict.SAFE]
    no_fix = len(report.judged) - len(tried)
    open_ = [f"{no_fix} without a fix"] if no_fix else []
    return "; ".join([f"{safe} of {len(tried)} patches are safe", *rest, *open_, f"{report.runs} test runs"])


def _verdict(one: Judged) -> str:
    others = f" {', '.join(one.others)}" if one.others else ""
    tests = f" ({len(one.tests)} tests)" if one.tests else ""
    return f"{one.verdict}{others}{tests}"


def _told(facts: SnapshotFacts, release: Release) -> str:
    parts = [f"{facts.source} {facts.where}", f"{facts.count} records" if facts.count else ""]
    parts.append(f"sha256 {facts.sha256}" if facts.sha256 else "")
    if facts.newest is not None:
        parts.append(f"newest of {facts.newest.date()}, {(release.now() - facts.newest).days} days old")
    return ", ".join(part for part in parts if part)


def _locks(release: Release) -> dict[str, str]:
    return dict(read_locks(release.source.tree, release.config.patch_test.requirements))


def _workers(environment: Environment) -> int:
    """Side by side only where clones can't meet on the network: two suites may want one port."""
    return min(MOST_WORKERS, os.cpu_count() or 1) if environment.isolation != "none" else 1


def _line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason was given"])[0][:300]

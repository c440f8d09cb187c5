"""The stage `patch-test`: pending security patches are tried in clones, and the largest safe set is written down."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from ..clones.bisect import Found, bisect
from ..clones.judge import Oracle, Red, oracle
from ..clones.lockdiff import lock_diff
from ..clones.plan import plan_digest, set_digest
from ..history import SAFE_SET
from ..patching import Environment, Judged, Patch, PatchReport, Verdict
from ..release import Outcome, Reason, Release, ReleaseError, Stage, StageResult
from .answers import SPENT, open_questions, summary
from .choosing import Chosen, chosen
from .locks import drift, read_locks
from .trials import Trials

RECORD = "patch-test.json"
MOST_WORKERS = 2  # beyond it clones contend for the disk more than they gain
STANDS = (Verdict.NO_FIX, Verdict.UNTESTED)  # nothing was asked of a clone
NOTHING = PatchReport(None, None, (), "", (), (), "", (), (), (), 0, "", (), (), ())


@dataclass
class _Test:
    """The report as far as it is known: what was learned before a failure is kept."""

    release: Release
    report: PatchReport
    note: str = ""


def run(release: Release) -> StageResult:
    """Never raises for what an environment, an advisory source or the tests do: that is `INCOMPLETE`, with a remedy."""
    started = release.now()
    test = _Test(release, NOTHING)
    try:
        said, reasons = _said(test)
    finally:
        left = _closed(release)
    reasons = (*reasons, *left)
    evidence = (release.evidence.save(RECORD, test.report),)
    outcome = Outcome.INCOMPLETE if reasons else Outcome.PASSED
    return StageResult(Stage.PATCH_TEST, outcome, said + test.note, reasons, evidence, started, release.now())


def _said(test: _Test) -> tuple[str, tuple[Reason, ...]]:
    try:
        return _off_or_done(test)
    except ReleaseError as problem:
        return str(problem), (Reason(str(problem), problem.hint),)


def _closed(release: Release) -> tuple[Reason, ...]:
    """What all clones were made from goes, however it ended; what can't be removed is told, and the next run sweeps it."""
    try:
        release.patcher.close()
    except ReleaseError as problem:
        return (Reason(str(problem), problem.hint),)
    return ()


def _off_or_done(test: _Test) -> tuple[str, tuple[Reason, ...]]:
    """The summary, and the reasons why there is no answer; none: the stage has passed."""
    if test.release.law.policy.patch_test == "off":
        return "off by policy: pending security patches were NOT tried", ()
    environment = _environment(test)
    which = _chosen(test)
    if which.tried:
        _tried(test, Trials(test.release, _workers(environment), len(which.tried)), which.tried)
    return summary(test.report), tuple(open_questions(test.report))


def _tried(test: _Test, trials: Trials, patches: tuple[Patch, ...]) -> None:
    patcher = test.release.patcher
    try:
        found = _found(test, trials, patches)
    finally:
        test.report = replace(test.report, runs=trials.runs, cloned=patcher.cloned() if trials.runs else None)
    _write_down(test, trials, patches, found)
    _refuse_if_changed(test)
    if found.safe:
        test.release.progress.doing("making what carries the safe set")
        test.report = replace(test.report, carriers=patcher.carriers(found.safe))
    test.release.journal.append(SAFE_SET, Stage.PATCH_TEST, _let_out(test.report))


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


def _chosen(test: _Test) -> Chosen:
    """The plan goes into the report whole: what is not tried too, and why not."""
    release = test.release
    release.progress.doing("looking for pending security patches")
    planned = release.patcher.plan()
    no_fix = tuple(Judged(patch, Verdict.NO_FIX, (), (), "") for patch in planned.no_fix)
    test.report = replace(
        test.report, sources=planned.sources, plan_digest=plan_digest(planned), gaps=planned.gaps, judged=no_fix
    )
    which = chosen(planned, release.config.patch_test.select, release.choice)
    test.report = replace(test.report, judged=(*which.left_out, *which.held, *no_fix))
    return which


def _found(test: _Test, trials: Trials, patches: tuple[Patch, ...]) -> Found:
    yardstick = _yardstick(test, trials)
    budget = test.release.config.patch_test.max_runs - trials.runs
    return bisect(patches, lambda sets: trials.attempt(sets, yardstick), budget, trials.workers)


def _yardstick(test: _Test, trials: Trials) -> Oracle:
    config = test.release.config.patch_test
    baseline = trials.baseline(config.baselines)
    test.report = replace(test.report, baseline=baseline)
    found = oracle(baseline, trials.again_untouched, config.reruns)
    if isinstance(found, Red):
        raise ReleaseError(found.why, found.remedy)
    test.report = replace(test.report, quarantined=found.quarantined)
    return found


def _write_down(test: _Test, trials: Trials, patches: tuple[Patch, ...], found: Found) -> None:
    judged = tuple(_judged(trials.fetched(patch), found, patch) for patch in patches)
    safe, applied = trials.whole(found.safe), trials.applied(found.safe)
    test.report = replace(
        test.report,
        judged=judged + test.report.judged,
        safe_set=safe,
        safe_digest=set_digest(safe),
        quarantined=tuple(sorted({*test.report.quarantined, *trials.flaky})),
        lock_diff=lock_diff(_locks(test.release), safe).text,
        restarts=applied.restarts,
        reboot=applied.reboot,
    )


def _judged(fetched: Patch, found: Found, patch: Patch) -> Judged:
    ruled = found.ruled[patch]
    output = SPENT if ruled.verdict is Verdict.UNTESTED else ruled.output
    return Judged(fetched, ruled.verdict, ruled.others, ruled.tests, output)


def _refuse_if_changed(test: _Test) -> None:
    """A source environment that changed meanwhile voids every verdict: nobody knows any more what was tested."""
    changed = test.release.patcher.intact()
    if not changed:
        return
    judged = tuple(one if one.verdict in STANDS else replace(one, verdict=Verdict.ERROR) for one in test.report.judged)
    test.report = replace(test.report, judged=judged, safe_set=(), safe_digest="", lock_diff="", restarts=(), reboot=())
    raise ReleaseError(
        f"The environment changed while its clones were tested: {', '.join(changed[:3])}"
        + (f" and {len(changed) - 3} more." if len(changed) > 3 else "."),
        "If nobody upgraded it, a test writes into installed files: repair that test. Then run again.",
    )


def _let_out(report: PatchReport) -> dict[str, object]:
    """The only set that a rollout may install, as the journal holds it."""
    data: dict[str, object] = TypeAdapter(PatchReport).dump_python(report, mode="json")
    return {"digest": data["safe_digest"], "patches": data["safe_set"], **{key: data[key] for key in ("plan_digest", "carriers")}}


def _locks(release: Release) -> dict[str, str]:
    return dict(read_locks(release.source.whole(), release.config.patch_test.requirements))


def _workers(environment: Environment) -> int:
    """Side by side only where clones can't meet on the network: two suites may want one port."""
    return min(MOST_WORKERS, os.cpu_count() or 1) if environment.isolation != "none" else 1

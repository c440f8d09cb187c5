"""The whole law of one gate as one pure function: results, law, suppressions and today in, a verdict out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import assert_never

from secure_release.checks import Broken, Finding, Gap, Ran, Result, Severity, Skipped, Witness

from .law import Law, Policy, Waiver
from .patching import PatchReport
from .patching import Verdict as PatchVerdict
from .records import Excused, ScanReport, Suppression, Verdict
from .release import Outcome, Reason, StageResult

SOON = timedelta(days=14)


@dataclass(frozen=True)
class Judgement:
    """Findings and gaps of one or more checks, sorted into what counts and what is excused."""

    counted: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    excused: tuple[Excused, ...]


@dataclass(frozen=True)
class PatchAnswer:
    """What the patch test left: how it ended, and its report if it left one."""

    result: StageResult
    report: PatchReport | None


class NotAsked(Enum):
    """The patch test is not this decision's business: `scan` judges by itself."""

    NOT_ASKED = "not asked"


NOT_ASKED = NotAsked.NOT_ASKED
Patch = PatchAnswer | NotAsked | None  # None: it did not run


def decide(law: Law, scan: ScanReport | None, patch: Patch, today: date) -> Verdict:
    """What the gate says. Everything that was required and is not there, or gave no answer, stands against the release."""
    scanned = judge(law, scan, today) if scan else Judgement((), (), ())
    patch_gaps = _gaps(law, patch.report.gaps if isinstance(patch, PatchAnswer) and patch.report else (), today)
    gaps = scanned.gaps + patch_gaps.gaps
    excused = scanned.excused + patch_gaps.excused
    return Verdict(
        refused=(*refusals(scanned.counted), *_patch_refusals(law.policy, patch)),
        unanswered=(*_scan_unanswered(law.policy, scan, patch is NOT_ASKED), *gap_reasons(gaps), *_patch_unanswered(law.policy, patch)),
        counted=scanned.counted,
        gaps=gaps,
        excused=excused,
        looked_at={name: len(r.looked_at) for name, r in scan.results.items() if isinstance(r, Ran)} if scan else {},
        warnings=tuple(_warnings(law, excused, today)),
        today=today,
    )


def judge(law: Law, scan: ScanReport, today: date) -> Judgement:
    """Every finding and gap of a scan, with what excuses it."""
    counted: list[Finding] = []
    excused: list[Excused] = []
    excuses = _excuses(law, scan.suppressions, today)
    for finding in findings(scan):
        excuse = _excuse(excuses, finding)
        if excuse is None:
            counted.append(finding)
        else:
            excused.append(excuse)
    gaps = _gaps(law, (*scan.source_gaps, *(g for r in scan.results.values() if isinstance(r, Ran) for g in r.gaps)), today)
    return Judgement(tuple(counted), gaps.gaps, (*excused, *gaps.excused))


def findings(scan: ScanReport) -> tuple[Finding, ...]:
    """Every finding of a scan as we grade it, each hole once."""
    return scan.holes


def line(policy: Policy, finding: Finding) -> Severity:
    """The severity from which this finding refuses: the strictest of its witnesses' lines."""
    checks = {finding.check, *(witness.check for witness in finding.witnesses)}
    return min((policy.refuse_for.get(check, policy.refuse) for check in checks), key=lambda severity: severity.rank)


def valid(waiver: Waiver, policy: Policy, today: date) -> bool:
    """Whether it holds today: not past its end, and its end not further away than the policy allows."""
    return today <= waiver.until <= today + timedelta(days=policy.max_waiver_days)


@dataclass(frozen=True)
class _Excuses:
    """All that may excuse a finding, by what it is asked by: there may be as many of them as there are findings."""

    policy: Policy
    waivers: Mapping[str, Waiver]  # by fingerprint; those that hold today
    baseline: frozenset[str]
    comments: Mapping[str, Sequence[Suppression]]  # by path


def _excuses(law: Law, suppressions: Iterable[Suppression], today: date) -> _Excuses:
    comments: dict[str, list[Suppression]] = {}
    for one in suppressions:
        comments.setdefault(one.path, []).append(one)
    return _Excuses(law.policy, _waivers(law, today), frozenset(law.baseline.fingerprints if law.baseline else ()), comments)


def _excuse(by: _Excuses, finding: Finding) -> Excused | None:
    """What a change does to its own gate (`trust`) is excused by a waiver of the trusted law or by nothing."""
    waiver = by.waivers.get(finding.fingerprint)
    if waiver is not None:
        return Excused(finding, "waiver", waiver)
    excuses = {
        "below the line": not _severe(by.policy, finding),
        "not sure enough": finding.confidence.rank < by.policy.min_confidence.rank,
        "baseline": finding.fingerprint in by.baseline,
        "inline comment": by.policy.inline == "accept" and suppressed(finding, by.comments.get(finding.place.path, ())),
    }
    if finding.check == "trust":
        return None
    return next((Excused(finding, by, None) for by, holds in excuses.items() if holds), None)


def _severe(policy: Policy, finding: Finding) -> bool:
    severity = policy.unknown_severity if finding.severity is Severity.UNKNOWN else finding.severity
    return severity.rank >= line(policy, finding).rank


def suppressed(finding: Finding, suppressions: Iterable[Suppression]) -> bool:
    """Whether a comment that the change did not add asks every witness of the finding to look away.

    semgrep's comments hold for what begins on their lines, those of the others for what runs over them.
    """
    first, last = finding.place.line, max(finding.place.line, finding.place.end_line)
    here = [
        s
        for s in suppressions
        if s.path == finding.place.path and not s.added and any(first <= n <= (first if s.tool == "semgrep" else last) for n in s.lines)
    ]
    return bool(finding.witnesses) and all(_asked(finding, witness, here) for witness in finding.witnesses)


def _asked(finding: Finding, witness: Witness, here: Sequence[Suppression]) -> bool:
    """`flows` obeys semgrep's comments, also one that names the rule by which semgrep says the same."""
    tool = "semgrep" if witness.check == "flows" else witness.check
    same = {witness.rule} | {each.rule for each in finding.witnesses if witness.check == "flows" and each.check == "semgrep"}
    return any(s.tool == tool and (not s.rules or not same.isdisjoint(s.rules)) for s in here)


def _waivers(law: Law, today: date) -> dict[str, Waiver]:
    """Those that hold today, by what they waive; the first of two for one thing."""
    return {waiver.fingerprint: waiver for waiver in reversed(law.waivers) if valid(waiver, law.policy, today)}


def _gaps(law: Law, gaps: Iterable[Gap], today: date) -> Judgement:
    """Gaps are excused by a waiver with an end, by nothing else."""
    open_gaps: list[Gap] = []
    excused: list[Excused] = []
    waivers = _waivers(law, today)
    for gap in gaps:
        waiver = waivers.get(gap.fingerprint)
        if waiver is None:
            open_gaps.append(gap)
        else:
            excused.append(Excused(gap, "waiver", waiver))
    return Judgement((), tuple(open_gaps), tuple(excused))


def refusals(counted: Iterable[Finding]) -> Iterator[Reason]:
    """The sentence of each finding that counts, the worst first."""
    for finding in sorted(counted, key=lambda f: (-f.severity.rank, f.place.path, f.place.line)):
        witnesses = ", ".join(sorted({witness.check for witness in finding.witnesses}))
        sentence = f"{finding.place}: {finding.message} ({finding.severity}; {witnesses})"
        yield Reason(sentence, finding.fix or f"Mend it, or waive it: secure-release waive {finding.fingerprint}")


def gap_reasons(gaps: Iterable[Gap]) -> Iterator[Reason]:
    """The sentence of each gap that counts."""
    for gap in gaps:
        yield Reason(f"{gap.check} did not look at {gap.subject}: {gap.reason}.", gap.remedy)


def _scan_unanswered(policy: Policy, scan: ScanReport | None, alone: bool) -> Iterator[Reason]:
    """`alone`: a shard judges only its own share; at the gate a share is no answer."""
    if scan is None:
        yield Reason("Nothing was scanned.", "Run `secure-release scan`.")
        return
    if not scan.files:
        yield Reason("The release holds no file that could be looked at.", "Check `scan.exclude`, and that the files are committed.")
    if scan.share.count > 1 and not alone:
        text = f"Only shard {scan.share.index} of {scan.share.count} of the scan is in this run."
        yield Reason(text, "Join all of them: secure-release gate --from DIR --from DIR --run DIR.")
    if scan.share.count == 1 and not any(isinstance(result, Ran) and result.looked_at for result in scan.results.values()):
        yield Reason("No check has looked at anything.", "Check `policy.require`, and that the project has files.")
    for name in policy.require:
        if not (alone and name in scan.share.elsewhere):
            yield from _check_unanswered(name, scan.results.get(name))
    for name, result in scan.results.items():
        if isinstance(result, Broken) and name not in policy.require:
            yield Reason(f"{name} gave no answer: {result.reason}", result.remedy)


def _check_unanswered(name: str, result: Result | None) -> Iterator[Reason]:
    match result:
        case None:
            yield Reason(f"{name} is required and did not run.", "Check its name in `policy.require`, and that it is installed.")
        case Skipped(reason=why):
            yield Reason(f"{name} is required and was skipped: {why}", "Take it out of `scan.skip`, or out of `policy.require`.")
        case Broken(reason=why, remedy=remedy):
            yield Reason(f"{name} gave no answer: {why}", remedy)
        case Ran():
            return
        case _:
            assert_never(result)


def _patch_unanswered(policy: Policy, patch: Patch) -> Iterator[Reason]:
    if policy.patch_test == "off" or patch is NOT_ASKED:
        return
    if not isinstance(patch, PatchAnswer):
        yield Reason("The pending patches were not tried.", "Run `secure-release patch-test`, or set `policy.patch_test: off`.")
    elif patch.result.outcome is not Outcome.PASSED:
        yield from patch.result.reasons or (Reason("The patch test gave no answer.", "See its report."),)
    elif patch.report is None:
        yield Reason("The patch test left no report.", "Run `secure-release patch-test` again.")


def _patch_refusals(policy: Policy, patch: Patch) -> Iterator[Reason]:
    if policy.pending == "accept" or not isinstance(patch, PatchAnswer) or patch.report is None:
        return
    for judged in patch.report.judged:
        if judged.verdict is PatchVerdict.SAFE:
            yield Reason(f"{judged.patch.id} tested safe and has not been taken.", "Take it: the lock diff is in the report.")


def _warnings(law: Law, excused: Iterable[Excused], today: date) -> Iterator[str]:
    used = {item.waiver.fingerprint for item in excused if item.waiver}
    for waiver in law.waivers:
        who = f"The waiver {waiver.fingerprint} of {waiver.owner}"
        if waiver.until < today:
            yield f"{who} ended on {waiver.until}: it excuses nothing."
        elif not valid(waiver, law.policy, today):
            yield f"{who} ends on {waiver.until}, more than {law.policy.max_waiver_days} days away: it excuses nothing."
        elif waiver.fingerprint not in used:
            yield f"{who} matches nothing in this release: remove it."
        elif waiver.until <= today + SOON:
            yield f"{who} ends soon, on {waiver.until}."

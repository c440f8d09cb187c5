"""scan: every check looks at the release, side by side."""

from __future__ import annotations

import hashlib
import json
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import replace
from datetime import datetime
from functools import partial

from secure_release.checks import Broken, Check, Context, Evidence, Ran, Result, SourceFile, broken, grading, skipped
from secure_release.checks.layout import named_like_a_test
from secure_release.checks.memory import asked, code
from secure_release.checks.source import printable
from secure_release.checks.testfiles import test_files

from .. import policy, trust
from ..records import ScanReport, Share, Suppression, Verdict
from ..release import Outcome, Release, Stage, StageResult
from ..sharding import asked_for, shares
from .watched import Watched


def run(release: Release) -> StageResult:
    """Everything, or the shard that the journal asks for."""
    started = release.now()
    share = shared_out(release, *asked_for(release.journal.entries))
    results, seconds = _look(release, share)
    seen = tuple(_suppressions(release))
    report = ScanReport(
        results=results,
        titles={check.name: check.title for check in release.checks},
        seconds=seconds,
        source_gaps=release.source.gaps,
        left_out=release.source.left_out,
        files=tuple(file.path for file in release.source.files),
        suppressions=seen,
        trust=trust.findings(release.trusted, {printable(item.name): item.sha256 for item in release.source.shipped}, seen, _instruments(release)),
        law=release.law,
        share=share,
        tests=_beside(release, results),
        reach=_reach(release, results),
    )
    return told(release, report, (), started, release.now())


def shared_out(release: Release, index: int, count: int) -> Share:
    """What shard `index` of `count` looks at."""
    scan = release.config.scan
    return shares(release.checks, release.source.files, scan.costs, scan.skip, count)[index - 1]


def _look(release: Release, share: Share) -> tuple[dict[str, Result], dict[str, float]]:
    """Run the checks; one that raises is broken, and says so."""
    not_here = {name: f"shard {at} of {share.count} asks it" for name, at in share.elsewhere.items()}
    unwanted = dict.fromkeys(release.config.scan.skip, "`scan.skip` names it")
    silent = unwanted | not_here
    results: dict[str, Result] = {check.name: skipped(silent[check.name]) for check in release.checks if check.name in silent}
    asked = [check for check in release.checks if check.name not in results]
    seconds: dict[str, float] = {}
    watched = Watched(release.progress, [check.name for check in asked])
    with ThreadPoolExecutor(max(1, len(asked)), thread_name_prefix="check") as pool:
        futures = {pool.submit(_timed, release, share, check, watched): check for check in asked}
        for future in as_completed(futures):
            name = futures[future].name
            results[name], seconds[name] = _ended(release, name, future)
            watched.ended(name)
    return {check.name: results[check.name] for check in release.checks}, seconds


def _timed(release: Release, share: Share, check: Check, watched: Watched) -> tuple[Result, float]:
    started = time.monotonic()
    context = replace(_shared(release.context(check), share, check), progress=partial(watched.pieces, check.name))
    return asked(check, context), time.monotonic() - started


def _shared(context: Context, share: Share, check: Check) -> Context:
    """With the files that this shard looks at; a check without a list of its own gets them all."""
    if check.name not in share.given:
        return context
    mine = frozenset(share.given[check.name])
    return replace(context, files=tuple(file for file in context.files if file.path in mine))


def _ended(release: Release, name: str, future: Future[tuple[Result, float]]) -> tuple[Result, float]:
    problem = future.exception()
    if problem is None:
        return future.result()
    if not isinstance(problem, Exception):
        raise problem
    trace = "".join(traceback.format_exception(problem)).encode()
    remedy = "This is a fault of the check, not of your project: report it with the trace in the run's evidence."
    kept = (release.evidence.keep(f"{name} trace", trace),)
    return broken(f"the check itself crashed ({type(problem).__name__}: {problem})", remedy, kept), 0.0


def _beside(release: Release, results: Mapping[str, Result]) -> tuple[str, ...]:
    """Of the files with findings, and those that what they tell of comes from, those that are tests, examples or documentation."""
    findings = [finding for result in results.values() if isinstance(result, Ran) for finding in result.findings]
    found = {path for finding in findings for path in (finding.place.path, grading.origin(finding)) if path}
    tests = _tests(release, found)
    gone = {path for path in found - {file.path for file in release.source.files} if named_like_a_test(path)}
    return tuple(sorted(tests | gone))


def _tests(release: Release, asked: Set[str]) -> frozenset[str]:
    """Those of `asked` that are tests; as an earlier run worked it out, where it saw the same files and had the same question."""
    files = release.source.files
    about = [code(), sorted((file.path, file.sha256, file.binary, file.python) for file in files), sorted(asked)]
    key = hashlib.sha256(json.dumps(["tests", *about]).encode("utf-8", "surrogateescape")).hexdigest()
    held = release.memory.recall([key]).get(key)
    if held is not None:
        return frozenset(json.loads(held)) & asked
    tests = test_files(files, asked, release.source.read)
    release.memory.keep({key: json.dumps(sorted(tests)).encode()})
    return tests


def _reach(release: Release, results: Mapping[str, Result]) -> dict[str, str]:
    """Which released place leads to each distribution that has a known hole."""
    found = (finding for result in results.values() if isinstance(result, Ran) for finding in result.findings)
    holed = {name for finding in found if (name := grading.distribution(finding))}
    if not holed:
        return {}
    from secure_release.checks.reach import reach, site_of

    environment = release.config.patch_test.environment
    site = site_of(release.source.root / environment) if environment else None
    files = release.source.files
    tests = _tests(release, {file.path for file in files if file.python})
    return reach(holed, [file for file in files if file.path not in tests], site, release.source.read)


def _suppressions(release: Release) -> Iterator[Suppression]:
    marked = [file for file in release.source.files if file.path in release.source.marked]
    for file in marked:
        text = release.source.read(file.path).decode("utf-8", "replace")
        yield from trust.suppressions(file.path, text, _before(release, file), file.python, bool(release.trusted.ref))


def _instruments(release: Release) -> tuple[str, ...]:
    """What the configuration names that may be a file of the release, and looks at it."""
    words = (word for check in release.config.scan.checks.values() for word in check.command)
    return (*release.config.tools.values(), *words)


def _before(release: Release, file: SourceFile) -> str | None:
    if not release.trusted.ref:
        return None
    content = release.trusted.read(file.path)
    return None if content is None else content.decode("utf-8", "replace")


def told(release: Release, report: ScanReport, more: Sequence[Evidence], started: datetime, finished: datetime) -> StageResult:
    """The stage's own word is the gate's on the scan alone, so that `scan` never exits 0 where the gate would refuse."""
    verdict = policy.decide(release.law, report, policy.NOT_ASKED, release.now().date())
    answered = sum(isinstance(result, Ran) for result in report.results.values())
    summary = (
        f"{_shard(report.share)}{answered} of {len(report.results) - len(report.share.elsewhere)} checks looked at {_files(report)} files: "
        f"{len(policy.findings(report))} findings, {len(verdict.counted)} of them refuse, {len(verdict.gaps)} gaps"
    )
    return StageResult(
        stage=Stage.SCAN,
        outcome=_outcome(verdict, report.share),
        summary=summary,
        reasons=(*verdict.unanswered, *verdict.refused),
        evidence=(release.evidence.save("scan.json", report), *_kept(report), *more),
        started=started,
        finished=finished,
    )


def _outcome(verdict: Verdict, share: Share) -> Outcome:
    """A shard for which nothing is left to look at has done what it was asked; whether all was looked at the gate knows."""
    if share.count == 1 or verdict.unanswered:
        return verdict.outcome
    return Outcome.REFUSED if verdict.refused else Outcome.PASSED


def _shard(share: Share) -> str:
    return f"shard {share.index} of {share.count}: " if share.count > 1 else ""


def _files(report: ScanReport) -> int:
    """The files of the release, or those that this shard was given."""
    given = {path for paths in report.share.given.values() for path in paths}
    return len(given) if report.share.count > 1 else len(report.files)


def _kept(report: ScanReport) -> Iterator[Evidence]:
    for result in report.results.values():
        if isinstance(result, Ran | Broken):
            yield from result.evidence

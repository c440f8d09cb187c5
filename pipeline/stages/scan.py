"""scan: every check looks at the release, side by side."""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from datetime import datetime
from typing import assert_never

from secure_release.checks import Broken, Check, Evidence, Ran, Result, Skipped, SourceFile, broken, skipped
from secure_release.checks.source import printable

from .. import policy, trust
from ..records import ScanReport, Suppression
from ..release import Release, Stage, StageResult

WORKERS = 4  # checks wait for their processes; the machine's cores are shared by those
MARKS = (b"nosec", b"nosem", b"zizmor:")


def run(release: Release) -> StageResult:
    started = release.now()
    results, seconds = _look(release)
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
    )
    return _said(release, report, started)


def _look(release: Release) -> tuple[dict[str, Result], dict[str, float]]:
    """Run the checks; one that raises is broken, and says so."""
    results: dict[str, Result] = {
        check.name: skipped("`scan.skip` names it") for check in release.checks if check.name in release.config.scan.skip
    }
    asked = [check for check in release.checks if check.name not in results]
    seconds: dict[str, float] = {}
    release.progress.doing("scan", 0, len(asked))
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="check") as pool:
        futures = {pool.submit(_timed, release, check): check for check in asked}
        for done, future in enumerate(as_completed(futures), 1):
            name = futures[future].name
            results[name], seconds[name] = _ended(release, name, future)
            release.progress.doing(f"scan: {name} {_word(results[name])}", done, len(asked))
    return {check.name: results[check.name] for check in release.checks}, seconds


def _timed(release: Release, check: Check) -> tuple[Result, float]:
    started = time.monotonic()
    return check.run(release.context(check)), time.monotonic() - started


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


def _suppressions(release: Release) -> Iterator[Suppression]:
    for file in release.source.files:
        if not file.binary and (text := _marked(release, file)) is not None:
            yield from trust.suppressions(file.path, text, _before(release, file), file.python, bool(release.trusted.ref))


def _instruments(release: Release) -> tuple[str, ...]:
    """What the configuration names that may be a file of the release, and looks at it."""
    words = (word for check in release.config.scan.checks.values() for word in check.command)
    return (*release.config.tools.values(), *words)


def _marked(release: Release, file: SourceFile) -> str | None:
    """The text of a file that could hold a suppression, else None."""
    content = (release.source.tree / file.path).read_bytes()
    return content.decode("utf-8", "replace") if any(mark in content for mark in MARKS) else None


def _before(release: Release, file: SourceFile) -> str | None:
    if not release.trusted.ref:
        return None
    content = release.trusted.read(file.path)
    return None if content is None else content.decode("utf-8", "replace")


def _said(release: Release, report: ScanReport, started: datetime) -> StageResult:
    """The stage's own word is the gate's on the scan alone, so that `scan` never exits 0 where the gate would refuse."""
    verdict = policy.decide(release.law, report, policy.NOT_ASKED, release.now().date())
    answered = sum(isinstance(result, Ran) for result in report.results.values())
    summary = (
        f"{answered} of {len(report.results)} checks looked at {len(report.files)} files: "
        f"{len(policy.findings(report))} findings, {len(verdict.counted)} of them refuse, {len(verdict.gaps)} gaps"
    )
    return StageResult(
        stage=Stage.SCAN,
        outcome=verdict.outcome,
        summary=summary,
        reasons=(*verdict.unanswered, *verdict.refused),
        evidence=(release.evidence.save("scan.json", report), *_kept(report)),
        started=started,
        finished=release.now(),
    )


def _kept(report: ScanReport) -> Iterator[Evidence]:
    for result in report.results.values():
        if isinstance(result, Ran | Broken):
            yield from result.evidence


def _word(result: Result) -> str:
    match result:
        case Ran():
            return "looked"
        case Broken():
            return "gave no answer"
        case Skipped():
            return "was skipped"
        case _:
            assert_never(result)

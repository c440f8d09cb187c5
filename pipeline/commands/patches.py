"""patch-test beside the test itself: show what is pending, and take over what a test has found safe."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..adapters.process import Processes
from ..clones.lockdiff import lock_diff
from ..clones.plan import plan_digest
from ..patching import Judged, Patch, PatchReport, Plan
from ..release import Release, ReleaseError
from ..report.data import data
from ..report.text import count, one_line
from ..stages.choosing import Chosen, chosen
from ..stages.locks import read_locks

AGAIN = "Run `secure-release patch-test` again, and apply what it finds."
TIMEOUT = 60.0
SHOWN = 3  # of the holes of one patch, and so many are left to the report
DIGITS = 12  # of a digest


def pending(release: Release, form: str) -> str:
    """The plan, whole; nothing is cloned. Raises `ReleaseError` when there is no answer."""
    release.patcher.environment()
    planned = release.patcher.plan()
    which = chosen(planned, release.config.patch_test.select, release.choice)
    return _json(planned, which) if form == "json" else "\n".join(_text(planned, which))


def _text(planned: Plan, which: Chosen) -> Iterator[str]:
    yield f"{count(len(planned.patches), 'pending patch')}, {len(which.tried)} to be tried; plan {plan_digest(planned)}"
    yield from (f"  from {source}" for source in planned.sources)
    yield from _table(("patch", "from", "to", "closes", "origin", "artifacts", "tried"), [_row(p, which) for p in planned.patches])
    if planned.no_fix:
        yield "No fix is known for:"
        yield from (f"  {patch.name} {patch.installed}: {', '.join(patch.holes)}" for patch in planned.no_fix)
    if planned.gaps:
        yield "Nobody knows about:"
        yield from (f"  {one_line(gap.subject)}: {one_line(gap.reason)}" for gap in planned.gaps)


def _row(patch: Patch, which: Chosen) -> tuple[str, ...]:
    where = f" ({', '.join(patch.services)})" if patch.services else ""
    more = f" and {len(patch.holes) - SHOWN} more" if len(patch.holes) > SHOWN else ""
    holes = ", ".join(patch.holes[:SHOWN]) + more
    digests = " ".join(digest[:DIGITS] for digest in patch.sha256) or "not fetched yet"
    return (patch.name + where, patch.installed, patch.fixed, holes or "none named", patch.origin or "advisories", digests, _tried(patch, which))


def _tried(patch: Patch, which: Chosen) -> str:
    aside: Sequence[Judged] = (*which.held, *which.left_out)
    return next((f"no: {one.output}" for one in aside if one.patch == patch), "yes")


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    if not rows:
        return
    lines = [head, *(tuple(one_line(cell) for cell in row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        yield ("  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))).rstrip()


def _json(planned: Plan, which: Chosen) -> str:
    whole = {"plan_digest": plan_digest(planned), **data(planned), "tried": [patch.id for patch in which.tried]}
    return json.dumps(whole, indent=1)


def apply(project: Path, requirements: Sequence[str], report: PatchReport | None, processes: Processes) -> str:
    """Write the lock diff of a finished patch test into the working tree: all of it, or nothing. Raises `ReleaseError`.

    Refuses when the files are no longer the ones that were tested with, and proves afterwards that they hold the set.
    """
    if report is None:
        raise ReleaseError("This run has no finished patch test.", "Run `secure-release patch-test` first, or name its run with --run.")
    if not report.safe_set:
        raise ReleaseError("The patch test found no safe set: there is nothing to apply.", "See the run's report.")
    now = lock_diff(read_locks(project, requirements), report.safe_set)
    if not report.lock_diff:
        files = ", ".join(requirements)
        raise ReleaseError(f"The safe set is in no lock: none of {files} pins it.", "Pin it there, or take what the report names.")
    if now.text != report.lock_diff:
        raise ReleaseError("The requirement files are no longer the ones that the patches were tested with.", AGAIN)
    _git_apply(project, report.lock_diff, processes)
    if lock_diff(read_locks(project, requirements), report.safe_set).text:
        raise ReleaseError("git applied the change, and the files still do not hold the safe set.", "Look at them: `git diff`.")
    return "\n".join(_written(report, now.missing))


def _git_apply(project: Path, diff: str, processes: Processes) -> None:
    git = processes.find("git")
    if git is None:
        raise ReleaseError("git is not installed.", "Install it: apt-get install git.")
    words = (str(git), "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "-")
    ended = processes.run(words, cwd=project, timeout=TIMEOUT, stdin=diff.encode())
    if ended.code != 0:
        said = one_line(ended.stderr.decode("utf-8", "replace"))[-300:]
        raise ReleaseError(f"The change does not apply: {said or f'git ended with exit {ended.code}'}", AGAIN)


def _written(report: PatchReport, missing: Sequence[str]) -> Iterator[str]:
    yield "Written:"
    yield from (f"  {patch.id}" for patch in report.safe_set if patch.kind.family == "python" and patch.id not in missing)
    if missing:
        yield "In no requirement file, so not written:"
        yield from (f"  {name}" for name in missing)
    yield "Look at it with `git diff`, commit it, and install it where the application runs."

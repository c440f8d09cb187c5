"""evidence: read a run again from its bytes: is the chain whole, is every digest right, does the verdict follow?"""

from __future__ import annotations

from pathlib import Path

from ..evidence import EvidenceFolder
from ..journal import JOURNAL_NAME, read_entries
from ..policy import PatchAnswer, decide
from ..release import Outcome, ReleaseError, Stage
from ..view import RunView, view


def check_evidence(folder: Path) -> tuple[Outcome, str]:
    """PASSED when everything in the run folder is as it was written; else what was changed. Changes nothing."""
    store = EvidenceFolder(folder / "evidence")
    try:
        entries = read_entries((folder / JOURNAL_NAME).read_bytes(), str(folder / JOURNAL_NAME))
        seen = view(entries, store)
        checked = sum(len([store.read(item.sha256) for item in result.evidence]) for result in seen.stages)
        _rederive(seen)
    except OSError as problem:
        return Outcome.INCOMPLETE, f"{problem.filename} can't be read: {problem.strerror}"
    except ReleaseError as problem:
        return Outcome.REFUSED, f"{problem} {problem.hint}"
    head = entries[-1].sha256
    return Outcome.PASSED, (
        f"{len(entries)} journal lines chained, {checked} pieces of evidence whole, the verdict follows from them.\n"
        f"The run ended as: {seen.outcome}. Head of the chain: {head}"
    )


def _rederive(seen: RunView) -> None:
    """The recorded verdict must be what `decide` says on the recorded results, on the day of the verdict."""
    if seen.verdict is None:
        return
    if seen.scan is None:
        raise ReleaseError("There is a verdict and no scan.", "Do not trust this run.")
    result = seen.stage(Stage.PATCH_TEST)
    patch = PatchAnswer(result, seen.patch_test) if result is not None else None
    if decide(seen.scan.law, seen.scan, patch, seen.verdict.today) != seen.verdict:
        raise ReleaseError("The verdict does not follow from the recorded results.", "Do not trust this run.")

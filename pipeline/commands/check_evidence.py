"""evidence: read a run again from its bytes: is the chain whole, is every digest right, does the verdict follow?"""

from __future__ import annotations

from pathlib import Path

from .. import joining, parts
from ..evidence import EvidenceFolder
from ..journal import JOURNAL_NAME, read_entries
from ..policy import PatchAnswer, decide
from ..release import Outcome, ReleaseError, Stage
from ..view import JOINED, RunView, view


def check_evidence(folder: Path) -> tuple[Outcome, str]:
    """PASSED when everything in the run folder is as it was written; else what was changed. Changes nothing."""
    store = EvidenceFolder(folder / "evidence")
    try:
        entries = read_entries((folder / JOURNAL_NAME).read_bytes(), str(folder / JOURNAL_NAME))
        seen = view(entries, store)
        checked = sum(len([store.read(item.sha256) for item in result.evidence]) for result in seen.stages)
        _rejoin(seen, store)
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


def _rejoin(seen: RunView, store: EvidenceFolder) -> None:
    """The scan and the patch test of a joined run must be what the runs say that it was joined from."""
    said = [str(entry.data["journal"]) for entry in seen.entries if entry.kind == JOINED]
    scan, patch = seen.stage(Stage.SCAN), seen.stage(Stage.PATCH_TEST)
    if not said or scan is None:
        return  # nothing was joined, or the gate said that it could not be: then there is no verdict either
    found = parts.again(scan.evidence, store)
    if sorted(each.journal for each in found) != sorted(said):
        raise ReleaseError("The runs that this one was joined from are not the ones that its journal names.", "Do not trust this run.")
    required = seen.scan is None or seen.scan.law.policy.patch_test == "required"
    against = joining.refusals(found, seen.identity, required)
    joined = [each.seen.scan for each in found if each.seen.scan is not None]
    if against or joining.joined(joined) != seen.scan or (joining.patch_test(found) or (None, None)) != (patch, seen.patch_test):
        why = f"{against[0].text} " if against else ""
        raise ReleaseError(f"{why}The run does not follow from the runs that it was joined from.", "Do not trust this run.")


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

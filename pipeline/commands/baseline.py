"""baseline: let what stood before the gate stand, shown and not refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from secure_release.checks import Broken

from ..evidence import write_whole
from ..law import Baseline
from ..policy import findings
from ..release import ReleaseError
from ..view import RunView


def baseline(path: Path, view: RunView, today: date) -> str:
    """Write the findings of a complete scan as the baseline. Refuses a scan with a broken required check: what it did not
    see would look new later, and what it lost would be forgotten."""
    scan = view.scan
    if scan is None:
        raise ReleaseError("The last run has no scan.", "Run `secure-release scan` first.")
    broken = [name for name, result in scan.results.items() if isinstance(result, Broken)]
    if broken:
        raise ReleaseError(
            f"The last scan is not complete: {', '.join(broken)} gave no answer.", "Mend that first, then scan again."
        )
    now = {finding.fingerprint: finding for finding in findings(scan)}
    before = set(Baseline.model_validate_json(path.read_bytes()).fingerprints) if path.exists() else set()
    taken = Baseline(taken=today, commit=view.identity.commit, fingerprints=tuple(sorted(now)))
    write_whole(path, taken.model_dump_json(indent=1).encode() + b"\n", mode=0o644)
    lines = [f"+ {now[f].place}: {now[f].message}" for f in sorted(set(now) - before)]
    lines += [f"- {f} (gone)" for f in sorted(before - set(now))]
    return "\n".join([*lines, f"{path.name}: {len(now)} findings stand. Gaps never do. Commit it where the gate reads its law."])

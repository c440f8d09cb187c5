"""advisories: fetch a snapshot for machines without a way to the index."""

from __future__ import annotations

from pathlib import Path

from secure_release.checks import AdvisoryError

from ..adapters.fetch import fetch_snapshot
from ..release import ReleaseError

TIMEOUT = 300.0


def fetch(source: str, target: Path) -> str:
    """What was fetched, in a sentence. An old snapshot stays when the new one is bad."""
    try:
        snapshot = fetch_snapshot(source, target, timeout=TIMEOUT)
    except AdvisoryError as problem:
        raise ReleaseError(f"No snapshot: {problem}", problem.hint) from problem
    return (
        f"{target}: {snapshot.count} records, the newest of {snapshot.newest:%Y-%m-%d}, sha256 {snapshot.sha256}\n"
        f"Use it with `advisories: {{source: file, file: {target.name}}}`."
    )

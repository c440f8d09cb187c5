"""waive: accept a finding or a gap of the last run, with an owner, a reason and an end."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from ..evidence import write_whole
from ..law import Waiver, WaiverFile
from ..loader import load
from ..policy import findings
from ..records import ScanReport
from ..release import EXIT_OURS, ReleaseError
from ..view import RunView


@dataclass(frozen=True)
class Item:
    """What a fingerprint stands for, for the comment above the waiver."""

    fingerprint: str
    text: str


def items(view: RunView) -> tuple[Item, ...]:
    """Everything in a run that can be waived."""
    scan: ScanReport | None = view.scan
    found = findings(scan) if scan else ()
    gaps = (*(view.verdict.gaps if view.verdict else ()), *(scan.source_gaps if scan else ()))
    return (
        *(Item(f.fingerprint, f"{f.place}: {f.message}") for f in found),
        *(Item(g.fingerprint, f"{g.check} did not look at {g.subject}: {g.reason}") for g in gaps),
    )


def waive(path: Path, known: tuple[Item, ...], waiver: Waiver, today: date, max_days: int) -> str:
    """Add a waiver to the file. Refuses what is not in the last run, ends in the past, or too far away."""
    item = next((item for item in known if item.fingerprint == waiver.fingerprint), None)
    if item is None:
        raise ReleaseError(
            f"Nothing in the last run has the fingerprint {waiver.fingerprint}.", "Copy it from the report; run `scan` first.", EXIT_OURS
        )
    if not today <= waiver.until <= today + timedelta(days=max_days):
        raise ReleaseError(
            f"--until {waiver.until} is not between today and {max_days} days from now.",
            "Choose an earlier end, or raise `policy.max_waiver_days`.",
            EXIT_OURS,
        )
    before = path.read_text(encoding="utf-8") if path.exists() else "waivers:\n"
    after = f"{before.rstrip()}\n{_text(item, waiver)}"
    load(after.encode(), path.name, WaiverFile)  # what we write must be what we can read
    write_whole(path, after.encode(), mode=0o644)
    return f"Waived until {waiver.until}: {item.text}"


def _text(item: Item, waiver: Waiver) -> str:
    comment = " ".join(item.text.split())[:110]
    return (
        f"  # {comment}\n"
        f"  - fingerprint: {json.dumps(waiver.fingerprint)}\n"
        f"    owner: {json.dumps(waiver.owner)}\n"
        f"    reason: {json.dumps(waiver.reason)}\n"
        f"    until: {json.dumps(waiver.until.isoformat())}\n"
    )

"""What pip-audit said is said again, unasked, of the same pins by the same snapshot of advisories.

Only of a snapshot, whose digest is part of the key: what a live service says depends on when it is asked. How old the snapshot
may be is judged elsewhere, in every run.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from .advisories import Pin, SnapshotFacts
from .audit_report import TOOL, Audit, parse, requirements
from .check import Context
from .memory import fixed
from .tool import NotAReport

NOTE = "pip-audit said so in an earlier run, of the same pins by the same snapshot; it was not asked again."


def keys(bundles: Sequence[Sequence[Pin]], facts: SnapshotFacts, context: Context) -> tuple[str, ...]:
    """One for each run of pip-audit; none where its answer can't be told from another one's."""
    program = context.tools.find(TOOL.executable)
    installed = context.installation(program) if program is not None else ""
    if facts.source != "file" or not facts.sha256 or not installed:
        return ()
    return tuple(fixed(TOOL.executable, installed, sys.version_info[:2], facts.sha256, requirements(pins)).digest for pins in bundles)


def remembered(asked: Sequence[str], bundles: Sequence[Sequence[Pin]], context: Context) -> tuple[Audit, ...] | None:
    """What was said of every bundle; None unless all of it is there, and whole."""
    held = context.memory.recall(asked) if asked else {}
    audits = [_read(held, key, pins) for key, pins in zip(asked, bundles, strict=False)]
    whole = [audit for audit in audits if audit is not None]
    return tuple(whole) if len(whole) == len(bundles) else None


def keep(asked: Sequence[str], bundles: Sequence[Sequence[Pin]], reports: Sequence[bytes], context: Context) -> None:
    """Reports that are not whole are not kept."""
    if asked and all(_whole(parse(report, pins), pins) for report, pins in zip(reports, bundles, strict=True)):
        context.memory.keep({key: report.strip() for key, report in zip(asked, reports, strict=True)})


def _read(held: Mapping[str, bytes], key: str, pins: Sequence[Pin]) -> Audit | None:
    try:
        audit = parse(held[key], pins) if key in held else None
    except NotAReport:
        return None
    return audit if audit is not None and _whole(audit, pins) else None


def _whole(audit: Audit, pins: Sequence[Pin]) -> bool:
    """Every pin was asked about, and answered."""
    return not audit.skipped and audit.asked >= set(pins) and set(audit.holes) >= set(pins)

"""What is wrong with this release? Checks, findings, gaps. Knows nothing of the pipeline."""

from .advisories import AdvisoryError, Hole, Match, Pin, SnapshotFacts
from .check import Advisories, Changed, Check, Context, Exit, Fixed, Memory, SourceFile, SystemClock, Tools, is_by_file, there
from .finding import Confidence, Finding, Gap, Place, Severity, Witness, numbered
from .result import Broken, Evidence, Ran, Result, Skipped, broken, ran, skipped

__all__ = [
    "Advisories",
    "AdvisoryError",
    "Broken",
    "Changed",
    "Check",
    "Confidence",
    "Context",
    "Evidence",
    "Exit",
    "Finding",
    "Fixed",
    "Gap",
    "Hole",
    "Match",
    "Memory",
    "Pin",
    "Place",
    "Ran",
    "Result",
    "Severity",
    "Skipped",
    "SnapshotFacts",
    "SourceFile",
    "SystemClock",
    "Tools",
    "Witness",
    "broken",
    "is_by_file",
    "numbered",
    "ran",
    "skipped",
    "there",
]

"""How a program in a box ended, in words."""

from __future__ import annotations

import re

from secure_release.checks import Exit

COMPLAINT = re.compile(r"(E|Err|W|dpkg|ERROR|WARNING|Error|error):|dpkg-|\S+ : (Pre-?Depends|Depends|Conflicts|Breaks):")


def well(ended: Exit) -> bool:
    return ended.code == 0 and not ended.timed_out and not ended.flooded


def text(ended: Exit) -> str:
    return ended.stdout.decode("utf-8", "replace")


def said(ended: Exit) -> str:
    """How it ended and its complaints, on one line."""
    both = [line.strip() for part in (ended.stderr, ended.stdout) for line in part.decode("utf-8", "replace").splitlines()]
    loud = [line for line in both if COMPLAINT.match(line)] or both
    how = "its time was up" if ended.timed_out else "it wrote too much" if ended.flooded else f"exit {ended.code}"
    return f"{how}; {' | '.join(line for line in loud if line)[-800:] or 'nothing was said'}"

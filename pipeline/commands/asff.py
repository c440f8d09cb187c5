"""report --asff: the findings of a run as files that Security Hub takes, one call each."""

from __future__ import annotations

from pathlib import Path

from ..evidence import write_whole
from ..report.asff import Product, batches
from ..view import RunView


def write_asff(folder: Path, view: RunView, by: Product) -> str:
    """Write `findings-0001.asff.json` and so on into the run's folder; those of an earlier call go. Returns a sentence."""
    for old in folder.glob("findings-*.asff.json"):
        old.unlink()
    texts = batches(view, by)
    for number, text in enumerate(texts, 1):
        write_whole(folder / f"findings-{number:04d}.asff.json", text.encode(), mode=0o644)
    return f"{len(texts)} file(s) for Security Hub in {folder}" if texts else "nothing to tell Security Hub"

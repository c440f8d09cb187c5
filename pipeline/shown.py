"""What a stage shows beside its lines where a CI listens, and that nothing else it prints can be taken for a command."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

from .adapters.lines import changed, harmless_tracebacks, past
from .ci import SUMS_UP, System, annotated, harmless, summary, surroundings
from .release import Stage
from .report import REPORTS
from .view import RunView


def harmless_output() -> contextlib.AbstractContextManager[None]:
    """While a CI listens every printed line is made harmless; elsewhere nothing changes."""
    return changed(harmless) if _listening() else contextlib.nullcontext()


def tracebacks_too() -> None:
    """The same for a crash of ours."""
    if _listening():
        harmless_tracebacks(harmless)


def show(view: RunView, stage: Stage | None, prefix: Callable[[], str], as_json: bool) -> None:
    """Annotations and the step's summary, where the CI has them. Never changes how the stage ends."""
    around = surroundings(os.environ)
    stream = past(sys.stderr if as_json else sys.stdout)
    if around.system is System.GITHUB:
        stream.write("".join(f"{line}\n" for line in annotated(view, stage, prefix())))
        stream.flush()
    if around.summary and stage in SUMS_UP:
        _sum_up(Path(around.summary), REPORTS["report.md"](view))


def machine_readable(text: str) -> None:
    """JSON for standard output, byte for byte the same value; only what a CI would obey is written in another way."""
    out = past(sys.stdout)
    out.write(text.replace("##[", "#\\u0023[") if _listening() else text)
    out.flush()


def _sum_up(file: Path, report: str) -> None:
    try:
        there = file.stat().st_size if file.exists() else 0
        with file.open("a", encoding="utf-8") as out:
            out.write(summary(report, there))
    except OSError as problem:
        print(f"The step's summary can't be written to {file}: {problem.strerror}. The report is in report.md.", file=sys.stderr)


def _listening() -> bool:
    return surroundings(os.environ).system is not System.NONE

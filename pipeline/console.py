"""What people see while it works: one line per stage, and where the terminal can show it, what is going on now."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import TextIO

from rich.console import Console as Rich
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from .release import StageResult
from .report.console import stage_line


class Console:
    """A `Progress` port. On a terminal a line that moves; in CI plain lines only. Everything goes to `stream`."""

    def __init__(self, stream: TextIO) -> None:
        self._rich = Rich(file=stream, highlight=False, soft_wrap=True, force_terminal=None if stream.isatty() else False)
        self._lock = threading.Lock()
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(20), MofNCompleteColumn(), TimeElapsedColumn())
        self._live = Progress(*columns, console=self._rich, transient=True) if self._rich.is_terminal else None
        self._task = self._live.add_task("starting", total=None) if self._live else None

    def __enter__(self) -> Console:
        if self._live:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        if self._live:
            self._live.stop()

    def doing(self, what: str, done: int = 0, of: int = 0) -> None:
        if self._live and self._task is not None:
            self._live.update(self._task, description=what, completed=done, total=of or None)

    def line(self, text: str) -> None:
        with self._lock:
            self._rich.print(text, markup=False)

    def told(self, result: StageResult) -> None:
        self.line(stage_line(result))


def to_stdout() -> Console:
    return Console(sys.stdout)


def to_stderr() -> Console:
    """For `--format json`: standard output is the report's alone."""
    return Console(sys.stderr)

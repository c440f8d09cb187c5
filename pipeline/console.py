"""What people see while it works: one line per stage, and where the terminal can show it, what is going on now."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

from .release import StageResult
from .report.console import stage_line

if TYPE_CHECKING:
    from rich.progress import Progress


class Console:
    """A `Progress` port. On a terminal a line that moves; in CI plain lines only. Everything goes to `stream`."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._live = _live(stream) if stream.isatty() else None  # the library for it is slow to import
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
            if self._live:
                self._live.console.print(text, markup=False)
            else:
                self._stream.write(f"{text}\n")
                self._stream.flush()

    def told(self, result: StageResult) -> None:
        self.line(stage_line(result))


def _live(stream: TextIO) -> Progress | None:
    from rich.console import Console as Rich
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Rich(file=stream, highlight=False, soft_wrap=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(20), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True) if console.is_terminal else None


def to_stdout() -> Console:
    return Console(sys.stdout)


def to_stderr() -> Console:
    """For `--format json`: standard output is the report's alone."""
    return Console(sys.stderr)

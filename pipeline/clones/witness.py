"""Tells whether the clone's own Python was started at all: tests that another interpreter ran have tested something else."""

from __future__ import annotations

from pathlib import Path

NAME = "secure_release_witness.pth"
# `site` runs a line that begins with `import` at every start of the interpreter, also with -I and -E.
LINE = "import os; os.path.isdir({folder!r}) and open({path!r}, 'ab').close()\n"


class Witness:
    """A line in the clone's site-packages that leaves a mark in `folder`, which the tests' processes may write to."""

    def __init__(self, venv: Path, folder: Path) -> None:
        self._venv = venv
        self._mark = folder / "started"

    def plant(self) -> None:
        """Ready for the next run: nothing has been started yet."""
        line = LINE.format(folder=str(self._mark.parent), path=str(self._mark))
        for packages in self._venv.glob("lib/python*/site-packages"):
            if not (packages / NAME).exists():
                (packages / NAME).write_text(line, encoding="utf-8")
        self._mark.unlink(missing_ok=True)

    @property
    def saw(self) -> bool:
        return self._mark.exists()

"""A folder that is under nobody's version control, such as a restored backup, as something that can be read and looked at."""

from __future__ import annotations

import os
from pathlib import Path

from .git import Listed, State


class Folder:
    """Everything in it counts; nothing of it is trusted."""

    ref = "nothing: this tree was restored"  # as a `Trusted`: whatever it holds was put there by the tree itself

    def __init__(self, project: Path) -> None:
        self.project = project

    def state(self) -> State:
        return State("0" * 40, "", ())

    def listed(self) -> tuple[Listed, ...]:
        """Every file, link and special file, in any folder. Raises `OSError` for a folder that can't be read."""
        return tuple(Listed(name, "") for name in sorted(self._names()))

    def _names(self) -> list[str]:
        names: list[str] = []
        for folder, folders, files in os.walk(self.project, onerror=_raise):
            links = [name for name in folders if (Path(folder) / name).is_symlink()]
            names += [str((Path(folder) / name).relative_to(self.project)) for name in (*files, *links)]
        return names

    def read(self, path: str) -> bytes | None:
        return None

    def paths(self) -> tuple[str, ...]:
        return ()


def _raise(problem: OSError) -> None:
    raise problem

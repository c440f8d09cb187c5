"""The port through which this driver runs programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from secure_release.checks import Exit, Tools


class Programs(Tools, Protocol):
    """`Tools` that can also hand a program exactly the environment that it is to see."""

    def search_path(self) -> Iterable[str]:
        """PATH without folders of the project."""

    def run(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        timeout: float,
        env: Mapping[str, str] | None = None,
        stdin: bytes = b"",
        bare: bool = False,
    ) -> Exit:
        """As `Tools.run`; with `bare`, `env` is the whole environment."""

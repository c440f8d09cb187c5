"""The port through which this driver runs programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Protocol

from secure_release.checks import Exit, Tools


class Programs(Tools, Protocol):
    """`Tools` that can also hand a program exactly the environment that it is to see, and feed one that stays."""

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

    def writing(self, argv: Sequence[str], *, cwd: Path, timeout: float) -> AbstractContextManager[IO[bytes]]:
        """What the program reads. Leaving the block raises `ProgramFailed` unless the program ended with 0."""

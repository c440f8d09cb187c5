"""How restic is told its password: by a file, a command, or the environment of the child. Never on a command line."""

from __future__ import annotations

import shlex
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..keeping import BackupError

VARIABLE = "SECURE_RELEASE_RESTIC_PASSWORD"
NAME_ONE = (
    "Name a file of mode 0600 in `backup.password_file`, or a command that prints it in `backup.password_command`, "
    f"or set {VARIABLE}; and keep a copy elsewhere: without it nobody restores."
)


@dataclass(frozen=True, repr=False)
class Password:
    """One of the three; the first that is named. Has no printable form."""

    file: Path | None
    command: Sequence[str]
    word: str

    def environment(self) -> Mapping[str, str]:
        """For the child. Raises `BackupError` when there is no password, an empty one, or others can read it."""
        if self.file is not None:
            _check(self.file)
            return {"RESTIC_PASSWORD_FILE": str(self.file)}
        if self.command:
            return {"RESTIC_PASSWORD_COMMAND": shlex.join(self.command)}
        if not self.word.strip():
            raise BackupError("No password for the restic repository is named, or it is empty.", NAME_ONE)
        return {"RESTIC_PASSWORD": self.word}


def _check(file: Path) -> None:
    try:
        mode, content = stat.S_IMODE(file.stat().st_mode), file.read_bytes()
    except OSError as problem:
        raise BackupError(f"The password file {file} can't be read: {problem}.", NAME_ONE) from problem
    if mode & 0o077:
        raise BackupError(
            f"Others can read the password of all backups: {file} has mode {mode:04o}.",
            f"chmod 600 {file}, and change the password if someone else could have read it.",
        )
    if not content.strip():
        raise BackupError(f"The password file {file} is empty.", NAME_ONE)

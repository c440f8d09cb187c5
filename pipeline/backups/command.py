"""What a program writes to its standard output as a source: for what no other kind of source knows."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..keeping import BackupError, ProgramFailed, Programs
from ..source_config import CommandSection
from . import manifest
from .dumps import CHUNK, TIME_LIMIT, saved
from .engine import Tree
from .source import Ask, Check, NoWayBack, Staged, Trial

OUTPUT = "output"


@dataclass(frozen=True)
class CommandSource:
    """`programs` are run as the project's own commands are."""

    name: str
    argv: tuple[str, ...]
    project: Path
    programs: Programs
    may_be_empty: bool
    asks: tuple[Ask, ...]

    @property
    def type(self) -> str:
        return "command"

    @property
    def place(self) -> str:
        return f"the output of {Path(self.argv[0]).name}"  # further words may hold what nobody should read

    @property
    def home(self) -> NoWayBack:
        return NoWayBack("what a command's output is for, only its owner knows")

    def stage(self, scratch: Path) -> Staged:
        size, sha256 = self._written(scratch / OUTPUT)
        if size == 0 and not self.may_be_empty:
            raise self._incomplete("wrote nothing", "Look why; if that is right, set `may_be_empty: true`.")
        content = json.dumps({"size": size, "sha256": sha256}, sort_keys=True).encode()
        return Staged(
            tree=Tree(scratch, (OUTPUT.encode(),)),
            manifest=content,
            consistency="as the command says",
            items=1,
            size=size,
            room=size,
            write_mark=manifest.digest(content),
            changed=lambda: "",  # nobody else writes to our copy
        )

    @contextlib.contextmanager
    def held(self, scratch: Path) -> Iterator[str]:
        yield ""

    def current_mark(self, scratch: Path) -> str:
        return ""  # nothing goes back, so nobody asks

    def _written(self, into: Path) -> tuple[int, str]:
        try:
            with self.programs.reading(self._argv(), cwd=self.project, timeout=TIME_LIMIT) as out:
                return saved(out, into)
        except ProgramFailed as problem:
            raise self._incomplete(f"failed: {problem}", "Mend the command, then run again.") from problem

    def _argv(self) -> tuple[str, ...]:
        return program(self.argv, self.programs)

    def _incomplete(self, why: str, hint: str) -> BackupError:
        return BackupError(f"The source `{self.name}` ({self.place}) {why}.", hint)


def differences(restored: Path, content: bytes, trial: Trial) -> tuple[str, ...]:
    """A `Compare`: the same bytes, and the user's own check is content with them."""
    return tuple(_differences(restored, content, trial))


def _differences(restored: Path, content: bytes, trial: Trial) -> Iterator[str]:
    file = restored / OUTPUT
    if file.is_symlink() or not file.is_file():
        yield f"{OUTPUT}: did not come back"
        return
    yield from (f"{path.name}: was not in the source" for path in sorted(restored.iterdir()) if path != file)
    size, sha256 = _parsed(content)
    with file.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if (file.stat().st_size, found) != (size, sha256):
        yield f"{OUTPUT}: {file.stat().st_size} bytes, was {size}" if file.stat().st_size != size else f"{OUTPUT}: other content"
        return
    for ask in trial.asks if trial.loaded else ():
        if isinstance(ask, Check):
            yield from _checked(file, ask, trial.programs)


def _checked(file: Path, check: Check, programs: Programs) -> Iterator[str]:
    try:
        with programs.writing(program(check.argv, programs), cwd=check.cwd, timeout=TIME_LIMIT) as pipe, file.open("rb") as opened:
            while chunk := opened.read(CHUNK):
                pipe.write(chunk)
    except ProgramFailed as problem:
        if problem.code != 0:  # 0: it had seen enough before the end
            yield f"the check failed: {problem}"


def program(argv: tuple[str, ...], programs: Programs) -> tuple[str, ...]:
    """The command with its program's path. Raises `BackupError` when there is none."""
    if "/" in argv[0]:
        return argv
    path = programs.find(argv[0])
    if path is None:
        raise BackupError(f"`{argv[0]}` is not on this machine.", "Install it, or name it by its path.")
    return (str(path), *argv[1:])


def _parsed(content: bytes) -> tuple[int, str]:
    with manifest.parsing():
        raw = json.loads(content)
        return int(raw["size"]), str(raw["sha256"])


def command_source(section: CommandSection, project: Path, programs: Programs) -> CommandSource:
    asks = (Check(section.check, project),) if section.check else ()
    return CommandSource(section.name, section.command, project, programs, section.may_be_empty, asks)

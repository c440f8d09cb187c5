"""One real restore into an empty private folder, compared with what was read from the sources."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..keeping import BackupError, Drill, Taken
from . import command, manifest, my_drill, path, pg_drill, sqlite
from .engine import Engine, Stored, TreeChanged
from .keys import Unlock
from .source import Compare, Trial

COMPARE: dict[str, Compare] = {
    "path": lambda restored, content, trial: path.differences(restored, content),
    "docker-volume": lambda restored, content, trial: path.differences(restored, content),
    "sqlite": lambda restored, content, trial: sqlite.differences(restored, content),
    "postgres": pg_drill.differences,
    "mysql": my_drill.differences,
    "command": command.differences,
}


@dataclass(frozen=True)
class Kept:
    """A generation's folder, what the ledger says is in it, and what it was taken from."""

    folder: Path
    files: tuple[Stored, ...]
    taken: tuple[Taken, ...]


def drill(
    kept: Kept, engine: Engine, unlock: Unlock, into: Path, now: Callable[[], datetime], trial: Callable[[str], Trial]
) -> Drill:
    """Restore all sources into the empty folder `into` and compare. What can't be restored is a difference, too."""
    started = time.monotonic()
    said: list[str] = []
    try:
        check_files(kept)
        for taken in kept.taken:
            said += [f"{taken.source}: {difference}" for difference in restored(kept, taken, engine, unlock, into, trial(taken.source))]
    except (BackupError, OSError, TreeChanged) as problem:
        said.append(str(problem))
    return Drill(not said, manifest.few(tuple(said)), time.monotonic() - started, now())


def restored(kept: Kept, taken: Taken, engine: Engine, unlock: Unlock, into: Path, trial: Trial) -> tuple[str, ...]:
    """Restore one source to `into/<source>` and compare it with its manifest. Raises `BackupError`."""
    return COMPARE[taken.type](into / taken.source, fetched(kept, taken, engine, unlock, into), trial)


def fetched(kept: Kept, taken: Taken, engine: Engine, unlock: Unlock, into: Path) -> bytes:
    """Restore one source to `into/<source>`; the manifest that was written when the source was read.

    Raises `BackupError`, also when the manifest is another.
    """
    place = into / taken.source
    place.mkdir(mode=0o700)
    content = engine.fetch(taken.source, kept.folder, place, unlock)
    if manifest.digest(content) != taken.manifest_sha256:
        raise BackupError(f"The manifest of `{taken.source}` is not the one in the ledger.", "Use another generation.")
    return content


def check_files(kept: Kept) -> None:
    """Raises `BackupError` unless the folder holds exactly what was stored, byte by byte."""
    for name in unexpected(kept.folder, kept.files):
        raise BackupError(f"`{name}` in {kept.folder} was not put there by a backup.", "Find out who can write there.")
    for stored in kept.files:
        with (kept.folder / stored.name).open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if sha256 != stored.sha256:
            raise BackupError(f"{stored.name} was changed after it was stored.", "Use another generation.")


def unexpected(folder: Path, files: Sequence[Stored]) -> Iterator[str]:
    known = {stored.name for stored in files} | {"generation.json"}
    return (entry.name for entry in sorted(folder.iterdir()) if entry.name not in known)


def single(taken: Taken, content: bytes) -> str:
    """The name of the one file that the source is; "" when it is a folder."""
    match taken.type:
        case "sqlite":
            return sqlite.file_name(content)
        case _:
            return path.single(manifest.read(content))

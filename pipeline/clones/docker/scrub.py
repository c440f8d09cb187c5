"""Takes secrets out of what clones are made from: files that the configuration names, and values baked into the image."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from ...containers import Container, Engine, EngineError
from ...release import ReleaseError
from .contents import below, found, matching
from .environment import not_allowed
from .mark import Mark
from .unstarted import own_words, unstarted

SECONDS = 60.0  # for `rm` to end
STEP = 0.05
MOST = 5_000  # files on one command line; Linux takes about 2 MB of it
SHOWN = 5


def scrubbed(engine: Engine, image: str, globs: Sequence[str], allow: Sequence[str], mark: Mark) -> tuple[str, tuple[str, ...]]:
    """The id of an image like `image`, without those files and variables, and a sentence for what was taken out.

    It is `image` itself when there is nothing to take out. The image's own `rm` does it, without a network.
    Raises `ReleaseError` where that does not work, and `EngineError`.
    """
    names = sorted(not_allowed(engine.image(image).env, allow))
    with unstarted(engine, mark, image, "look") as seen:
        files = found(engine, seen, globs)
    if len(files) > MOST:
        raise ReleaseError(f"`scrub` means {len(files)} files of the image.", f"Name what is secret: no more than {MOST} files.")
    if not files and not names:
        return image, ()
    made = _without(engine, image, files, names, mark)
    with unstarted(engine, mark, made, "check") as seen:
        left = found(engine, seen, globs)
    if left:
        raise ReleaseError(
            f"These files could not be taken out of the clone: {_some(left)}.", "Keep secrets out of the folders of volumes."
        )
    return made, (*_said("files that `scrub` names were removed", files), *_said("variables of the image were blanked", names))


def scrub_folder(place: Path, target: str, globs: Sequence[str]) -> tuple[str, ...]:
    """Remove those files from a *copy* of what a clone sees at `target`, and empty it where it is one file; the paths."""
    meant, gone = matching(globs), []
    for file in below(place, target):
        if meant(file.path):
            _emptied(file.place) if file.path == target else file.place.unlink()
            gone.append(file.path)
    return tuple(gone)


def _emptied(place: Path) -> None:
    """It is mounted by itself, so it has to be there."""
    os.truncate(place, 0)


def _without(engine: Engine, image: str, files: Sequence[str], names: Sequence[str], mark: Mark) -> str:
    command = ("rm", "-f", "--", *files) if files else ()
    with unstarted(engine, mark, image, "scrub", command, names) as container:
        if files:
            _run(engine, container)
        lines = (*(f'ENV {name}=""' for name in names), *own_words(engine.image(image)))
        return engine.commit(container.id, f"{mark.name('image', 'scrubbed')}:latest", mark.labels, lines)


def _run(engine: Engine, container: Container) -> None:
    hint = "Clone from an image that has `rm`, or take these files out of it and give them to the source as mounts."
    try:
        engine.start(container.id)
    except EngineError as problem:
        raise ReleaseError(
            f"Secrets can't be taken out of the clone: its image has no `rm` that starts ({problem}).", hint
        ) from problem
    deadline = time.monotonic() + SECONDS
    while (now := engine.container(container.id)).state != "exited":
        if time.monotonic() > deadline:
            raise ReleaseError(f"Secrets can't be taken out of the clone: `rm` did not end within {SECONDS:.0f} s.", hint)
        time.sleep(STEP)
    if now.exit_code != 0:
        raise ReleaseError(f"Secrets can't be taken out of the clone: `rm` ended with {now.exit_code}.", hint)


def _said(what: str, names: Sequence[str]) -> tuple[str, ...]:
    return (f"{what}: {_some(names)}.",) if names else ()


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more

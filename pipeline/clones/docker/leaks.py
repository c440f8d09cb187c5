"""Looks for secrets that nobody named: in what a source changed over its image, in its volumes' text files, on its command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from secure_release.checks.builtin.secrets import found_in

from ...containers import Container, Engine
from ...release import ReleaseError
from .contents import Fetched, File, below, fetched, lowers, matching, overlaid
from .mark import Mark
from .unstarted import unstarted

FILE_BYTES = 1_000_000  # the same as the scan of the project: what is larger is data
BYTES = 20_000_000  # all told; the patterns read about 5 MB a second
FILES = 2_000
PEEK = 8192  # a NUL in the first bytes makes a file binary, as git and grep judge
SHOWN = 5
HINT = "Name them in `patch_test.docker.scrub`, and clones are made without them; or keep them out of the container."


@dataclass(frozen=True)
class Looked:
    """What was found, as `path: kind`, and what was not looked at."""

    found: tuple[str, ...]
    searched: int
    binary: int
    beyond: int  # files that are too large, or came after the bounds

    def sentences(self, where: str) -> tuple[str, ...]:
        if not self.binary and not self.beyond:
            return ()
        return (
            f"{where}: {self.searched} text files were searched for secrets; {self.binary} binary and {self.beyond} large or further ones were not.",
        )


def secrets_left(
    engine: Engine, source: Container, image: str, volumes: Sequence[tuple[Path, str]], mark: Mark, kept: Sequence[str] = ()
) -> tuple[str, ...]:
    """A sentence for each place that was not searched whole.

    `image` is what clones of `source` are made from; `volumes` are frozen copies and where clones see them; `kept` are
    globs of files that may hold secrets. Raises `ReleaseError` naming file and kind of every secret, never the secret.
    """
    looked = {source.name: _over_its_image(engine, source, image, mark, kept)}
    looked |= {target: look(below(place, target), kept) for place, target in volumes}
    found = [*on_command_line(source), *(one for each in looked.values() for one in each.found)]
    if found:
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise ReleaseError(f"Clones of {source.name} would hold secrets: {'; '.join(found[:SHOWN])}{more}.", HINT)
    return tuple(sentence for where, each in looked.items() for sentence in each.sentences(where))


def _over_its_image(engine: Engine, source: Container, image: str, mark: Mark, kept: Sequence[str]) -> Looked:
    if image == source.image:
        return look((), kept)
    with unstarted(engine, mark, image, "changed") as ours, unstarted(engine, mark, source.image, "original") as theirs:
        return look(_changed(engine, source, ours, theirs), kept)


def _changed(engine: Engine, source: Container, ours: Container, theirs: Container) -> Iterator[File | Fetched]:
    """Whole layers where they can be read here; else the paths that the engine says have changed, one by one."""
    layers, original = lowers(ours), lowers(theirs)
    if layers and original:
        # the engine puts a layer of its own on top of the image's, another one for each container
        yield from overlaid(tuple(layer for layer in layers[1:] if layer not in original))
    else:
        paths = [path for kind, path in engine.changes(source.id) if kind != "D"]
        yield from fetched(engine, ours, paths, FILE_BYTES)


def look(files: Iterable[File | Fetched], kept: Sequence[str]) -> Looked:
    """Search text files up to the bounds."""
    allowed, found = matching(kept), list[str]()
    searched = binary = beyond = total = 0
    for file in files:
        if not file.regular or allowed(file.path) or file.size == 0:
            continue
        if file.size > FILE_BYTES or total + file.size > BYTES or searched >= FILES:
            beyond += 1
            continue
        content = file.read()
        if b"\0" in content[:PEEK]:
            binary += 1
            continue
        total, searched = total + len(content), searched + 1
        found.extend(f"{file.path}: {one.rule}" for one in found_in(file.path, content.decode("utf-8", "replace")))
    return Looked(tuple(dict.fromkeys(found)), searched, binary, beyond)


def on_command_line(source: Container) -> Iterator[str]:
    """A clone is started with the words of its source, and they are in every list of processes."""
    checked = source.health.test if source.health is not None else ()
    for what, words in (("its command", (*source.entrypoint, *source.command)), ("its health check", checked)):
        yield from (f"{what}: {one.rule}" for one in found_in(what, " ".join(words)))

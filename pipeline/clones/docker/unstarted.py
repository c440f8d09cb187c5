"""A container that is made to be looked at from outside: of an image, without a network, not started, removed on leaving."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from ...containers import Container, Engine, EngineError, Image, Spec
from .mark import Mark

NEVER = ("/this-is-never-started",)  # the engine makes no container without a command
# Takes the image's entry point away. A word here would be in every image that is committed from the container: there
# the engine fills an empty entry point in from the container's.
NO_ENTRYPOINT = ("",)


@contextmanager
def unstarted(
    engine: Engine, mark: Mark, image: str, what: str, command: tuple[str, ...] = (), hidden: Sequence[str] = ()
) -> Iterator[Container]:
    """Without a command it has the image's own, and shows what that is; with one it is root's. `hidden` are variables of the
    image that it does not have: what a committed image tells of its container would tell them too."""
    name = mark.name("container", f"{what}-{image.removeprefix('sha256:')[:12]}")
    spec = Spec(
        name=name, image=image, labels=mark.labels, env=tuple(hidden), entrypoint=NO_ENTRYPOINT if command else (), command=command, user="0:0" if command else "",
        working_dir="", hostname="", health=None, no_health=False, mounts=(), tmpfs={}, network="none", aliases=(),
        dns=(), ports=(), cap_add=(), cap_drop=("MKNOD", "NET_RAW"), no_new_privileges=True, memory=0, pids=64, init=False, restart="no",
    )  # fmt: skip
    try:
        yield engine.container(_created(engine, spec))
    finally:
        engine.remove(name)


def own_words(image: Image) -> tuple[str, ...]:
    """Dockerfile lines that give an image committed from an unstarted container the entry point, command and user of this one."""
    entry = (f"ENTRYPOINT {json.dumps(image.entrypoint)}",) if image.entrypoint else ()
    user = (f"USER {image.user}",) if image.user else ()
    return (*entry, f"CMD {json.dumps(image.command if image.entrypoint else image.command or NEVER)}", *user)


def _created(engine: Engine, spec: Spec) -> str:
    try:
        return engine.create(spec)
    except EngineError as problem:
        if spec.entrypoint or "no command" not in str(problem).lower():
            raise
    return engine.create(replace(spec, command=NEVER))

"""Gives every fork its own view of a frozen volume: an overlay over it where the engine's machine can, else a whole copy."""

from __future__ import annotations

import contextlib
from enum import StrEnum
from pathlib import Path

from ...containers import Bind, Engine, EngineError, Spec, Volume
from .mark import Mark
from .trees import alike

PROBE = "/secure-release-probe"
PLANTED = "planted"
UNSAFE = (":", ",", "\\")  # in a path, they end an option of the overlay


class Sharing(StrEnum):
    """How a fork gets its own view of the frozen volumes."""

    OVERLAY = "overlay"  # in time and room that do not grow with the volume
    COPY = "copy"
    NOTHING = "nothing"  # there are no volumes


def sharing(engine: Engine, mark: Mark, image: str) -> Sharing:
    """Tries once whether the engine can mount an overlay: a file of the lower folder must be seen through it."""
    below = engine.create_volume(mark.name("volume", "probe-below"), mark.labels, {})
    own = engine.create_volume(mark.name("volume", "probe-own"), mark.labels, {})
    (below.place / PLANTED).write_bytes(b"")
    over = container = ""
    try:
        over = overlay(engine, mark, "probe", below.place, own.place / "probe").name
        container = engine.create(_idle(mark.name("container", "probe"), image, over, mark))
        seen = engine.get(container, f"{PROBE}/{PLANTED}", 100_000) is not None
    except EngineError:
        seen = False
    finally:
        if container:
            engine.remove(container)
        for name in (over, own.name, below.name):
            with contextlib.suppress(EngineError):  # what stays goes with the base
                engine.remove_volume(name)
    return Sharing.OVERLAY if seen else Sharing.COPY


def overlay(engine: Engine, mark: Mark, what: str, lower: Path, own: Path) -> Volume:
    """A volume that shows `lower` and keeps what is written to it in `own`. Mounted by the engine while somebody uses it."""
    if any(sign in f"{lower}{own}" for sign in UNSAFE):
        raise EngineError(f"{lower} can't be an overlay's folder.", "Keep the engine's data in a folder with a plain name.")
    upper, work = own / "upper", own / "work"
    for folder in (own, upper, work):
        folder.mkdir()
    alike(lower, upper)  # the root of the view is the upper one
    # index=on: a file with several names stays one when it is written to (Documentation/filesystems/overlayfs.rst).
    options = f"lowerdir={lower},upperdir={upper},workdir={work},index=on"
    given = {"type": "overlay", "device": "overlay", "o": options}
    return engine.create_volume(mark.name("volume", f"view-{what}"), mark.labels, given)


def _idle(name: str, image: str, volume: str, mark: Mark) -> Spec:
    """A container that is never started: its mounts can be read all the same."""
    return Spec(
        name=name, image=image, labels=mark.labels, env=(), entrypoint=("",), command=(PROBE,), user="", working_dir="",
        hostname="", health=None, no_health=True, mounts=(Bind(volume, PROBE, True, True),), tmpfs={}, network="none",
        aliases=(), dns=(), ports=(), cap_add=(), cap_drop=("ALL",), no_new_privileges=True, memory=0, pids=0,
        init=False, restart="no",
    )  # fmt: skip

"""A box: an idle, limited container made from an image, in which a package manager is asked or told.

One with network is for planning only: it is given nothing of the source's environment and never becomes an image.
"""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from secure_release.checks import Exit

from ...containers import Bind, Engine, EngineError, Image, Spec
from ..docker.mark import Mark
from .onefile import archive, file_in

SECONDS = 14_400  # a box that everybody forgot ends by itself
MEMORY = 2_000_000_000
PIDS = 512
FILE_BYTES = 2_000_000_000
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# What every program in a box sees. LC_ALL: the parsers know the untranslated words.
PLAIN: Mapping[str, str] = {"PATH": PATH, "HOME": "/root", "LC_ALL": "C", "TERM": "dumb"}
# Package managers give files to users (chown, fowner, fsetid, dac_override), become others (setuid, setgid), check who may
# read in a chroot's name (sys_chroot) and set capabilities of files (setfcap). Networks, modules, raw devices: no.
CAPABILITIES = ("CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETFCAP", "SETGID", "SETUID", "SYS_CHROOT")
NO_PROGRAM = 127


class NoBox(Exception):
    """The image holds no `sleep` or `env`: nothing can be run in it. It says so in a sentence."""


@dataclass(frozen=True)
class Box:
    """A running box."""

    engine: Engine
    mark: Mark
    id: str
    image: Image  # what it was made from

    def run(
        self, argv: Sequence[str], timeout: float, *, env: Mapping[str, str] | None = None, stdin: bytes = b"", cwd: str = "/"
    ) -> Exit:
        """As root, with only the plain environment and `env`. A program that is not there: code 127."""
        words = (f"{name}={value}" for name, value in {**PLAIN, **(env or {})}.items())
        return self.engine.execute(self.id, ("env", "-i", *words, *argv), timeout=timeout, user="0", cwd=cwd, stdin=stdin)

    def put(self, folder: str, name: str, content: bytes, mode: int = 0o644) -> None:
        """A file, owned by root, in a folder that is there."""
        self.engine.put(self.id, folder, archive(name, content, mode))

    def get(self, path: str, limit: int = FILE_BYTES) -> bytes | None:
        """The content of one regular file, or None where there is none. Raises `EngineError` above `limit` bytes."""
        packed = self.engine.get(self.id, path, limit)
        return None if packed is None else file_in(packed)

    def commit(self, tag: str, changes: Sequence[str] = (), labels: Mapping[str, str] | None = None) -> str:
        """An image of it: its id. The caller has announced `tag`. It has the entry point and the command of the box's image,
        unless `changes` (Dockerfile lines) say otherwise; where the image had no command, it has the idle one."""
        own = self.image
        lines = [f"ENTRYPOINT {json.dumps(own.entrypoint)}"] if own.entrypoint else []
        lines += [f"CMD {json.dumps(own.command)}"] if own.command else []
        return self.engine.commit(self.id, tag, self.mark.labels if labels is None else labels, (*lines, *changes))


@contextlib.contextmanager
def box(
    engine: Engine,
    image: str,
    mark: Mark,
    *,
    network: Literal["bridge", "none"],
    mounts: Sequence[Bind] = (),
    memory: int = MEMORY,
    pids: int = PIDS,
) -> Iterator[Box]:
    """A box from an image; it is removed on leaving. Raises `NoBox` when nothing can run in it, and `EngineError`."""
    own = engine.image(image)
    what = f"box-{secrets.token_hex(4)}"
    name = mark.name("container", what)
    spec = replace(_spec(name, image, mark, "none", mounts), memory=memory, pids=pids)
    if network == "bridge":
        # One of its own: other containers are on the engine's, and an engine may have none.
        spec = replace(spec, network=mark.name("network", what))
        hidden = tuple(line.partition("=")[0] for line in own.env)
        spec = replace(spec, env=(*hidden, f"PATH={PATH}"), no_health=True)
    if not own.entrypoint:  # an entry point could not be taken out of an image again
        spec = replace(spec, entrypoint=(), command=("sleep", *spec.command))
    with contextlib.ExitStack() as undo:
        if network == "bridge":
            undo.callback(engine.remove_network, spec.network)
            engine.create_network(spec.network, mark.labels, internal=False, options={})
        undo.callback(engine.remove, name)
        made = engine.create(spec)
        _start(engine, made, image)
        yield Box(engine, mark, made, own)


def _start(engine: Engine, made: str, image: str) -> None:
    try:
        engine.start(made)
    except EngineError as problem:
        if "executable file not found" in str(problem) or "no such file" in str(problem):
            raise NoBox(f"The image {image} holds no program `sleep`: it is made without an operating system's tools.") from problem
        raise
    if engine.execute(made, ("env", "-i"), timeout=30, user="0").code == NO_PROGRAM:
        raise NoBox(f"The image {image} holds no program `env`: it is made without an operating system's tools.")


def _spec(name: str, image: str, mark: Mark, network: str, mounts: Sequence[Bind] = ()) -> Spec:
    return Spec(
        name=name,
        image=image,
        labels=mark.labels,
        env=(),
        entrypoint=("sleep",),
        command=(str(SECONDS),),
        user="",  # an image of it keeps its own; `run` is root
        working_dir="",
        hostname="box",
        health=None,
        no_health=False,  # an image of it keeps its health check
        mounts=tuple(mounts),
        tmpfs={},
        network=network,
        aliases=(),
        dns=(),
        ports=(),
        cap_add=CAPABILITIES,
        cap_drop=("ALL",),
        no_new_privileges=True,
        memory=MEMORY,
        pids=PIDS,
        init=False,
        restart="no",
    )

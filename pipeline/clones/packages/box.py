"""A box: an idle, limited container made from an image, in which a package manager is asked or told.

One with network is for planning only: it is given nothing of the source's environment and never becomes an image.
"""

from __future__ import annotations

import contextlib
import io
import json
import secrets
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from secure_release.checks import Exit

from ...containers import Bind, Container, Engine, EngineError, Spec
from ..docker.mark import Mark

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
    """A running box. `image` is what it was made from."""

    engine: Engine
    mark: Mark
    id: str
    image: str

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
        if packed is None:
            return None
        with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
            first = tar.next()
            inside = tar.extractfile(first) if first is not None and first.isreg() else None
            return inside.read() if inside is not None else None

    def commit(self, what: str, changes: Sequence[str]) -> str:
        """An image of it, announced and labelled: its id. Its command is the box's idle one unless `changes` say more:
        see `as_it_was`."""
        tag = f"{self.mark.name('image', what)}:latest"
        return self.engine.commit(self.id, tag, self.mark.labels, changes)


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
    hidden = tuple(line.partition("=")[0] for line in engine.image(image).env) if network == "bridge" else ()
    name = mark.name("container", f"box-{secrets.token_hex(4)}")
    try:
        made = engine.create(_spec(name, image, mark, network, hidden, mounts, memory, pids))
        _start(engine, made, image)
        yield Box(engine, mark, made, image)
    finally:
        engine.remove(name)


def _start(engine: Engine, made: str, image: str) -> None:
    try:
        engine.start(made)
    except EngineError as problem:
        if "executable file not found" in str(problem) or "no such file" in str(problem):
            raise NoBox(f"The image {image} holds no program `sleep`: it is made without an operating system's tools.") from problem
        raise
    if engine.execute(made, ("env", "-i"), timeout=30, user="0").code == NO_PROGRAM:
        raise NoBox(f"The image {image} holds no program `env`: it is made without an operating system's tools.")


def as_it_was(source: Container) -> tuple[str, ...]:
    """Lines for `Box.commit` that give the image the entry point and the command of a container again."""
    return f"ENTRYPOINT {json.dumps(list(source.entrypoint))}", f"CMD {json.dumps(list(source.command))}"


def archive(name: str, content: bytes, mode: int = 0o644) -> bytes:
    """A tar of one file."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(content), mode
        tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def _spec(
    name: str, image: str, mark: Mark, network: str, hidden: Sequence[str], mounts: Sequence[Bind], memory: int, pids: int
) -> Spec:
    return Spec(
        name=name,
        image=image,
        labels=mark.labels,
        env=(*hidden, f"PATH={PATH}") if network == "bridge" else (),
        entrypoint=("sleep",),
        command=(str(SECONDS),),
        user="",  # an image of it keeps its own; `run` is root
        working_dir="",
        hostname="box",
        health=None,
        no_health=network == "bridge",  # an image of the others keeps its health check
        mounts=tuple(mounts),
        tmpfs={},
        network=network,
        aliases=(),
        extra_hosts=(),
        dns=(),
        ports=(),
        cap_add=CAPABILITIES,
        cap_drop=("ALL",),
        no_new_privileges=True,
        memory=memory,
        pids=pids,
        init=False,
        restart="no",
    )

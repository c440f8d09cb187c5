"""How far the tests in a clone are kept from the network: probed once, and said in the report."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from secure_release.checks import Tools

INSIDE = (sys.executable, "-I", "-S", str(Path(__file__).with_name("inside.py")))
# Only loopback exists, it is up, and process 1 is ours: what a jail promises, asked inside one.
PROOF = """
import os, socket
server = socket.create_server(('127.0.0.1', 0))
socket.create_connection(server.getsockname(), 2).close()
print([name for _, name in socket.if_nameindex() if open(f'/sys/class/net/{name}/type').read().strip() == '1'], os.getppid())
"""
PROOF_SECONDS = 20.0
ROOT = ("unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc")
# --keep-caps only lasts until loopback is up; inside.py drops it again.
USER = ("unshare", "--user", "--map-current-user", "--keep-caps", *ROOT[1:])


@dataclass(frozen=True)
class Isolation:
    """`said` is for the report: "network namespace" or "none"."""

    said: str
    words: tuple[str, ...]

    def wrap(self, command: Sequence[str]) -> tuple[str, ...]:
        """The command as it is to be started: isolated, and ended when we are."""
        inner = (*self.words, *INSIDE, "init", *command) if self.words else tuple(command)
        return (*INSIDE, "guard", str(os.getpid()), *inner)


def isolation(tools: Tools, cwd: Path) -> Isolation:
    """The first way that this machine permits and that proves itself; else none."""
    unshare = tools.find("unshare")
    for words in (ROOT, USER) if unshare else ():
        tried = Isolation("network namespace", (str(unshare), *words[1:]))
        if _holds(tried, tools, cwd):
            return tried
    return Isolation("none", ())


def _holds(tried: Isolation, tools: Tools, cwd: Path) -> bool:
    try:
        ended = tools.run(tried.wrap((sys.executable, "-I", "-c", PROOF)), cwd=cwd, timeout=PROOF_SECONDS)
    except OSError:
        return False
    return ended.code == 0 and ended.stdout.split() == [b"[]", b"1"]

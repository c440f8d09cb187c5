"""What tells one installation of a program from every other, without starting it; the same for the same versions elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

LOCAL = (b"../", b"direct_url.json", b"INSTALLER", b"REQUESTED")  # of a RECORD: what differs from machine to machine


def installation(program: Path) -> str:
    """A digest of the program, of what runs it, and of every distribution beside it; "" where that can't be read.

    For a script of Python that is its whole environment: an upgrade of a dependency or of a plug-in is another installation.
    """
    try:
        first, _, rest = program.read_bytes().partition(b"\n")
        lines = [rest]
        if first.startswith(b"#!"):
            lines += _environment(Path(first[2:].decode().split()[0]))
        else:
            lines.append(first)
    except (OSError, UnicodeDecodeError, IndexError):
        return ""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(hashlib.sha256(line).digest())
    return digest.hexdigest()


def _environment(interpreter: Path) -> Iterator[bytes]:
    """The version of Python, and what every distribution says that it consists of. Raises `OSError`."""
    root = interpreter.parent.parent
    config = root / "pyvenv.cfg"
    told = config.read_bytes().splitlines() if config.exists() else []
    version = [line for line in told if line.startswith(b"version")]
    yield b"".join(version) or interpreter.resolve(strict=True).read_bytes()
    for packages in sorted(root.glob("lib/python3*/site-packages")):
        yield packages.parent.name.encode()
        for entry in sorted(packages.glob("*.dist-info")):
            yield entry.name.encode()
            yield _record(entry / "RECORD")
        for link in sorted((*packages.glob("*.pth"), *packages.glob("*.egg-link"))):
            yield link.read_bytes()


def _record(path: Path) -> bytes:
    if not path.exists():
        return b""
    lines = path.read_bytes().splitlines()
    return b"\n".join(line for line in lines if not line.startswith(LOCAL[:1]) and b".pyc" not in line and not any(name in line for name in LOCAL[1:]))

"""A tar of one file: how the engine takes files into containers, and gives them out."""

from __future__ import annotations

import io
import tarfile


def archive(name: str, content: bytes, mode: int = 0o644) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(content), mode
        tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def file_in(packed: bytes) -> bytes | None:
    """The content of the tar's first member; None where that is no regular file."""
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        first = tar.next()
        inside = tar.extractfile(first) if first is not None and first.isreg() else None
        return inside.read() if inside is not None else None

"""Checks a tar stream member by member before tar sees it: only what our own engine writes, and only below the folder."""

from __future__ import annotations

from collections.abc import Mapping

from ..keeping import BackupError
from .sealing import Writable

BLOCK = 512
HEADER_LIMIT = 16_000_000  # bytes of one extended header: names, and extended attributes of at most 64 KiB each
FILE, HARD_LINK, LINK, FOLDER, FIFO, EXTENDED = b"0", b"1", b"2", b"5", b"6", b"x"


class Guard:
    """A writer that lets a member's bytes through once its header was judged.

    A member may lie only in a folder that this archive made before, may not come twice, and may be a hard link only to
    a file of this archive. So no symbolic link, planted or restored, is ever followed. Anything else is refused: absolute
    names, `..`, devices, and every header that our engine does not write.
    """

    def __init__(self, sink: Writable) -> None:
        self._sink = sink
        self._held = bytearray()
        self._passing = 0  # bytes of content still to come of the member that was judged last
        self._extended: Mapping[bytes, bytes] = {}
        self._folders = {b""}
        self._names: set[bytes] = set()
        self._files: set[bytes] = set()
        self._zeros = 0  # blocks; two end an archive

    def write(self, data: bytes) -> int:
        self._held += data
        while self._held and self._step():
            pass
        return len(data)

    def finish(self) -> None:
        """Raises `BackupError` when the archive stopped before its end."""
        if self._zeros < 2 or self._held:
            raise refused("it ends in the middle")

    def _step(self) -> bool:
        """Pass on what may pass; false when more bytes are needed first."""
        if self._passing:
            self._pass(min(self._passing, len(self._held)), content=True)
            return True
        if len(self._held) < BLOCK:
            return False
        header = bytes(self._held[:BLOCK])
        if not header.strip(b"\0"):
            self._zeros += 1
            self._pass(BLOCK)
            return True
        if self._zeros:
            raise refused("something follows its end")
        return self._member(header)

    def _pass(self, count: int, content: bool = False) -> None:
        self._sink.write(bytes(self._held[:count]))
        del self._held[:count]
        if content:
            self._passing -= count

    def _member(self, header: bytes) -> bool:
        if _number(header[148:156]) != sum(header) - sum(header[148:156]) + 8 * 32:
            raise refused("a header's checksum is wrong")
        kind = header[156:157]
        size = _number(self._extended.get(b"size", b"") or header[124:136], 10 if b"size" in self._extended else 8)
        padded = -(-size // BLOCK) * BLOCK
        if kind == EXTENDED:
            return self._extension(size, padded)
        self._judge(kind, size, header)
        self._extended = {}
        self._pass(BLOCK)
        self._passing = padded
        return True

    def _extension(self, size: int, padded: int) -> bool:
        if size > HEADER_LIMIT or self._extended:
            raise refused("an extended header is too long, or comes twice")
        if len(self._held) < BLOCK + padded:
            return False
        self._extended = _records(bytes(self._held[BLOCK : BLOCK + size]))
        self._pass(BLOCK + padded)
        return True

    def _judge(self, kind: bytes, size: int, header: bytes) -> None:
        short = _text(header[:100])
        prefix = _text(header[345:500])
        long = self._extended.get(b"GNU.sparse.name") or self._extended.get(b"path")
        name = long or (prefix + b"/" + short if prefix else short)
        if kind == FOLDER:
            name = name.rstrip(b"/")
        self._place(name, kind)
        if kind not in (FILE, HARD_LINK, LINK, FOLDER, FIFO) or (size and kind != FILE):
            raise refused(f"{name!r} is of a kind that is never backed up")
        if kind == HARD_LINK and (self._extended.get(b"linkpath") or _text(header[157:257])) not in self._files:
            raise refused(f"{name!r} is a hard link to something outside")
        if kind == FOLDER:
            self._folders.add(name)
        if kind in (FILE, HARD_LINK):
            self._files.add(name)
        self._names.add(name)

    def _place(self, name: bytes, kind: bytes) -> None:
        if name == b"." and kind == FOLDER and not self._names:
            return
        parts = name.split(b"/")
        if any(part in (b"", b".", b"..") or b"\0" in part for part in parts):
            raise refused(f"{name!r} leads out of its folder")
        if b"/".join(parts[:-1]) not in self._folders:
            raise refused(f"{name!r} does not lie in a folder of this archive")
        if name in self._names:
            raise refused(f"{name!r} is in it twice")


def refused(why: str) -> BackupError:
    return BackupError(
        f"The archive was not unpacked: {why}.",
        "It is not what was written. Look at who can write to the repository; use another.",
    )


def _text(field: bytes) -> bytes:
    return field.split(b"\0", 1)[0]


def _number(field: bytes, base: int = 8) -> int:
    digits = field.strip(b" \0") or b"0"
    try:
        if not digits.isdigit():
            raise ValueError
        return int(digits, base)
    except ValueError as problem:
        raise refused("a number in a header is none") from problem


def _records(content: bytes) -> dict[bytes, bytes]:
    """The `length key=value` records of an extended header."""
    found: dict[bytes, bytes] = {}
    while content:
        length, space, _ = content.partition(b" ")
        size = _number(length, 10)
        key, equals, value = content[len(length) + 1 : size - 1].partition(b"=")
        if not (space and equals and len(length) < size <= len(content) and content[size - 1 : size] == b"\n"):
            raise refused("an extended header is damaged")
        found[key] = value
        content = content[size:]
    return found

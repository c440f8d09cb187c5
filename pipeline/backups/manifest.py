"""What a tree holds, entry by entry, as it was read from the source itself; and how two such lists differ."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from ..keeping import BackupError

KEPT_ATTRIBUTES = ("user.", "trusted.", "security.", "system.posix_acl_")
# They belong to the place where a file lies, and the kernel makes them anew: no engine should carry them along.
OF_THE_PLACE = ("security.selinux", "security.ima", "security.evm")
KEPT = ("file", "folder", "link", "fifo")
SHOWN = 20  # differences a report names; the rest is counted


@dataclass(frozen=True, slots=True)
class Item:
    """One entry. Names are text with surrogates for bytes that are no UTF-8, so they survive JSON."""

    path: str  # "." is the tree itself
    type: str  # one of KEPT; "socket" and "device" are listed and not kept
    mode: int
    uid: int
    gid: int
    size: int  # bytes, of files
    mtime_ns: int
    sha256: str  # of a file's content
    target: str  # of a symbolic link
    same_as: str  # the first name of the same file, for further hard links
    xattrs: tuple[tuple[str, str], ...]  # name, value in hexadecimal; ACLs among them

    @property
    def raw(self) -> bytes:
        return os.fsencode(self.path)


def item(path: bytes, full: bytes, info: os.stat_result, sha256: str, same_as: bytes) -> Item:
    kind = kind_of(info.st_mode)
    return Item(
        path=os.fsdecode(path),
        type=kind,
        mode=stat.S_IMODE(info.st_mode),
        uid=info.st_uid,
        gid=info.st_gid,
        size=info.st_size if kind == "file" else 0,
        mtime_ns=info.st_mtime_ns,
        sha256=sha256,
        target=os.fsdecode(os.readlink(full)) if kind == "link" else "",  # noqa: PTH115 - bytes
        same_as=os.fsdecode(same_as),
        xattrs=tuple(_attributes(full)) if kind in ("file", "folder") else (),
    )


def kind_of(mode: int) -> str:
    tests = (
        ("file", stat.S_ISREG),
        ("folder", stat.S_ISDIR),
        ("link", stat.S_ISLNK),
        ("fifo", stat.S_ISFIFO),
        ("socket", stat.S_ISSOCK),
    )
    return next((kind for kind, test in tests if test(mode)), "device")


def _attributes(full: bytes) -> Iterator[tuple[str, str]]:
    for name in sorted(os.listxattr(full, follow_symlinks=False)):
        if name.startswith(KEPT_ATTRIBUTES) and name not in OF_THE_PLACE:
            yield name, os.getxattr(full, name, follow_symlinks=False).hex()


def written(items: Iterable[Item]) -> bytes:
    """One JSON object a line."""
    return b"".join(_line(asdict(entry)) for entry in items)


def read(content: bytes) -> tuple[Item, ...]:
    with parsing():
        return tuple(_read(raw) for raw in json.loads(b"[%s]" % b",".join(content.splitlines())))


@contextlib.contextmanager
def parsing() -> Iterator[None]:
    """What goes wrong in here is a manifest that is none: `BackupError`."""
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as problem:
        raise BackupError("A manifest can't be read.", "It was damaged: use another generation.") from problem


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def differences(expected: Iterable[Item], found: Iterable[Item]) -> tuple[str, ...]:
    """Every entry that did not come back as it went in, in plain words; empty when all did."""
    wanted = {entry.path: entry for entry in expected if entry.type in KEPT}
    there = {entry.path: entry for entry in found}
    said = [f"{shown(path)}: did not come back" for path in wanted if path not in there]
    said += [f"{shown(path)}: was not in the source" for path in there if path not in wanted]
    for path, entry in wanted.items():
        if path in there and there[path] != entry:
            said.append(f"{shown(path)}: {_what_differs(entry, there[path])}")
    return tuple(said)


def few(said: tuple[str, ...]) -> tuple[str, ...]:
    return said if len(said) <= SHOWN else (*said[:SHOWN], f"and {len(said) - SHOWN} more")


def shown(path: str) -> str:
    """A path that can be printed, whatever bytes it holds."""
    return ascii(path)[1:-1] if not path.isprintable() else path


def _what_differs(wanted: Item, there: Item) -> str:
    left, right = asdict(wanted), asdict(there)
    names = [name for name in left if left[name] != right[name]]
    return ", ".join(f"{name} is {_short(right[name])}, was {_short(left[name])}" for name in names)


def _short(value: object) -> str:
    text = oct(value) if isinstance(value, int) and value < 0o10000 else str(value)
    return shown(text if len(text) <= 60 else f"{text[:60]}...")


def _line(raw: dict[str, Any]) -> bytes:
    return json.dumps(raw, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def _read(raw: dict[str, Any]) -> Item:
    return Item(**{**raw, "xattrs": tuple((str(name), str(value)) for name, value in raw["xattrs"])})

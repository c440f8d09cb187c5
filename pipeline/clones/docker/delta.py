"""Which files of a tree that was copied while it was written to have to be copied again, and how long that takes. Pure."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

# A file's times come from a clock that moves once per timer tick, 10 ms apart at worst (CONFIG_HZ=100).
TICK_NS = 20_000_000
# Beside the copying: one `cp` that starts, and asking the engine whether everybody held still. Measured: 5 ms and 10 ms.
START_SECONDS = 0.02
# A layer is made of a container's own files at least so fast (measured: 300 MB/s), and no faster than this for a small one (60 ms).
LAYER_RATE, LAYER_SECONDS = 50_000_000, 0.1


@dataclass(frozen=True)
class Entry:
    """One entry of a tree, as lstat(2) tells it."""

    mode: int
    owner: tuple[int, int]
    size: int
    blocks: int = field(compare=False)  # of 512 bytes on the disk: changes by itself when the file system finds its place
    mtime_ns: int
    ctime_ns: int
    inode: int
    links: int
    device: tuple[int, int]  # the file system, and what a device file stands for

    @property
    def folder(self) -> bool:
        return stat.S_ISDIR(self.mode)

    @property
    def regular(self) -> bool:
        return stat.S_ISREG(self.mode)

    @property
    def socket(self) -> bool:
        return stat.S_ISSOCK(self.mode)


Tree = Mapping[str, Entry]  # by path relative to the root, which is "."


@dataclass(frozen=True)
class Delta:
    """What the copy lacks. Folders are not copied but made alike."""

    files: tuple[str, ...]  # to copy, all names of one file side by side
    folders: tuple[str, ...]  # to make, or to make alike, parents first
    gone: tuple[str, ...]  # to remove from the copy, children first


@dataclass(frozen=True)
class Rate:
    """How fast this machine copies, as it was measured just now."""

    bytes_per_second: float
    seconds_per_file: float
    seconds_per_look: float  # for one entry of a tree

    def seconds(self, entries: Iterable[Entry]) -> float:
        found = [entry for entry in entries if not entry.folder]
        allocated = sum(min(entry.size, entry.blocks * 512) for entry in found)
        return allocated / self.bytes_per_second + len(found) * self.seconds_per_file


def delta(trusted: Tree, there: Tree, now: Tree, since_ns: int) -> Delta:
    """What may differ between `now` and a copy that holds `there`, of which `trusted` was looked at right before it was copied.

    `since_ns` is the moment before that look, when everything written until then had been brought to the disk. A file that looks
    the same and was last touched before that moment is in the copy as it is: from then on even a write through a mapping in
    memory moves its times. One that was touched later may have been written to twice within one tick of the clock.
    """
    stale = {path for path, entry in now.items() if not entry.socket and _stale(trusted.get(path), entry, since_ns)}
    files = sorted(path for path in stale if not now[path].folder)
    gone = [path for path, entry in there.items() if path not in now or _changed_kind(entry, now[path])]
    touched = {_parent(path) for path in (*files, *gone)} & now.keys()
    folders = {path for path in (*stale, *touched) if now[path].folder}
    return Delta(_side_by_side(files, now), tuple(sorted(folders)), tuple(sorted(gone, reverse=True)))


def _stale(before: Entry | None, now: Entry, since_ns: int) -> bool:
    return before != now or max(now.mtime_ns, now.ctime_ns) >= since_ns - TICK_NS


def _changed_kind(before: Entry, now: Entry) -> bool:
    return stat.S_IFMT(before.mode) != stat.S_IFMT(now.mode)


def _side_by_side(files: Iterable[str], now: Tree) -> tuple[str, ...]:
    """One `cp` that is given all names of a file keeps them one file."""
    return tuple(sorted(files, key=lambda path: (now[path].device[0], now[path].inode, path)))


def _parent(path: str) -> str:
    return path.rpartition("/")[0] or "."


def unlike(source: Tree, copy: Tree) -> str:
    """The first difference that a faithful copy would not have, or ""."""
    wanted, got = _told(source), _told(copy)
    for path in sorted(wanted.keys() | got.keys()):
        if wanted.get(path) != got.get(path):
            missing = "missing from" if path not in got else "too much in" if path not in wanted else "different in"
            return f"{path} is {missing} the copy"
    return ""


def same(source: Tree, copy: Tree) -> Tree:
    """The entries of `source` that are the same in the copy, as far as they can be told without reading them."""
    wanted, got = _told(source), _told(copy)
    return {path: source[path] for path, told in wanted.items() if got.get(path) == told}


def _told(tree: Tree) -> Mapping[str, tuple[object, ...]]:
    """What a copy has in common with its original; names of one file are the same as the first of them."""
    first: dict[tuple[int, int], str] = {}
    told: dict[str, tuple[object, ...]] = {}
    for path in sorted(path for path, entry in tree.items() if not entry.socket):
        entry = tree[path]
        plain = (entry.mode, entry.owner, entry.device[1], entry.mtime_ns)
        one_with = first.setdefault((entry.device[0], entry.inode), path)
        told[path] = plain if entry.folder else (*plain, entry.size, one_with)
    return told


def converging(sizes: Iterable[float]) -> bool:
    """Whether each round left clearly less to do than the one before."""
    return all(later <= 0.8 * earlier for earlier, later in pairwise(sizes))

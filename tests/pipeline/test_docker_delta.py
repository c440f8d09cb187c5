"""Which files are copied again under pause: against a small file system whose clock moves in ticks, and which has mappings."""

from __future__ import annotations

import stat
from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from secure_release.pipeline.clones.docker.delta import TICK_NS, Entry, Rate, converging, delta, same, unlike

FOLDER = Entry(stat.S_IFDIR | 0o755, (0, 0), 0, 0, 0, 0, 1, 1, (1, 0))
NAMES = ("a", "b", "c")


@dataclass
class File:
    inode: int
    content: int  # its size never changes
    mtime: int = 0
    ctime: int = 0
    dirty: bool = False  # a page of a mapping: writes to it move no time until it is on the disk


@dataclass
class Disk:
    """Files in one folder. Times are those of the last tick; a write through a mapping moves them once per trip to the disk."""

    now: int = 100 * TICK_NS
    written: int = 0
    files: dict[str, File] = field(default_factory=dict)
    inodes: int = 10

    @property
    def tick(self) -> int:
        return self.now - self.now % (TICK_NS // 2)

    def do(self, what: str, name: str, other: str) -> None:
        self.written += 1
        file = self.files.get(name)
        match what:
            case "tick":
                self.now += TICK_NS // 3
            case "later":
                self.now += 10 * TICK_NS
            case "create" if file is None:
                self.inodes += 1
                self.files[name] = File(self.inodes, self.written, self.tick, self.tick)
            case "write" if file is not None:
                file.content, file.mtime, file.ctime = self.written, self.tick, self.tick
            case "map" if file is not None:
                file.content = self.written
                if not file.dirty:
                    file.dirty, file.mtime, file.ctime = True, self.tick, self.tick
            case "rename" if file is not None:
                self.files[other] = self.files.pop(name)
                file.ctime = self.tick
            case "backdate" if file is not None:
                file.content, file.mtime, file.ctime = self.written, 5, self.tick
            case "remove":
                self.files.pop(name, None)

    def sync(self) -> None:
        for file in self.files.values():
            file.dirty = False

    def look(self) -> dict[str, Entry]:
        told = {name: replace(FOLDER, mode=stat.S_IFREG, size=8, mtime_ns=f.mtime, ctime_ns=f.ctime, inode=f.inode) for name, f in self.files.items()}
        return {".": FOLDER, **told}

    def copy(self, into: dict[str, File], names: list[str]) -> None:
        for name in names:
            if name in self.files:
                into[name] = replace(self.files[name])


def told(copy: dict[str, File]) -> dict[str, Entry]:
    return {".": FOLDER, **{n: replace(FOLDER, mode=stat.S_IFREG, size=8, mtime_ns=f.mtime, inode=1000 + f.inode) for n, f in copy.items()}}


DEEDS = ("tick", "later", "create", "write", "map", "rename", "backdate", "remove")
deeds = st.lists(st.tuples(st.sampled_from(DEEDS), st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=8)


@settings(max_examples=400)
@given(st.lists(st.tuples(deeds, deeds, deeds), min_size=1, max_size=4), deeds)
def test_after_live_rounds_and_a_last_one_under_pause_the_copy_is_the_source(rounds: list[tuple[list[tuple[str, str, str]], ...]], last: list[tuple[str, str, str]]) -> None:
    disk, copy = Disk(), dict[str, File]()
    trusted, there, since = dict[str, Entry](), dict[str, Entry](), 0
    for before, between, during in rounds:
        for deed in before:
            disk.do(*deed)
        began = disk.now
        disk.sync()
        now = disk.look()
        for deed in between:
            disk.do(*deed)
        left = delta(trusted, there, now, since)
        for name in left.gone:
            copy.pop(name, None)
        half = len(left.files) // 2
        disk.copy(copy, list(left.files[:half]))
        for deed in during:
            disk.do(*deed)
        disk.copy(copy, list(left.files[half:]))
        there = told(copy)
        for name in there.keys() - now.keys():
            copy.pop(name, None)
        trusted, since = dict(same(now, there)), began
    for deed in last:
        disk.do(*deed)

    now = disk.look()  # everybody holds still from here on
    left = delta(trusted, there, now, since)
    for name in left.gone:
        copy.pop(name, None)
    disk.copy(copy, list(left.files))

    assert {name: file.content for name, file in copy.items()} == {name: file.content for name, file in disk.files.items()}


def test_what_nobody_touched_is_not_copied_again() -> None:
    disk = Disk()
    disk.do("create", "a", "")
    disk.do("create", "b", "")
    disk.do("later", "", "")
    seen, since = disk.look(), disk.now
    disk.do("write", "b", "")

    assert delta(seen, seen, disk.look(), since).files == ("b",)


def test_a_write_within_the_same_tick_is_copied_again() -> None:
    disk = Disk()
    disk.do("create", "a", "")
    seen, since = disk.look(), disk.now
    disk.do("write", "a", "")

    assert disk.look() == seen
    assert delta(seen, seen, disk.look(), since).files == ("a",)


def test_a_clock_that_was_set_back_hides_nothing() -> None:
    seen = {"a": replace(FOLDER, mode=stat.S_IFREG, inode=3, mtime_ns=90 * TICK_NS, ctime_ns=90 * TICK_NS)}
    now = {"a": replace(seen["a"], mtime_ns=10 * TICK_NS, ctime_ns=10 * TICK_NS)}

    assert delta(seen, seen, now, 100 * TICK_NS).files == ("a",)


def test_a_folder_that_lost_a_file_is_made_alike_again() -> None:
    seen = {".": FOLDER, "d": replace(FOLDER, inode=2), "d/x": replace(FOLDER, mode=stat.S_IFREG, inode=3)}
    now = {".": FOLDER, "d": replace(FOLDER, inode=2)}

    left = delta(seen, seen, now, 100 * TICK_NS)

    assert (left.files, left.folders, left.gone) == ((), ("d",), ("d/x",))


def test_a_file_that_became_a_folder_is_removed_first() -> None:
    seen = {".": FOLDER, "x": replace(FOLDER, mode=stat.S_IFREG, inode=3)}

    left = delta(seen, seen, {".": FOLDER, "x": replace(FOLDER, inode=4)}, 100 * TICK_NS)

    assert (left.folders, left.gone) == ((".", "x"), ("x",))


def test_all_names_of_a_file_are_copied_side_by_side() -> None:
    one, two = replace(FOLDER, mode=stat.S_IFREG, inode=3), replace(FOLDER, mode=stat.S_IFREG, inode=4)

    assert delta({}, {}, {"a": one, "b": two, "c": one, "d": two}, 0).files == ("a", "c", "b", "d")


def test_sockets_are_neither_copied_nor_missed() -> None:
    now = {".": FOLDER, "s": replace(FOLDER, mode=stat.S_IFSOCK, inode=9)}

    assert delta({}, {}, now, 0).files == ()
    assert unlike(now, {".": FOLDER}) == ""


def test_what_a_copy_lacks_or_has_too_much_is_told() -> None:
    file = replace(FOLDER, mode=stat.S_IFREG, inode=3, size=1)

    assert unlike({"a": file}, {}) == "a is missing from the copy"
    assert unlike({}, {"a": file}) == "a is too much in the copy"
    assert unlike({"a": file}, {"a": replace(file, size=2)}) == "a is different in the copy"
    assert unlike({"a": file, "b": file}, {"a": file, "b": replace(file, inode=4)}) == "b is different in the copy"
    assert unlike({"a": file, "b": file}, {"a": replace(file, inode=7), "b": replace(file, inode=7)}) == ""


def test_the_estimate_counts_what_lies_on_the_disk_and_every_file() -> None:
    rate = Rate(bytes_per_second=1000, seconds_per_file=0.5, seconds_per_look=0)
    file = replace(FOLDER, mode=stat.S_IFREG, size=10_000, blocks=4)  # sparse: 2048 bytes

    assert rate.seconds([FOLDER, file, replace(file, size=1000)]) == 1.0 + 2.048 + 1.0


def test_copying_converges_only_while_each_round_leaves_clearly_less() -> None:
    assert converging([10, 5, 1])
    assert converging([10])
    assert not converging([10, 5, 4.5])

"""A folder is backed up whole and still, or not at all."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from secure_release.pipeline.backups.engine import TreeChanged
from secure_release.pipeline.backups.path import PathSource, differences
from secure_release.pipeline.backups.patterns import excluding
from secure_release.pipeline.backups.walk import walk
from secure_release.pipeline.keeping import BackupError
from secure_release.pipeline.source_config import SourceSection

from .vaults import DATA, ROOT, House, a_socket, nasty_tree


def source(tmp_path: Path, *exclude: str, path: str = "data") -> PathSource:
    return PathSource("data", tmp_path / path, exclude, tmp_path / "repository")


def tree(tmp_path: Path) -> Path:
    root = tmp_path / "data"
    (root / "sub").mkdir(parents=True)
    (root / "a").write_text("one")
    (root / "sub/b").write_text("two")
    (root / "link").symlink_to("a")
    return root


def test_nasty_files_come_back_or_are_listed_as_not_kept(tmp_path: Path) -> None:
    house = House(tmp_path / "house")
    (house.root / "data").mkdir(parents=True)
    nasty_tree(house.root / "data")
    a_socket(house.root / "data/socket")
    if ROOT:
        os.mknod(house.root / "data/device", 0o020600, os.makedev(1, 3))
    vault = house.vault([DATA])

    taken = vault.take("run", "c" * 40)
    vault.restore(taken.id, house.root / "back")

    found, wanted = (walk(house.root / part, "", excluding(())).items for part in ("back/data", "data"))
    lost = {item.path for item in wanted if item.type in ("socket", "device")}
    assert [item for item in wanted if item.path not in lost] == list(found)
    assert "socket" in lost
    assert all(f"{name}" in taken.taken[0].consistency for name in lost)


FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "content": (lambda r: rewritten(r / "a", b"ONE"), "sha256"),
    "a file lost": (lambda r: (r / "a").unlink(), "did not come back"),
    "a file added": (lambda r: (r / "shell.php").touch(), "was not in the source"),
    "mode": (lambda r: (r / "a").chmod(0o666), "mode"),
    "owner": (lambda r: os.chown(r / "a", 77, -1), "uid"),
    "mtime": (lambda r: os.utime(r / "a", ns=(1, 1)), "mtime_ns"),
    "link": (lambda r: relinked(r / "link", "sub/b"), "target"),
    "xattr lost": (lambda r: os.removexattr(r / "a", "user.x"), "xattrs"),
    "hard link lost": (lambda r: unlinked(r / "second"), "same_as"),
    "folder lost": (lambda r: (r / "empty").rmdir(), "did not come back"),
    "all lost": (lambda r: subprocess.run(["find", r, "-mindepth", "1", "-delete"], check=True), "did not come back"),
}


def rewritten(path: Path, content: bytes) -> None:
    info = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns))


def relinked(path: Path, target: str) -> None:
    path.unlink()
    path.symlink_to(target)


def unlinked(path: Path) -> None:
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content)


@pytest.mark.parametrize(("damage", "said"), FAULTS.values(), ids=FAULTS.keys())
def test_every_fault_in_what_came_back_is_found(tmp_path: Path, damage: Callable[[Path], object], said: str) -> None:
    if said == "uid" and not ROOT:
        pytest.skip("only root can give a file away")
    root = tree(tmp_path)
    (root / "empty").mkdir()
    os.setxattr(root / "a", "user.x", b"1")
    os.link(root / "sub/b", root / "second")
    manifest = source(tmp_path).stage(tmp_path).manifest
    back = tmp_path / "back"
    subprocess.run(["cp", "-a", root, back], check=True)
    assert differences(back, manifest) == ()

    damage(back)

    assert said in " ".join(differences(back, manifest))


def sqlite_in(root: Path) -> None:
    with closing(sqlite3.connect(root / "sub/shop.db")) as db:
        db.execute("CREATE TABLE t (a)")
        db.commit()


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda r: subprocess.run(["rm", "-r", r], check=True), "is missing"),
    "empty": (lambda r: subprocess.run(["find", r, "-mindepth", "1", "-delete"], check=True), "is empty"),
    "raw SQLite": (sqlite_in, "SQLite database `sub/shop.db`"),
    "raw PostgreSQL": (lambda r: (r / "sub/PG_VERSION").write_text("16"), "PostgreSQL"),
    "raw MySQL": (lambda r: (r / "ibdata1").write_text("x"), "MySQL"),
    "repository inside": (lambda r: (r.parent / "repository").symlink_to(r / "sub"), "holds the backup repository"),
    "a FIFO": (lambda r: subprocess.run(["sh", "-c", f"rm -r {r}; mkfifo {r}"], check=True), "neither a folder nor a file"),
}


@pytest.mark.parametrize(("make", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_what_would_be_no_backup_is_refused_with_a_remedy(tmp_path: Path, make: Callable[[Path], object], said: str) -> None:
    make(tree(tmp_path))

    with pytest.raises(BackupError, match=said) as refused:
        source(tmp_path).stage(tmp_path)
    assert refused.value.hint


def test_an_excluded_database_does_not_refuse_the_rest(tmp_path: Path) -> None:
    sqlite_in(tree(tmp_path))

    staged = source(tmp_path, "/sub/shop.db*").stage(tmp_path)

    assert b"sub/shop.db" not in staged.tree.names
    assert b"sub/b" in staged.tree.names


@pytest.mark.parametrize(
    ("pattern", "path", "folder", "excluded"),
    [
        ("*.log", b"a/b.log", False, True),
        ("*.log", b"a/b.txt", False, False),
        ("/a", b"a", True, True),
        ("/a", b"x/a", True, False),
        ("cache/", b"x/cache", True, True),
        ("cache/", b"x/cache", False, False),
        ("a/*/c", b"a/b/c", False, True),
        ("a/*/c", b"a/b/b/c", False, False),
        ("a/**/c", b"a/b/b/c", False, True),
        ("**/c", b"c", False, True),
        ("a/**", b"a/b/c", False, True),
        ("[ab]?.txt", b"a1.txt", False, True),
        ("[!ab].txt", b"a.txt", False, False),
        ("a.b", b"axb", False, False),
    ],
)
def test_patterns_mean_what_gitignore_means(pattern: str, path: bytes, folder: bool, excluded: bool) -> None:
    assert excluding((pattern,))(path, folder) is excluded


def test_a_later_pattern_takes_back() -> None:
    excluded = excluding(("*.log", "!keep.log"))

    assert (excluded(b"a.log", False), excluded(b"keep.log", False)) == (True, False)


def test_a_file_alone_is_a_source(tmp_path: Path) -> None:
    house = House(tmp_path / "house")
    (house.root / "settings.ini").write_text("x=1")
    vault = house.vault([SourceSection(name="settings", type="path", path="settings.ini")])

    taken = vault.take("run", "c" * 40)
    vault.restore(taken.id, house.root / "back")

    assert (house.root / "back/settings/settings.ini").read_text() == "x=1"


def test_a_change_after_the_reading_is_noticed(tmp_path: Path) -> None:
    root = tree(tmp_path)
    staged = source(tmp_path).stage(tmp_path)
    assert staged.changed() == ""

    rewritten(root / "sub/b", b"tw0")  # same size, and the old time set back

    assert staged.changed() == "sub/b"


def test_files_that_never_hold_still_are_incomplete(tmp_path: Path) -> None:
    house = House(tmp_path / "house")
    house.fill()
    stop = threading.Event()

    def scribble() -> None:
        while not stop.is_set():
            (house.root / "data/readme.txt").write_text(os.urandom(8).hex())

    thread = threading.Thread(target=scribble)
    thread.start()
    try:
        with pytest.raises(BackupError, match="written to while it was read"):
            house.vault([DATA]).take("run", "c" * 40)
    finally:
        stop.set()
        thread.join()
    assert house.vault([DATA]).generations() == ()
    assert house.left_over() == []


def test_a_source_that_shrank_by_half_is_incomplete_until_it_has_a_new_name(tmp_path: Path) -> None:
    house = House(tmp_path / "house")
    house.fill()
    for number in range(6):
        (house.root / f"data/{number}").write_text("x")
    house.vault([DATA]).take("one", "c" * 40)
    for number in range(6):
        (house.root / f"data/{number}").unlink()

    with pytest.raises(BackupError, match="shrank to 2 items"):
        house.vault([DATA]).take("two", "c" * 40)
    house.vault([SourceSection(name="data2", type="path", path="data")]).take("three", "c" * 40)


def test_a_link_to_the_folder_is_followed_and_links_inside_are_not(tmp_path: Path) -> None:
    tree(tmp_path)
    (tmp_path / "alias").symlink_to("data")

    staged = source(tmp_path, path="alias").stage(tmp_path)

    assert staged.tree.root == (tmp_path / "data").resolve()
    assert b"link" in staged.tree.names


def test_an_unreadable_file_is_an_error_for_who_can_not_read_it(tmp_path: Path) -> None:
    if not ROOT:
        pytest.skip("needs root to become another user")
    root = tree(tmp_path)
    (root / "a").chmod(0)
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from secure_release.pipeline.backups.walk import walk\n"
        "from secure_release.pipeline.backups.patterns import excluding\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "walk(Path(sys.argv[1]), '', excluding(()))\n"
    )
    for parent in (tmp_path, *tmp_path.parents[:3]):
        parent.chmod(parent.stat().st_mode | 0o055)
    ended = subprocess.run([sys.executable, "-c", script, str(root)], capture_output=True, text=True)
    assert "PermissionError" in ended.stderr


def test_a_vanished_file_is_a_change(tmp_path: Path) -> None:
    root = tree(tmp_path)
    staged = source(tmp_path).stage(tmp_path)
    (root / "a").unlink()

    assert staged.changed() in ("a", ".")
    with pytest.raises(TreeChanged):
        walk(tmp_path, "absent", excluding(()))

"""The archive engine gives back what it was given, and unpacks nothing else."""

from __future__ import annotations

import io
import os
import random
import shutil
import subprocess
import tarfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyrage  # type: ignore[import-untyped]
import pytest
import zstandard

from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.backups import keys, sealing
from secure_release.pipeline.backups.archive import ArchiveEngine, file_name, manifest_name
from secure_release.pipeline.backups.engine import Tree, TreeChanged
from secure_release.pipeline.backups.keys import Lock, Unlock
from secure_release.pipeline.backups.patterns import excluding
from secure_release.pipeline.backups.walk import walk
from secure_release.pipeline.keeping import BackupError, ProgramFailed
from secure_release.pipeline.release import Interrupted

from .engine_contract import EngineContract
from .vaults import DATA, NOW, ROOT, House, nasty_tree

NO_PATTERN = excluding(())


def engine(tmp_path: Path) -> ArchiveEngine:
    return ArchiveEngine(Processes(tmp_path))


def stored(tmp_path: Path, root: Path) -> tuple[Path, Unlock]:
    public, unlock = keys.run_key()
    folder = tmp_path / "generation"
    folder.mkdir()
    names = tuple(item.raw for item in walk(root, "", NO_PATTERN).items)
    engine(tmp_path).store("data", Tree(root, names), b"{}", folder, Lock((public,)))
    return folder, unlock


def fetched(tmp_path: Path, folder: Path, unlock: Unlock) -> Path:
    into = tmp_path / "into"
    into.mkdir(mode=0o700)
    engine(tmp_path).fetch("data", folder, into, unlock)
    return into


def test_nasty_files_come_back_identical(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    nasty_tree(root)
    before = walk(root, "", NO_PATTERN).items

    into = fetched(tmp_path, *stored(tmp_path, root))

    assert walk(into, "", NO_PATTERN).items == before
    assert (into / "sparse").stat().st_blocks * 512 < 1_000_000
    assert (into / "first").stat().st_ino == (into / "sub/second").stat().st_ino
    if ROOT:
        assert os.getxattr(into / "suid", "security.capability")


def test_what_is_not_listed_is_not_stored(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "in").write_text("in")
    public, unlock = keys.run_key()
    folder = tmp_path / "generation"
    folder.mkdir()
    (root / "added later").write_text("out")

    engine(tmp_path).store("data", Tree(root, (b".", b"in")), b"", folder, Lock((public,)))

    assert [path.name for path in fetched(tmp_path, folder, unlock).iterdir()] == ["in"]


def test_the_owner_and_the_run_can_read_and_nobody_else(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "f").write_text("x")
    secret, public_file = keys.make_pair(tmp_path / "keys")
    run, unlock = keys.run_key()
    folder = tmp_path / "generation"
    folder.mkdir()
    owner = keys.owners((), public_file)
    engine(tmp_path).store("data", Tree(root, (b".", b"f")), b"", folder, Lock((*owner, run)))

    for number, key in enumerate((unlock, keys.read_identity(secret))):
        (tmp_path / str(number)).mkdir()
        engine(tmp_path).fetch("data", folder, tmp_path / str(number), key)
        assert (tmp_path / str(number) / "f").read_text() == "x"
    with pytest.raises(BackupError, match="can't be decrypted"):
        fetched(tmp_path, folder, keys.run_key()[1])
    assert list((tmp_path / "into").iterdir()) == []
    assert b"AGE-SECRET" not in repr(unlock).encode()


def test_a_file_that_vanished_is_a_change_and_leaves_nothing(tmp_path: Path) -> None:
    root, folder = tmp_path / "root", tmp_path / "generation"
    root.mkdir()
    folder.mkdir()

    with pytest.raises(TreeChanged):
        engine(tmp_path).store("data", Tree(root, (b".", b"gone")), b"", folder, Lock((keys.run_key()[0],)))
    assert list(folder.iterdir()) == []


def test_no_tar_no_backup(tmp_path: Path) -> None:
    absent = ArchiveEngine(Processes(tmp_path, pinned={"tar": "absent"}))

    with pytest.raises(BackupError, match="tar is not on this machine"):
        absent.store("data", Tree(tmp_path, (b".",)), b"", tmp_path, Lock((keys.run_key()[0],)))


def test_several_zstd_frames_are_one_stream(tmp_path: Path) -> None:
    public, unlock = keys.run_key()
    frames = zstandard.ZstdCompressor().compress(b"one ") + zstandard.ZstdCompressor().compress(b"two")
    sealed = io.BytesIO()
    pyrage.encrypt_io(io.BytesIO(frames), sealed, [pyrage.x25519.Recipient.from_str(public)])
    (tmp_path / "f").write_bytes(sealed.getvalue())

    assert sealing.unseal_bytes(tmp_path / "f", unlock) == b"one two"


def test_a_bit_flip_anywhere_is_found(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "f").write_bytes(random.Random(1).randbytes(100_000))
    folder, unlock = stored(tmp_path, root)
    file = folder / file_name("data")
    whole = file.read_bytes()
    chance = random.Random(2)
    for number in range(40):
        bit = chance.randrange(len(whole) * 8)
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        file.write_bytes(damaged)
        into = tmp_path / f"into{number}"
        into.mkdir()
        try:
            engine(tmp_path).fetch("data", folder, into, unlock)
        except BackupError:
            continue
        assert (into / "f").read_bytes() == (root / "f").read_bytes(), f"silently wrong: bit {bit}"


def test_a_truncated_archive_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "f").write_bytes(random.Random(1).randbytes(200_000))
    folder, unlock = stored(tmp_path, root)
    file = folder / file_name("data")
    file.write_bytes(file.read_bytes()[:150_000])

    with pytest.raises(BackupError):
        fetched(tmp_path, folder, unlock)


class _Interrupting(io.BytesIO):
    """A stream in whose reading an interruption arrives, as a signal's handler raises it."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise Interrupted("ctrl-c")


def test_an_interruption_in_the_middle_comes_out_as_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(Interrupted):
        sealing.seal(_Interrupting(), tmp_path / "f", Lock((keys.run_key()[0],)))
    assert list(tmp_path.iterdir()) == []


def test_a_halted_run_ends_its_streams_and_starts_none(tmp_path: Path) -> None:
    halt = threading.Event()
    processes = Processes(tmp_path, halt=halt)
    threading.Timer(0.3, halt.set).start()
    with pytest.raises(Interrupted), processes.reading(("/bin/sleep", "60"), cwd=tmp_path, timeout=60) as output:
        output.read()
    with pytest.raises(Interrupted), processes.reading(("/bin/echo",), cwd=tmp_path, timeout=60):
        pass


@pytest.mark.parametrize(
    ("script", "timeout", "said"),
    [
        ("exit 3", 60, "ended with 3"),
        ("echo no >&2; exit 1", 60, "no"),
        ("sleep 60", 0.3, "time was up"),
        ("kill -9 $$", 60, "-9"),
    ],
    ids=["exit code", "standard error", "too slow", "killed"],
)
def test_a_stream_is_good_only_when_its_program_ended_well(tmp_path: Path, script: str, timeout: float, said: str) -> None:
    processes = Processes(tmp_path)
    argv = ("/bin/sh", "-c", script)
    with pytest.raises(ProgramFailed, match=said), processes.reading(argv, cwd=tmp_path, timeout=timeout) as output:
        output.read()
    with pytest.raises(ProgramFailed, match=said), processes.talking(argv, cwd=tmp_path, timeout=timeout) as (into, out):
        into.write(b"x")
        into.flush()
        out.read()
    with pytest.raises(ProgramFailed, match=said), processes.writing(argv, cwd=tmp_path, timeout=timeout) as pipe:
        while True:
            pipe.write(b"x" * 65536)


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", content: bytes = b"") -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size, info.mode = kind, link, len(content), 0o755 if kind == tarfile.DIRTYPE else 0o644
    return info, content


TOP = member(".", tarfile.DIRTYPE)
HOSTILE = {
    "absolute": [TOP, member("/planted", content=b"x")],
    "dots": [TOP, member("../planted", content=b"x")],
    "dots inside": [TOP, member("a", tarfile.DIRTYPE), member("a/../../planted", content=b"x")],
    "through a link": [TOP, member("a", tarfile.SYMTYPE, ".."), member("a/planted", content=b"x")],
    "link replaced by a file": [TOP, member("a", tarfile.SYMTYPE, "../planted"), member("a", content=b"x")],
    "hard link outside": [TOP, member("a", tarfile.LNKTYPE, "../victim")],
    "hard link absolute": [TOP, member("a", tarfile.LNKTYPE, "/etc/passwd")],
    "hard link to a link": [TOP, member("a", tarfile.SYMTYPE, "/etc/passwd"), member("b", tarfile.LNKTYPE, "a")],
    "character device": [TOP, member("a", tarfile.CHRTYPE)],
    "block device": [TOP, member("a", tarfile.BLKTYPE)],
    "no folder": [TOP, member("a/b", content=b"x")],
    "a file as a folder": [TOP, member("a", content=b"x"), member("a/b", content=b"x")],
    "dot component": [TOP, member("a", tarfile.DIRTYPE), member("a/./b", content=b"x")],
}


@pytest.mark.parametrize("format", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT], ids=["pax", "gnu", "ustar"])
@pytest.mark.parametrize("members", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_archive_writes_nothing_outside(
    tmp_path: Path, members: list[tuple[tarfile.TarInfo, bytes]], format: int
) -> None:
    (tmp_path / "victim").write_text("mine")
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w", format=format) as archive:
        for info, body in members:
            archive.addfile(info, io.BytesIO(body))
    with pytest.raises(BackupError, match="not unpacked"):
        sealed_and_fetched(tmp_path, content.getvalue())
    assert not (tmp_path / "planted").exists()
    assert (tmp_path / "victim").stat().st_nlink == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 700, b"hello" * 400, b"\0" * 1024 + b"more" * 128],
    ids=["nothing", "half an end", "no tar", "something after the end"],
)
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BackupError, match="not unpacked"):
        sealed_and_fetched(tmp_path, content)


def sealed_and_fetched(tmp_path: Path, content: bytes) -> Path:
    public, unlock = keys.run_key()
    folder = tmp_path / "generation"
    folder.mkdir()
    sealing.seal_bytes(content, folder / file_name("data"), Lock((public,)))
    sealing.seal_bytes(b"", folder / manifest_name("data"), Lock((public,)))
    return fetched(tmp_path, folder, unlock)


def test_the_whole_tree_comes_back_by_hand(tmp_path: Path) -> None:
    """docs/restore-by-hand.md, as it stands there."""
    if shutil.which("age") is None:
        reason = "`age` is not on PATH: the restore by hand can't be tried"
        if "age" in os.environ.get("SECURE_RELEASE_REQUIRE", "").replace(",", " ").split():
            pytest.fail(reason)
        pytest.skip(reason)
    house = House(tmp_path / "house")
    (house.root / "data").mkdir(parents=True)
    nasty_tree(house.root / "data")
    taken = house.vault([DATA]).take("run", "c" * 40)
    page = Path(__file__).parents[2].joinpath("docs/restore-by-hand.md").read_text()
    commands = page.split("```sh\n")[1].split("```")[0]
    here = tmp_path / "by hand"
    here.mkdir()
    told = {"GENERATION": str(house.repository / "generations" / taken.id), "SOURCE": "data", "IDENTITY": str(house.identity)}
    subprocess.run(["sh", "-eu", "-c", commands], cwd=here, env={"PATH": os.environ["PATH"], **told}, check=True)

    assert walk(here / "restored", "", NO_PATTERN).items == walk(house.root / "data", "", NO_PATTERN).items
    assert taken.at >= NOW


class TestArchive(EngineContract):
    def make(self, root: Path) -> House:
        return House(root)

    def files(self, house: House) -> Mapping[str, Sequence[Path]]:
        generations = house.repository / "generations"
        return {
            "archive": sorted(generations.glob("*/*.tar.zst.age")),
            "manifest": sorted(generations.glob("*/*.manifest.zst.age")),
            "record": sorted(generations.glob("*/generation.json")),
            "ledger": [house.repository / "ledger.jsonl"],
        }

    def vanish(self, house: House, id: str) -> None:
        for path in (house.repository / "generations" / id).iterdir():
            path.unlink()

    def another_key(self, house: House) -> None:
        shutil.rmtree(house.root / "keys")
        keys.make_pair(house.root / "keys")

    def plant(self, house: House, id: str, what: str) -> None:
        victim = str(house.root / "victim")
        members = {
            "good": [member("readme.txt", content=b"planted")],
            "dots": [member("../victim/planted", content=b"x")],
            "absolute": [member(f"{victim}/planted", content=b"x")],
            "through a link": [member("l", tarfile.SYMTYPE, victim), member("l/planted", content=b"x")],
            "a file over a link": [member("l", tarfile.SYMTYPE, f"{victim}/planted"), member("l", content=b"x")],
            "a device": [member("tty", tarfile.CHRTYPE)],
        }
        content = io.BytesIO()
        with tarfile.open(fileobj=content, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for info, body in [TOP, *members[what]]:
                archive.addfile(info, io.BytesIO(body))
        place = house.repository / "generations" / id / file_name("data")
        place.unlink()
        sealing.seal_bytes(content.getvalue(), place, Lock(keys.owners((), house.root / "keys/recipients.txt")))

    def stored(self, house: House) -> frozenset[str]:
        return frozenset(path.name for path in (house.repository / "generations").iterdir())


def test_a_program_that_answers_is_talked_with(tmp_path: Path) -> None:
    with Processes(tmp_path).talking(("/bin/cat",), cwd=tmp_path, timeout=30) as (into, out):
        for word in (b"one\n", b"two\n"):
            into.write(word)
            into.flush()
            assert out.readline() == word

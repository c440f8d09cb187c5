"""Trees are copied faithfully, also while somebody writes to them, and never half without a word. Real files, real `cp`."""

from __future__ import annotations

import mmap
import os
import socket
import stat
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from secure_release.checks import Exit
from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.clones.docker.copying import Job, check, copy_live, copy_still, new_job, tells_of_writes
from secure_release.pipeline.clones.docker.measuring import measure, prepare, refuse_without_room
from secure_release.pipeline.clones.docker.trees import look
from secure_release.pipeline.release import ReleaseError

TOOLS = Processes(Path("/nonexistent"))


@pytest.fixture
def job(tmp_path: Path) -> Job:
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    target.mkdir()
    return new_job("the volume", source, target)


@pytest.fixture
def told(job: Job) -> None:
    if not tells_of_writes(job.source, TOOLS):
        pytest.skip("the file system of temporary files does not tell of writes through mappings: it is never copied live")


def fill(root: Path) -> None:
    """One of everything that lies in volumes."""
    (root / "empty").touch()
    (root / "text").write_text("x" * 5000)
    (root / "-dash").write_text("1")
    (root / "new\nline").write_text("2")
    os.close(os.open(os.fsencode(root) + b"/\xff\xfe", os.O_CREAT | os.O_WRONLY))
    (root / "sub/deep").mkdir(parents=True)
    (root / "sub/deep/file").write_text("3")
    (root / "sub").chmod(0o1770)
    os.link(root / "text", root / "sub/same")
    (root / "link").symlink_to("nowhere")
    os.mkfifo(root / "pipe", 0o640)
    with (root / "sparse").open("wb") as file:
        file.truncate(50_000_000)
        file.seek(40_000_000)
        file.write(b"end")
    os.setxattr(root / "text", "user.note", b"kept")
    os.setxattr(root / "sub/deep", "user.folder", b"kept too")
    os.utime(root / "text", ns=(1, 1_234_567_891_234_567_891))
    with socket.socket(socket.AF_UNIX) as plug:
        plug.bind(str(root / "sub/socket"))
    if os.geteuid() == 0:
        os.chown(root / "sub/deep/file", 12345, 54321)
        os.chown(root / "sub", 999, 999)
    os.utime(root / "sub", ns=(1, 1_111_111_111_000_000_111))


def whole(job: Job) -> Job:
    return job


def in_rounds(job: Job) -> Job:
    return copy_live(copy_live(job, TOOLS), TOOLS)


@pytest.mark.parametrize("prepared", [whole, in_rounds], ids=["at-once", "live-first"])
def test_everything_that_lies_in_volumes_is_kept_but_sockets(job: Job, prepared: Callable[[Job], Job]) -> None:
    fill(job.source)

    check(job, copy_still(prepared(job), TOOLS, 60))

    copy, names = job.target, {path.relative_to(job.source) for path in job.source.rglob("*")}
    assert {path.relative_to(copy) for path in copy.rglob("*")} == names - {Path("sub/socket")}
    assert (copy / "text").stat().st_ino == (copy / "sub/same").stat().st_ino
    assert (copy / "sparse").stat().st_blocks * 512 < 1_000_000
    assert (copy / "sparse").read_bytes() == (job.source / "sparse").read_bytes()
    assert stat.S_ISFIFO((copy / "pipe").stat().st_mode)
    assert (copy / "link").readlink() == Path("nowhere")
    assert os.getxattr(copy / "text", "user.note") == b"kept"
    assert os.getxattr(copy / "sub/deep", "user.folder") == b"kept too"
    assert (copy / "text").stat().st_mtime_ns == 1_234_567_891_234_567_891
    assert (copy / "sub").stat().st_mtime_ns == 1_111_111_111_000_000_111
    assert (copy / "sub/deep/file").stat().st_uid == (12345 if os.geteuid() == 0 else os.geteuid())


@pytest.mark.usefixtures("told")
def test_what_changes_between_the_rounds_and_the_pause_is_in_the_copy(job: Job) -> None:
    fill(job.source)
    job = copy_live(job, TOOLS)
    root = job.source

    (root / "text").write_text("y" * 5000)  # as long as before, in place: also under its other name
    os.utime(root / "text", ns=(1, 1_234_567_891_234_567_891))
    (root / "empty").unlink()
    (root / "empty").mkdir()
    (root / "empty/now a folder").touch()
    (root / "sub/deep/file").unlink()
    (root / "sub/deep").rename(root / "moved")
    os.link(root / "-dash", root / "third")
    (root / "moved").chmod(0o500)
    os.removexattr(root / "moved", "user.folder")
    check(job, copy_still(job, TOOLS, 60))

    assert (job.target / "sub/same").read_text() == "y" * 5000
    assert (job.target / "empty/now a folder").is_file()
    assert not (job.target / "sub/deep").exists()
    assert stat.S_IMODE((job.target / "moved").stat().st_mode) == 0o500
    assert os.listxattr(job.target / "moved") == []
    assert (job.target / "third").stat().st_ino == (job.target / "-dash").stat().st_ino


@pytest.mark.usefixtures("told")
def test_a_write_in_the_tick_of_the_copy_is_not_lost(job: Job) -> None:
    """The times and the size are made to say that nothing happened, as a coarse clock would."""
    for _ in range(5):
        file = job.source / "file"
        file.write_text("before")
        live = copy_live(new_job("v", job.source, job.target), TOOLS)
        file.write_text("after!")
        seen = live.trusted["file"]
        os.utime(file, ns=(seen.mtime_ns, seen.mtime_ns))
        check(live, copy_still(live, TOOLS, 60))
        assert (job.target / "file").read_text() == "after!"


@pytest.mark.usefixtures("told")
def test_writes_through_a_mapping_are_not_lost(job: Job) -> None:
    """A page that is dirty already takes further writes without any time of the file moving."""
    (job.source / "other").write_text("so that it is not the only file")
    (job.source / "mapped").write_bytes(b"\0" * 4096)
    with (job.source / "mapped").open("r+b") as file, mmap.mmap(file.fileno(), 4096) as mapped:
        for number in range(1, 6):
            mapped[0] = number  # dirty from here on
            job = copy_live(job, TOOLS)
            mapped[0] = 100 + number
            time.sleep(0.05)
            mapped[1] = number
        check(job, copy_still(job, TOOLS, 60))
    assert (job.target / "mapped").read_bytes()[:2] == b"\x69\x05"


@pytest.mark.usefixtures("told")
def test_a_tree_that_is_worked_in_all_the_time_is_copied_as_it_is_in_the_end(job: Job) -> None:
    stop = threading.Event()
    worker = threading.Thread(target=work, args=(job.source, stop))
    worker.start()
    for _ in range(4):
        job = copy_live(job, TOOLS)
    stop.set()
    worker.join()

    check(job, copy_still(job, TOOLS, 60))

    assert contents(job.target) == contents(job.source)


def work(root: Path, stop: threading.Event) -> None:
    number = 0
    while not stop.is_set():
        number += 1
        place = root / f"{number % 7}" / f"{number % 3}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"f{number % 5}").write_text(str(number))
        if number % 11 == 0:
            (place / f"f{number % 5}").rename(root / f"moved{number % 4}")
        if number % 13 == 0:
            place.rename(root / f"folder{number}")


def contents(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_source_that_does_not_hold_still_is_refused(job: Job) -> None:
    (job.source / "file").write_text("x")

    class Writes:
        """A program outside of the source writes while it is copied."""

        find = TOOLS.find

        def run(self, *words: object, **more: object) -> Exit:
            (job.source / "file").write_text("y")
            return TOOLS.run(*words, **more)  # type: ignore[arg-type]

    with pytest.raises(ReleaseError, match="was written to while"):
        copy_still(job, Writes(), 60)


def test_a_copy_that_lost_something_is_refused(job: Job) -> None:
    (job.source / "file").write_text("x")
    now = copy_still(job, TOOLS, 60)
    (job.target / "file").unlink()

    with pytest.raises(ReleaseError, match="not faithful: file is missing"):
        check(job, now)


def test_one_file_alone_is_copied(job: Job) -> None:
    (job.source / "app.conf").write_text("x")
    job = new_job("the file", job.source / "app.conf", job.target / "file")

    check(job, copy_still(job, TOOLS, 60))

    assert (job.target).read_text() == "x"


def test_a_copy_that_takes_too_long_is_ended(job: Job) -> None:
    with (job.source / "large").open("wb") as file:
        for _ in range(5):
            file.write(os.urandom(10_000_000))

    with pytest.raises(ReleaseError, match="took too long"):
        copy_still(job, TOOLS, 0.0)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    place = tmp_path / "small"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("live", [False, True], ids=["under-pause", "live"])
def test_a_disk_that_is_full_on_the_way_is_told(job: Job, small_disk: Path, live: bool) -> None:
    (job.source / "file").write_bytes(os.urandom(3_000_000))
    job = new_job("the volume", job.source, small_disk)

    with pytest.raises(ReleaseError, match="disk was full"):
        copy_live(job, TOOLS) if live else copy_still(job, TOOLS, 60)


def test_a_volume_that_cant_fit_is_refused_before_anything_is_copied(job: Job, small_disk: Path) -> None:
    (job.source / "file").write_bytes(os.urandom(3_000_000))
    copy = small_disk / "copy"
    copy.mkdir()

    measured = measure(new_job("the volume", job.source, copy), TOOLS)
    with pytest.raises(ReleaseError, match="hold 3 MB, and 1 MB are free"):
        refuse_without_room([measured])
    assert list(copy.iterdir()) == []


def test_a_small_disk_is_never_copied_live(small_disk: Path, tmp_path: Path) -> None:
    """tmpfs does not tell of writes through a mapping."""
    (small_disk / "file").write_bytes(b"x" * 100_000)
    (tmp_path / "copy").mkdir()
    measured = measure(new_job("the volume", small_disk, tmp_path / "copy"), TOOLS)

    (job,) = prepare([measured], 0.0, 60.0, 10, TOOLS)

    assert job.there == {}
    with pytest.raises(ReleaseError, match="would hold the source still"):
        prepare([measured], 0.0, 0.001, 10, TOOLS)


@pytest.mark.usefixtures("told")
def test_a_large_volume_is_copied_live_first_and_the_rest_fits(job: Job) -> None:
    for number in range(50):
        (job.source / f"f{number}").write_bytes(os.urandom(100_000))
    measured = measure(job, TOOLS)

    (ready,) = prepare([measured], 0.0, 2.0, 1_000_000, TOOLS)
    time.sleep(0.1)

    assert ready.there.keys() == look(job.source).keys()
    assert not (job.target / ".secure-release-sample").exists()


@pytest.mark.usefixtures("told")
def test_a_volume_that_is_written_to_faster_than_it_is_copied_is_refused(job: Job) -> None:
    (job.source / "log").write_bytes(os.urandom(20_000_000))
    measured = measure(job, TOOLS)

    class Writes:
        """Between any two rounds all of it is written anew."""

        find = TOOLS.find

        def run(self, *words: object, **more: object) -> Exit:
            ended = TOOLS.run(*words, **more)  # type: ignore[arg-type]
            (job.source / "log").write_bytes(os.urandom(20_000_000))
            return ended

    with pytest.raises(ReleaseError, match="after 2 rounds"):
        prepare([measured], 0.0, 0.005, 1, Writes())

"""Which processes run what is gone, and which run what a patch will replace: from a /proc of ours, and from a real one."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from secure_release.pipeline.clones.packages.box import box
from secure_release.pipeline.clones.packages.restarts import Stale, needs_restart, stale

from ..engine import image, real_engine
from .deb_world import mark, ran

PROC = Path("/proc")


def process(proc: Path, pid: int, program: str, *maps: str) -> int:
    """A process as the kernel would show it; `maps` are `r-xp path`."""
    folder = proc / str(pid)
    folder.mkdir()
    lines = [f"7f00{n:04x}000-7f00{n:04x}fff {line.split(' ', 1)[0]} 00000000 00:3b 123456{' ' * 20}{line.split(' ', 1)[1]}" for n, line in enumerate(maps)]
    (folder / "maps").write_text("\n".join([*lines, "7ffc0000-7ffd0000 rw-p 00000000 00:00 0", ""]))
    (folder / "comm").write_text(f"{Path(program.removesuffix(' (deleted)')).name}\n")
    (folder / "exe").symlink_to(program)
    return pid


@pytest.mark.parametrize(
    ("program", "maps", "files"),
    [
        pytest.param("/usr/bin/a", ("r-xp /usr/lib/libssl.so.3",), (), id="fine"),
        pytest.param("/usr/bin/a", ("r-xp /usr/lib/libssl.so.3 (deleted)",), ("/usr/lib/libssl.so.3 (deleted)",), id="library"),
        pytest.param("/usr/bin/a (deleted)", (), ("/usr/bin/a (deleted)",), id="program"),
        pytest.param("/usr/bin/a", ("r--p /usr/share/data (deleted)",), (), id="data-only"),
        pytest.param("/usr/bin/a", ("r-xp /usr/lib/with space.so (deleted)",), ("/usr/lib/with space.so (deleted)",), id="space"),
        pytest.param("/usr/bin/a", ("rwxp /memfd:jit (deleted)",), (), id="memfd"),
        pytest.param("/usr/bin/a", ("rwxs /dev/zero (deleted)",), (), id="dev-zero"),
        pytest.param("/usr/bin/a", ("rwxs /SYSV00000000 (deleted)",), (), id="sysv"),
        pytest.param("/usr/bin/a", ("rwxs /dev/shm/PostgreSQL.1 (deleted)",), (), id="shm"),
        pytest.param("/usr/bin/a", ("rwxs /[aio] (deleted)",), (), id="aio"),
        pytest.param("/tmp/once (deleted)", ("r-xp /tmp/libonce.so (deleted)",), (), id="tmp"),
    ],
)
def test_a_process_is_stale_when_it_runs_what_is_gone(tmp_path: Path, program: str, maps: tuple[str, ...], files: tuple[str, ...]) -> None:
    process(tmp_path, 7, program, *maps)

    assert [one.files for one in stale([7], tmp_path)] == ([files] if files else [])


@pytest.mark.parametrize(
    ("files", "found"),
    [
        pytest.param(["/usr/lib/libssl.so.3"], [1, 2], id="library"),
        pytest.param(["/lib/libssl.so.3"], [1, 2], id="merged-usr"),
        pytest.param(["/usr/sbin/nginx"], [1], id="program"),
        pytest.param(["/usr/lib/python3/dist-packages/flask/app.py"], [2], id="code-that-is-read-at-the-start"),
        pytest.param(["/usr/share/doc/x"], [], id="nothing-that-runs"),
    ],
)
def test_what_runs_a_patched_file_needs_a_restart(tmp_path: Path, files: list[str], found: list[int]) -> None:
    process(tmp_path, 1, "/usr/sbin/nginx", "r-xp /usr/lib/libssl.so.3")
    process(tmp_path, 2, "/usr/bin/python3.11", "r-xp /usr/lib/libssl.so.3", "r-xp /usr/bin/python3.11")
    process(tmp_path, 3, "/usr/bin/sleep", "r-xp /usr/lib/libc.so.6")

    assert [one.pid for one in needs_restart(files, [1, 2, 3], tmp_path)] == found


def test_a_process_that_ended_is_fine_and_a_thread_of_the_kernel_too(tmp_path: Path) -> None:
    process(tmp_path, 5, "/usr/bin/x")
    (tmp_path / "5" / "exe").unlink()
    (tmp_path / "5" / "maps").write_text("")

    assert stale([4, 5], tmp_path) == ()


def test_a_process_that_can_t_be_read_is_unknown_and_not_fine(tmp_path: Path) -> None:
    process(tmp_path, 7, "/usr/bin/a")
    (tmp_path / "7" / "maps").unlink()
    (tmp_path / "7" / "maps").mkdir()  # root may read every file: a folder is what even it can't

    found = stale([7], tmp_path) + needs_restart(["/usr/bin/a"], [7], tmp_path)

    assert [(one.pid, one.files, one.unknown) for one in found] == [(7, (), "process 7 can't be read: Is a directory")] * 2


def test_a_real_process_whose_program_was_replaced_is_found_within_fifty_milliseconds() -> None:
    docker = real_engine()
    if not docker.server().local or os.geteuid() != 0:
        pytest.skip("the processes of the engine's machine can't be read from here")
    with box(docker, image(docker), mark("restarts"), network="none") as made:
        ran(made, "sh", "-c", "cp /bin/sleep /usr/local/bin/napper; for n in 1 2 3 4 5 6; do napper 600 >&- 2>&- & sleep 600 >&- 2>&- & done")
        pids = docker.processes(made.id)
        before = stale(pids, PROC)
        coming = needs_restart(["/usr/local/bin/napper"], pids, PROC)
        ran(made, "sh", "-c", "cp /bin/sleep /usr/local/bin/new; mv /usr/local/bin/new /usr/local/bin/napper")
        started = time.perf_counter()
        found = stale(pids, PROC)
        seconds = time.perf_counter() - started

    nappers = [Stale(one.pid, "napper", ("/usr/local/bin/napper (deleted)",), "") for one in coming]
    assert (len(pids), before, len(coming)) == (13, (), 6)
    assert list(found) == nappers
    assert seconds < 0.05

"""A release that is cut off at any point: what it says, what stands, what is left, and how it goes on."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.soak import SOAKING

from .held import Held, copied, cut, made

SIGINT, SIGTERM, SIGKILL = signal.SIGINT, signal.SIGTERM, signal.SIGKILL


@dataclass(frozen=True)
class Point:
    """Where a release is cut off, and what becomes of it."""

    stage: str
    code: int  # after SIGINT and SIGTERM
    killed: str  # the version that answers after SIGKILL
    resumed: int  # and how `run --run` ends then
    held: bool = True  # else the stage is caught while it works

    @property
    def begun(self) -> bool:
        """Whether the change had begun."""
        return self.code == 30


POINTS = {
    "scan": Point("scan", 20, "1.1.0", 0),
    "patch-test": Point("patch-test", 20, "1.1.0", 0),
    "gate": Point("gate", 20, "1.1.0", 0, held=False),
    "backup": Point("backup", 20, "1.1.0", 0, held=False),
    "prepare": Point("deploy", 30, "1.1.0", 30),
    "restart": Point("deploy", 30, "1.2.0", 30),
    "verify": Point("verify", 30, "1.2.0", 0),
    "rollback": Point("rollback", 30, "1.1.0", 30),
    "report": Point("report", 0, "1.2.0", 0, held=False),
}
SIGNALS = {
    "Ctrl-C": (SIGINT, True),
    "SIGINT": (SIGINT, False),
    "SIGTERM": (SIGTERM, False),
    "SIGKILL": (SIGKILL, False),
}
WAITED_OUT = ("rollback", "report")
QUICK = {("restart", "Ctrl-C")}
# In CI each point meets SIGKILL and one of the others, each of the others three points; `invoke soak` runs every pair.
TABLE = [
    pytest.param(point, sign, id=f"{sign} in {point}", marks=() if (point, sign) in QUICK else pytest.mark.slow)
    for number, point in enumerate(POINTS)
    for which, sign in enumerate(SIGNALS)
    if SOAKING or sign == "SIGKILL" or which == (number + 1) % 3
]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    held = made(tmp_path_factory.mktemp("released"))
    held.shop.stop()
    yield held


@pytest.fixture
def held(template: Held, tmp_path: Path) -> Iterator[Held]:
    shop = copied(template, tmp_path)
    yield shop
    shop.let_go()
    shop.shop.stop()


@pytest.mark.soak
@pytest.mark.parametrize(("point", "sign"), TABLE)
def test_cut_off(held: Held, point: str, sign: str) -> None:
    expected, (number, group) = POINTS[point], SIGNALS[sign]
    _make_busy(held, point)
    orders = held.shop.orders()
    process = _brought_to(held, point)

    if point in WAITED_OUT and number != SIGKILL:
        process.send_signal(number)
        held.let_go()
    said = cut(process, number, group) if process.poll() is None else process.communicate()[0]

    run, shop = held.run_of("1.2.0"), held.shop
    kinds = held.kinds(run)
    assert "Traceback" not in said
    assert shop.orders() == orders
    if number == SIGKILL:
        assert process.returncode == -SIGKILL, said
        assert shop.answers() == expected.killed
        assert held.processes() == []
        _goes_on_after_sigkill(held, run, expected)
        return
    assert process.returncode == expected.code, said
    assert held.left_behind() == []
    assert shop.answers() == shop.current() == ("1.2.0" if expected.code == 0 else "1.1.0")
    assert shop.verdict(run)["exit_code"] == expected.code
    if point not in WAITED_OUT:
        assert kinds.count("interrupted") == 1
        assert f"Interrupted by {number.name}" in said
    _next_release_is_plain(held)


def _make_busy(held: Held, point: str) -> None:
    """So that what can't be held lasts long enough to be caught at work."""
    if point == "patch-test":
        held.shop.configure(policy={"patch_test": "required"})
    if point in ("gate", "report"):
        held.shop.write("long.lines", "x\n" * 6000)
    if point == "backup":
        uploads = held.shop.root / "live" / "data" / "uploads"
        for number in range(4000):
            (uploads / f"{number}.txt").write_text("x" * 100)
    held.shop.commit("busy")


def _brought_to(held: Held, point: str) -> subprocess.Popen[str]:
    held.hold(point)
    process = held.start("run")
    if POINTS[point].held:
        held.wait_until_held(process)
    else:
        assert held.shop.wait_for("stage-started", point, process), process.communicate()[0]
    return process


def _goes_on_after_sigkill(held: Held, run: Path, expected: Point) -> None:
    """Before a change was begun nothing needs to be done; over an open one nothing is started; the run itself goes on."""
    held.let_go()
    shop = held.shop
    if expected.begun:
        refused = held.run("run")
        assert refused.code == 20, refused
        assert f"rollback --run {run.name}" in refused.err
        assert shop.answers() == expected.killed
    before = held.kinds(run)

    resumed = held.run("run", "--run", run.name)

    assert resumed.code == expected.resumed, resumed
    assert shop.answers() == shop.current() == ("1.2.0" if expected.resumed == 0 else "1.1.0")
    after = shop.journal(run)[len(before) :]
    finished = {entry["stage"] for entry in shop.journal(run)[: len(before)] if entry["kind"] == "stage-finished"}
    again = {entry["stage"] for entry in after if entry["kind"] == "stage-started"}
    assert expected.stage in again or expected.resumed == 30
    assert not finished & again
    assert held.left_behind() == []
    _next_release_is_plain(held)


def _next_release_is_plain(held: Held) -> None:
    held.let_go()
    held.shop.release("1.3.0")

    ended = held.run("run")

    assert ended.code == 0, ended
    assert held.shop.answers() == held.shop.current() == "1.3.0"
    assert held.left_behind() == []


@pytest.mark.slow
@pytest.mark.parametrize("point", ["scan", "patch-test", "gate", "backup"])
def test_before_a_change_was_begun_a_new_run_needs_no_step_by_hand(held: Held, point: str) -> None:
    _make_busy(held, point)
    cut(_brought_to(held, point), SIGKILL, False)
    held.let_go()

    ended = held.run("run")

    assert ended.code == 0, ended
    assert held.shop.answers() == "1.2.0"
    assert held.left_behind() == []


@pytest.mark.slow
@pytest.mark.parametrize("point", ["prepare", "restart", "verify", "rollback"])
def test_rollback_of_a_killed_run_after_the_project_went_on(held: Held, point: str) -> None:
    cut(_brought_to(held, point), SIGKILL, False)
    run = held.run_of("1.2.0")
    held.let_go()
    held.shop.configure(policy={"refuse": "low"}, verify={"watch": None}, scan={"timeout": "1m"})
    held.shop.write("webshop/later.py", "X = 1\n")
    held.shop.release("1.2.1")
    held.shop.write("webshop/not_committed.py", "X = 1\n")

    ended = held.run("rollback", "--run", str(run))

    assert ended.code == 30, ended
    assert held.shop.answers() == held.shop.current() == "1.1.0"
    assert held.left_behind() == []
    held.shop.configure(policy={"refuse": "high"})
    _next_release_is_plain(held)


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["verify", "deploy"])
def test_a_way_back_that_was_begun_is_carried_to_its_end(held: Held, stage: str) -> None:
    """Data may have gone back already: neither verify nor deploy may take up that run again."""
    cut(_brought_to(held, "rollback"), SIGKILL, False)
    held.let_go()

    ended = held.run(stage, "--run", str(held.run_of("1.2.0")))

    assert ended.code == 20, ended
    assert "undo-closed" not in held.kinds(held.run_of("1.2.0"))


@pytest.mark.slow
@pytest.mark.parametrize("sign", [SIGINT, SIGTERM])
def test_impatience_does_not_cut_the_cleaning_up_short(held: Held, sign: signal.Signals) -> None:
    (held.tools / "stubborn").touch()
    process = _brought_to(held, "restart")

    for _ in range(20):
        process.send_signal(sign)
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
    said = process.communicate(timeout=60)[0]

    assert process.returncode == 30, said
    assert held.shop.answers() == "1.1.0"
    assert held.left_behind() == []


@pytest.mark.slow
@pytest.mark.parametrize("point", ["scan", "prepare"])
def test_a_child_of_a_tool_that_ignores_the_end_is_ended_too(held: Held, point: str) -> None:
    (held.tools / "stubborn").touch()
    process = _brought_to(held, point)
    assert len(held.running()) >= 3

    said = cut(process, SIGINT, True)

    assert process.returncode == POINTS[point].code, said
    assert held.left_behind() == []


def test_a_second_release_at_the_same_time_is_told_so_and_harms_nothing(held: Held) -> None:
    process = _brought_to(held, "scan")

    second = held.run("run")

    assert second.code == 20, second
    assert f"under way (process {process.pid})" in second.err
    held.let_go()
    said = process.communicate(timeout=60)[0]
    assert process.returncode == 0, said
    assert held.shop.answers() == "1.2.0"


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("mount") is None, reason="mounting a small disk needs root")
@pytest.mark.parametrize(("point", "code"), [("scan", 20), ("prepare", 31), ("restart", 31)])
def test_a_full_disk_under_the_journal_is_no_yes(held: Held, point: str, code: int) -> None:
    """How far a deploy and its way back get depends on the room in the journal's last block; neither is taken for its end."""
    runs = held.shop.root / ".secure-release" / "runs"
    runs.mkdir(exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(runs)], check=False, capture_output=True).returncode != 0:
        pytest.skip("this machine does not let us mount")
    try:
        process = _brought_to(held, point)
        run = held.run_of("1.2.0")
        filler = run / "filler"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(b"x" * 4096):
                pass
        held.let_go()
        said = process.communicate(timeout=60)[0]

        assert process.returncode == code, said
        assert "Traceback" not in said and "No space left" in said
        assert held.shop.answers() in (("1.1.0",) if point == "scan" else ("1.1.0", "1.2.0"))
        held.kinds(run)
        filler.unlink()
        ended = held.run("run" if code == 20 else "rollback", "--run", run.name)
        assert ended.code == (0 if code == 20 else 30), ended
        assert held.shop.answers() == ("1.2.0" if code == 20 else "1.1.0")
        assert held.left_behind() == []
    finally:
        subprocess.run(["umount", "-l", str(runs)], check=True)

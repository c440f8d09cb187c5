"""Signals at the worst moment: the journal stays whole, cleaning up is not cut short, and programs end with us."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from secure_release.pipeline.journal import read_entries

# Appends until it is told to stop on standard input; an interruption is survived, as `flow` survives it.
WRITER = """
import select, sys
from datetime import datetime, UTC
from collections.abc import Callable
from pathlib import Path
from secure_release.pipeline.journal import JournalFile
from secure_release.pipeline.release import Interrupted
from secure_release.pipeline.signals import interrupting, waited_out
journal = JournalFile(Path(sys.argv[1]), lambda: datetime.now(UTC))
cuts = 0
with waited_out():
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], 0)[0]:
        try:
            with interrupting():
                while not select.select([sys.stdin], [], [], 0)[0]:
                    journal.append("said", "scan", {"text": "x" * 500})
        except Interrupted:
            cuts += 1
    print(cuts, len(journal.entries), flush=True)
"""
FULL = """
import resource, signal, sys
from datetime import datetime, UTC
from collections.abc import Callable
from pathlib import Path
from secure_release.pipeline.journal import JournalFile
from secure_release.pipeline.release import ReleaseError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, resource.RLIM_INFINITY))
journal = JournalFile(Path(sys.argv[1]), lambda: datetime.now(UTC))
try:
    while True:
        journal.append("said", "scan", {"text": "x" * 700})
except ReleaseError as problem:
    print(problem)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
journal.append("said", "scan", {"text": "there is room again"})
"""
# First an interruption, then impatience, in the middle of cleaning up.
CLEANER = """
import sys, time
from secure_release.pipeline.release import Interrupted
from secure_release.pipeline.signals import interrupting
try:
    with interrupting():
        try:
            print("ready", flush=True)
            time.sleep(60)
        finally:
            print("cleaning", flush=True)
            time.sleep(0.5)
            print("clean", flush=True)
except Interrupted as cut:
    print(cut, flush=True)
"""
RUNNER = """
import sys, threading
from collections.abc import Callable
from pathlib import Path
from secure_release.pipeline.adapters.process import Processes
run = lambda: Processes(Path.cwd()).run((sys.executable, "-c", "import time; print(1, flush=True); time.sleep(300)", sys.argv[1]),
                                        cwd=Path.cwd(), timeout=300)
if sys.argv[2] == "in a thread":
    threading.Thread(target=run).start()
else:
    run()
"""


def started(code: str, *words: str, cwd: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code, *words], cwd=cwd, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_journal_line_is_whole_or_never_happened_whenever_a_signal_comes(tmp_path: Path) -> None:
    process = started(WRITER, str(tmp_path / "j"), cwd=tmp_path)
    assert line(process) == "ready"
    chance = random.Random(7)

    for _ in range(200):
        time.sleep(chance.random() * 0.005)
        process.send_signal(chance.choice((signal.SIGINT, signal.SIGTERM, signal.SIGHUP)))
    out, _ = process.communicate("stop\n", timeout=30)

    cuts, known = map(int, out.split())
    assert cuts > 20
    assert len(read_entries((tmp_path / "j").read_bytes(), "j")) == known


def test_a_journal_on_a_full_disk_says_so_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FULL, str(tmp_path / "j")], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert "can't be written: " in done.stdout
    assert read_entries((tmp_path / "j").read_bytes(), "j")[-1].data["text"] == "there is room again"


@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=str)
def test_only_the_first_signal_interrupts(tmp_path: Path, first: signal.Signals) -> None:
    process = started(CLEANER, cwd=tmp_path)
    assert line(process) == "ready"

    process.send_signal(first)
    assert line(process) == "cleaning"
    for again in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        process.send_signal(again)

    assert process.communicate(timeout=30)[0].split() == ["clean", first.name]


def test_what_is_ignored_from_the_beginning_stays_ignored(tmp_path: Path) -> None:
    """As with nohup."""
    code = f"import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n{CLEANER.replace('60', '0.5')}"
    process = started(code, cwd=tmp_path)
    assert line(process) == "ready"

    process.send_signal(signal.SIGHUP)

    assert process.communicate(timeout=30)[0].split() == ["cleaning", "clean"]


@pytest.mark.parametrize("where", ["in the main thread", "in a thread"])
def test_programs_end_with_us_even_when_we_are_killed(tmp_path: Path, where: str) -> None:
    mark = f"mark-{tmp_path.name}-{random.random()}"
    process = started(RUNNER, mark, where, cwd=tmp_path)
    assert eventually(lambda: len(running(mark)) == 2)

    process.kill()
    process.wait()

    assert eventually(lambda: not running(mark))


def running(mark: str) -> list[str]:
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if f"\0{mark}\0".encode() in (place / "cmdline").read_bytes():
                found.append(place.name)
        except OSError:
            continue
    return found


def eventually(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return False


LOST = """
import os, signal
from secure_release.pipeline import signals
from secure_release.pipeline.release import Interrupted
try:
    with signals.interrupting():
        with signals.forking():
            os.kill(os.getpid(), signal.SIGTERM)
            print("not raised where it would be lost")
        signals.raise_if_told()
        print("lost")
except Interrupted as cut:
    print(cut)
with signals.interrupting():
    print("and told once")
"""


def test_a_signal_that_comes_while_a_process_is_started_is_not_lost() -> None:
    done = subprocess.run([sys.executable, "-c", LOST], capture_output=True, text=True, timeout=60, check=True)

    assert done.stdout.splitlines() == ["not raised where it would be lost", "SIGTERM", "and told once"]

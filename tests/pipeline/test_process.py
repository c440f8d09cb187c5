"""The one door to other programs: all that was said is heard, and nothing lives on."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pytest

from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.release import Interrupted

PYTHON = sys.executable


def run(tmp_path: Path, program: str, timeout: float = 30.0, env: dict[str, str] | None = None) -> tuple[int, bytes, bool, bool]:
    ended = Processes(tmp_path).run((PYTHON, "-c", program), cwd=tmp_path, timeout=timeout, env=env)
    return ended.code, ended.stdout, ended.timed_out, ended.flooded


def test_the_last_words_of_a_quick_program_are_heard(tmp_path: Path) -> None:
    """A program that says something and ends while we are looking elsewhere: 200 times, on a busy machine."""
    processes = Processes(tmp_path)
    silent = [n for n in range(200) if processes.run(("/bin/echo", str(n)), cwd=tmp_path, timeout=30).stdout.strip() != b"%d" % n]

    assert silent == []


def test_words_after_a_pause_are_heard(tmp_path: Path) -> None:
    program = "import time, sys; time.sleep(0.2); sys.stdout.write('x' * 300_000)"

    assert len(run(tmp_path, program)[1]) == 300_000


def test_time_is_limited_and_the_grandchildren_go_too(tmp_path: Path) -> None:
    program = "import subprocess, time; p = subprocess.Popen(['sleep', '987']); print(p.pid, flush=True); time.sleep(60)"
    code, out, timed_out, _ = run(tmp_path, program, timeout=1.5)

    assert timed_out and code < 0
    time.sleep(0.1)
    assert not Path(f"/proc/{int(out)}").exists() or "Z" in Path(f"/proc/{int(out)}/stat").read_text().split(")")[1][:3]


def test_a_grandchild_that_holds_the_pipes_does_not_hold_us(tmp_path: Path) -> None:
    started = time.monotonic()
    code, out, timed_out, _ = run(tmp_path, "import subprocess; subprocess.Popen(['sleep', '30']); print('done')")

    assert (code, out.strip(), timed_out) == (0, b"done", False)
    assert time.monotonic() - started < 15


def test_output_is_bounded(tmp_path: Path) -> None:
    code, _, _, flooded = run(tmp_path, "import sys\nwhile True: sys.stderr.write('x' * 100000)")

    assert flooded and code < 0


def test_the_environment_is_an_allow_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPLOY_TOKEN", "secret")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    _, out, *_ = run(tmp_path, "import os; print(sorted(os.environ))", env={"OURS": "1"})

    assert b"OURS" in out and b"DEPLOY_TOKEN" not in out and b"PYTHONPATH'" not in out


def test_a_program_of_the_project_is_never_found_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "bin" / "bandit-of-the-change"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:bin:.:/usr/bin")
    monkeypatch.chdir(tmp_path)

    assert Processes(tmp_path).find("bandit-of-the-change") is None
    assert Processes(tmp_path / "elsewhere").find("bandit-of-the-change") == fake


def test_a_halt_ends_what_runs_and_starts_nothing(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    threading.Timer(0.3, processes.halt.set).start()
    started = time.monotonic()

    with pytest.raises(Interrupted):
        processes.run(("sleep", "60"), cwd=tmp_path, timeout=90)
    with pytest.raises(Interrupted):
        processes.run(("true",), cwd=tmp_path, timeout=90)
    assert time.monotonic() - started < 10

"""The journal: what was written stays, what was changed is seen, what was torn never happened."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from secure_release.pipeline.evidence import EvidenceFolder
from secure_release.pipeline.journal import JournalFile, read_entries
from secure_release.pipeline.release import ReleaseError

from .builders import NOW


def written(path: Path, count: int = 5) -> Path:
    journal = JournalFile(path, lambda: NOW)
    for number in range(count):
        journal.append("said", "scan", {"number": number, "text": "für alle\nZeilen"})
    journal.close()
    return path


def test_what_was_appended_is_read_again(tmp_path: Path) -> None:
    again = JournalFile(written(tmp_path / "j"), lambda: NOW)

    assert [entry.data["number"] for entry in again.entries] == [0, 1, 2, 3, 4]
    assert again.append("said", "", {}).seq == 5


def test_a_torn_last_line_never_happened(tmp_path: Path) -> None:
    path = written(tmp_path / "j")
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"seq": 5, "at": "20')

    again = JournalFile(path, lambda: NOW)

    assert len(again.entries) == 5
    assert again.append("said", "", {}).seq == 5
    assert len(read_entries(path.read_bytes(), "j")) == 6


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.data())
def test_any_flipped_bit_in_a_whole_line_is_seen(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "j"
    whole = bytearray(path.read_bytes() if path.exists() else written(path).read_bytes())
    where = data.draw(st.integers(0, len(whole) - 2))
    whole[where] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(ReleaseError, match="is broken at line"):
        read_entries(bytes(whole), "j")


@pytest.mark.parametrize("number", [0, 2, 3])
def test_a_line_taken_out_is_seen(tmp_path: Path, number: int) -> None:
    lines = written(tmp_path / "j").read_bytes().splitlines(keepends=True)

    with pytest.raises(ReleaseError, match=f"line {number + 1}"):
        read_entries(b"".join(lines[:number] + lines[number + 1 :]), "j")


def test_a_second_process_is_told_to_wait(tmp_path: Path) -> None:
    holder = JournalFile(tmp_path / "j", lambda: NOW)

    with pytest.raises(ReleaseError, match="Another process is working"):
        JournalFile(tmp_path / "j", lambda: NOW)
    holder.close()


def test_two_threads_make_one_chain(tmp_path: Path) -> None:
    journal = JournalFile(tmp_path / "j", lambda: NOW)
    threads = [threading.Thread(target=lambda: [journal.append("x", "", {}) for _ in range(50)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(read_entries((tmp_path / "j").read_bytes(), "j")) == 200


WRITER = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from secure_release.pipeline.journal import JournalFile
journal = JournalFile(Path(sys.argv[1]), lambda: datetime.now(UTC))
print("go", flush=True)
while True:
    entry = journal.append("tick", "", {"text": "x" * 2000})
    print(entry.seq, flush=True)
"""


@pytest.mark.parametrize("after", [0.02, 0.05, 0.11])
def test_what_was_acknowledged_survives_a_kill(tmp_path: Path, after: float) -> None:
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / "j")], stdout=subprocess.PIPE, env=dict(os.environ))
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(after)
    process.kill()
    acknowledged = [int(line) for line in process.stdout.read().split()]
    process.wait()

    again = JournalFile(tmp_path / "j", lambda: NOW)

    assert len(again.entries) > max(acknowledged, default=-1)


def test_changed_evidence_is_not_read(tmp_path: Path) -> None:
    store = EvidenceFolder(tmp_path / "evidence")
    kept = store.keep("report", b"clean")
    (tmp_path / "evidence" / kept.sha256).write_bytes(b"cleaN")

    with pytest.raises(ReleaseError, match="was changed after it was written"):
        store.read(kept.sha256)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "0" * 64])
def test_evidence_is_read_from_its_folder_only(tmp_path: Path, name: str) -> None:
    with pytest.raises(ReleaseError, match="is missing"):
        EvidenceFolder(tmp_path / "evidence").read(name)

"""The ledger knows when it was changed, and forgets only what never happened."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from secure_release.pipeline.backups.ledger import Ledger, create, read_ledger
from secure_release.pipeline.keeping import BackupError

from .vaults import Clock


def ledger(tmp_path: Path, lines: int = 4) -> Path:
    path = tmp_path / "ledger.jsonl"
    made = create(path, Clock(), {"format": 1})
    for number in range(lines):
        made.append("pinned", {"id": f"{number}-abc", "why": "the test"})
    return path


def ids(path: Path) -> list[object]:
    return [line.data.get("id") for line in Ledger(path, Clock()).lines]


def test_what_was_appended_is_read_in_order(tmp_path: Path) -> None:
    path = ledger(tmp_path, 2)
    Ledger(path, Clock()).append("pinned", {"id": "later", "why": "another process"})

    assert ids(path) == [None, "0-abc", "1-abc", "later"]
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("cut", [1, 5, 60, 150])
def test_a_torn_last_line_never_happened(tmp_path: Path, cut: int) -> None:
    path = ledger(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    kept = 5 if cut == 1 else 4  # without its line end alone, a line is complete

    assert len(Ledger(path, Clock()).lines) == kept
    Ledger(path, Clock()).append("pinned", {"id": "next", "why": "go on"})
    assert ids(path)[-1] == "next"
    assert len(ids(path)) == kept + 1


TAMPERED = {
    "a word changed": lambda lines: [*lines[:2], lines[2].replace(b"the test", b"the text"), *lines[3:]],
    "a line taken out": lambda lines: [*lines[:2], *lines[3:]],
    "two lines swapped": lambda lines: [lines[0], lines[2], lines[1], *lines[3:]],
    "a line twice": lambda lines: [*lines, lines[-1]],
    "the first line gone": lambda lines: lines[1:],
    "a line that is no JSON": lambda lines: [*lines[:2], b"hello\n", *lines[2:]],
    "an empty line": lambda lines: [*lines[:2], b"\n", *lines[2:]],
    "white space added": lambda lines: [lines[0].replace(b",", b", ", 1), *lines[1:]],
}


@pytest.mark.parametrize("tamper", TAMPERED.values(), ids=TAMPERED.keys())
def test_a_changed_ledger_is_refused(tmp_path: Path, tamper) -> None:  # type: ignore[no-untyped-def]
    path = ledger(tmp_path)
    path.write_bytes(b"".join(tamper(path.read_bytes().splitlines(keepends=True))))

    with pytest.raises(BackupError, match="is broken at line"):
        read_ledger(path)


def test_every_bit_flip_is_refused_or_loses_only_the_tail(tmp_path: Path) -> None:
    """All bits of the last line's end, and a sample of the rest: no line is ever read other than it was written."""
    path = ledger(tmp_path)
    whole, lines = path.read_bytes(), read_ledger(path)[0]
    sample = [*range(len(whole) * 8 - 64, len(whole) * 8), *random.Random(3).sample(range(len(whole) * 8), 300)]
    for bit in sample:
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        try:
            read = read_ledger(path)[0]
        except BackupError:
            continue
        assert read == lines, f"bit {bit}: {len(read)} of {len(lines)} lines"


def test_an_append_that_fails_leaves_the_ledger_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = ledger(tmp_path)
    before = path.read_bytes()
    opened = Ledger(path, Clock())

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        opened.append("pinned", {"id": "x", "why": "y"})

    assert path.read_bytes() == before


def test_an_existing_ledger_is_never_replaced(tmp_path: Path) -> None:
    with pytest.raises(FileExistsError):
        create(ledger(tmp_path), Clock(), {})

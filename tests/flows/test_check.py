"""The check around the reader: what it says of files it can't read, how it proves itself, what it remembers, how it ends."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from secure_release.checks import Broken, Confidence, Exit, Ran, Severity
from secure_release.checks.builtin import flows
from secure_release.checks.builtin.flows import Unanswered
from secure_release.checks.check import Tools, is_by_file
from secure_release.checks.merge import merged
from tests import fakes

HOLE = {
    "web.py": "from flask import request\nfrom store import find\n\n\ndef view():\n    return find(request.args['q'])\n",
    "store.py": "import sqlite3\n\n\ndef find(q):\n    return sqlite3.connect('x').execute(\n        'SELECT ' + q\n    )\n",
}
# Each must leave a gap: a tree that is not read is not clean.
UNREADABLE: dict[str, bytes] = {
    "syntax": b"def f(:\n",
    "newer-syntax": b"type X[T] = list[T]\n",
    "nul-bytes": b"x = 1\0\n",
    "wrong-encoding": b"# coding: no-such\n",
    "latin-without-saying": b"x = '\xe9'\n",
    "deep-nesting": b"x = " + b"(" * 3000 + b")" * 3000 + b"\n",
}
# Each is read, whatever it holds.
READABLE: dict[str, bytes] = {
    "empty": b"",
    "byte-order-mark": b"\xef\xbb\xbfx = 1\n",
    "windows-lines": b"x = 1\r\nif x:\r\n    y = 2\r\n",
    "long-chain": b"x = request.args" + b".a" * 400 + b"\n",
    "long-sum": b"x = request.args" + b" + 'a'" * 400 + b"\n",
    "deep-functions": b"".join(b" " * n + b"def f%d(request):\n" % n for n in range(60)) + b" " * 60 + b"request.args\n",
    "many-elements": b"x = [" + b"request.args, " * 20_000 + b"]\n",
}


@dataclass(frozen=True)
class Ended:
    """An interpreter that ends so."""

    ended: Exit

    def find(self, name: str) -> Path | None:
        return Path(sys.executable)

    def run(
        self, argv: Sequence[str], *, cwd: Path, timeout: float, env: Mapping[str, str] | None = None, stdin: bytes = b""
    ) -> Exit:
        return self.ended


@dataclass
class Counting:
    """The real reader, and what it was asked about."""

    real: Tools
    asked: list[list[str]]

    def find(self, name: str) -> Path | None:
        return self.real.find(name)

    def run(
        self, argv: Sequence[str], *, cwd: Path, timeout: float, env: Mapping[str, str] | None = None, stdin: bytes = b""
    ) -> Exit:
        self.asked.append(sorted(path for path, _ in json.loads(stdin.partition(b"\n")[0])))
        return self.real.run(argv, cwd=cwd, timeout=timeout, env=env, stdin=stdin)


def test_a_hole_across_files_is_told_with_its_way(tmp_path: Path) -> None:
    result = flows.CHECK.run(fakes.context(tmp_path, HOLE))
    assert isinstance(result, Ran)
    (finding,) = result.findings
    assert (finding.place.path, finding.place.line, finding.place.end_line) == ("store.py", 6, 6)
    assert (finding.weakness, finding.severity, finding.confidence) == ("CWE-89", Severity.CRITICAL, Confidence.HIGH)
    assert finding.subject.strip() == "'SELECT ' + q"
    assert "web.py:6" in finding.message
    assert "find()" in finding.message
    assert sorted(result.looked_at) == ["store.py", "web.py"]


def test_the_same_hole_of_another_check_is_one_finding(tmp_path: Path) -> None:
    result = flows.CHECK.run(fakes.context(tmp_path, HOLE))
    assert isinstance(result, Ran)
    (mine,) = result.findings
    hint = replace(mine, check="bandit", rule="B608", severity=Severity.MEDIUM, confidence=Confidence.LOW)
    (one,) = merged((hint, mine))
    assert (one.check, one.severity, len(one.witnesses)) == ("flows", Severity.CRITICAL, 1)
    assert one.fingerprint == mine.fingerprint


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_a_gap(name: str, tmp_path: Path) -> None:
    if name == "newer-syntax" and sys.version_info >= (3, 12):
        pytest.skip("this interpreter reads it")
    result = flows.CHECK.run(fakes.context(tmp_path, {**HOLE, "bad.py": UNREADABLE[name]}))
    assert isinstance(result, Ran), result
    assert [gap.subject for gap in result.gaps] == ["bad.py"]
    assert "bad.py" not in result.looked_at
    assert len(result.findings) == 1


@pytest.mark.parametrize("name", READABLE)
def test_what_can_be_read_is_looked_at(name: str, tmp_path: Path) -> None:
    result = flows.CHECK.run(fakes.context(tmp_path, {"odd.py": READABLE[name]}))
    assert isinstance(result, Ran), result
    assert (result.gaps, result.looked_at) == ((), ("odd.py",))


GOOD = {"count": 2, "reasons": {}, "flows": [], "planted": []}
ENDS: dict[str, Exit] = {
    "crashed": fakes.said(1, b"", b"Traceback\nKeyError: 'x'\n"),
    "killed": fakes.said(-9),
    "timed-out": replace(fakes.said(0), timed_out=True),
    "flooded": replace(fakes.said(0, json.dumps(GOOD).encode()), flooded=True),
    "silent": fakes.said(0),
    "empty-object": fakes.said(0, b"{}"),
    "truncated": fakes.said(0, json.dumps(GOOD).encode()[:20]),
    "other-files": fakes.said(0, json.dumps({**GOOD, "count": 7}).encode()),
    "blind": fakes.said(0, json.dumps(GOOD).encode()),
    "unknown-rule": fakes.said(0, json.dumps({**GOOD, "flows": [{"rule": "x", "path": "web.py"}]}).encode()),
}


@pytest.mark.parametrize("name", ENDS)
def test_no_answer_is_never_a_yes(name: str, tmp_path: Path) -> None:
    result = flows.CHECK.run(fakes.context(tmp_path, HOLE, tools=Ended(ENDS[name])))
    assert isinstance(result, Broken)
    assert result.remedy


def test_it_is_asked_about_the_whole_release_by_one_machine() -> None:
    assert not is_by_file(flows.CHECK)


def test_nothing_is_read_again_while_no_python_file_has_changed(tmp_path: Path) -> None:
    memory = fakes.Held()
    context = fakes.context(tmp_path, {**HOLE, "a.txt": "x"}, memory=memory)
    first = flows.CHECK.run(context)
    again = flows.CHECK.run(replace(context, tools=Ended(fakes.said(1))))
    assert isinstance(first, Ran)
    assert isinstance(again, Ran)
    assert again.findings == first.findings
    assert again.looked_at == first.looked_at
    assert again.notes


def test_a_change_in_any_python_file_is_read(tmp_path: Path) -> None:
    memory = fakes.Held()
    flows.CHECK.run(fakes.context(tmp_path / "one", HOLE, memory=memory))
    mended = {**HOLE, "web.py": HOLE["web.py"].replace("request.args['q']", "'x'")}
    result = flows.CHECK.run(fakes.context(tmp_path / "two", mended, memory=memory))
    assert isinstance(result, Ran)
    assert result.findings == ()


def test_a_file_that_is_no_python_stays_a_gap_while_the_others_are_not_read_again(tmp_path: Path) -> None:
    context = fakes.context(tmp_path, {**HOLE, "bad.py": UNREADABLE["syntax"]}, memory=fakes.Held())
    reader = Counting(context.tools, [])
    first = flows.CHECK.run(replace(context, tools=reader))
    again = flows.CHECK.run(replace(context, tools=reader))
    assert isinstance(first, Ran)
    assert isinstance(again, Ran)
    assert (again.findings, again.looked_at, again.gaps) == (first.findings, first.looked_at, first.gaps)
    assert [gap.subject for gap in again.gaps] == ["bad.py"]
    assert reader.asked == [["bad.py", "store.py", "web.py"], ["bad.py"]]


def test_a_remembered_gap_that_is_none_now_is_no_answer_from_memory(tmp_path: Path) -> None:
    memory = fakes.Held()
    flows.CHECK.run(fakes.context(tmp_path / "one", HOLE, memory=memory))
    ((key, content),) = ((key, content) for key, content in memory.entries.items() if content.startswith(b"[[{"))
    memory.entries = {key: content.removesuffix(b'[]]') + b'["web.py"]]'}
    assert b"web.py" in memory.entries[key][-12:]
    result = flows.CHECK.run(fakes.context(tmp_path / "two", HOLE, memory=memory))
    assert isinstance(result, Ran)
    assert (result.gaps, len(result.findings), len(result.looked_at)) == ((), 1, 2)


@pytest.mark.parametrize("reason", ["cannot be read: Permission denied", "a function is too large to be followed"])
def test_a_gap_that_may_hide_something_of_other_files_is_not_remembered(reason: str, tmp_path: Path) -> None:
    memory = fakes.Held()
    answer = {"count": 2, "reasons": {"store.py": reason}, "flows": [], "planted": [dict(zip(("rule", "path", "line"), flows.PROOF[0], strict=True))]}
    result = flows.CHECK.run(fakes.context(tmp_path, HOLE, memory=memory, tools=Ended(fakes.said(0, json.dumps(answer).encode()))))
    assert isinstance(result, Ran)
    assert [gap.subject for gap in result.gaps] == ["store.py"]
    assert memory.entries == {}


def test_an_entry_that_does_not_verify_is_not_there(tmp_path: Path) -> None:
    memory = fakes.Held()
    flows.CHECK.run(fakes.context(tmp_path / "one", HOLE, memory=memory))
    memory.entries = dict.fromkeys(memory.entries, b"[{}]")
    result = flows.CHECK.run(fakes.context(tmp_path / "two", HOLE, memory=memory))
    assert isinstance(result, Ran)
    assert len(result.findings) == 1


def test_an_interpreter_that_does_not_start_is_no_answer(tmp_path: Path) -> None:
    class Absent(Ended):
        def run(
            self, argv: Sequence[str], *, cwd: Path, timeout: float, env: Mapping[str, str] | None = None, stdin: bytes = b""
        ) -> Exit:
            raise OSError(2, "No such file or directory")

    with pytest.raises(Unanswered, match="could not be started"):
        flows.asked(fakes.context(tmp_path, HOLE, tools=Absent(fakes.said(0))), {"web.py": ""})

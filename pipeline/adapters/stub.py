"""The stand-in for a scanner under a fault: runs the real one and spoils what it says. Started by `faults.py` only."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .mutations import FORMATS, SARIF, Said
from .process import Processes

TRACEBACK = b"Traceback (most recent call last):\n  File \"scanner.py\", line 1, in <module>\nConnectionError: no route to host\n"
OTHER_TOOL = b'{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": []}'
REAL_SECONDS = 600.0


@dataclass(frozen=True)
class Call:
    """One call of the tool: the real program, its arguments, and where its report belongs."""

    real: str
    arguments: tuple[str, ...]

    @property
    def report(self) -> Path | None:
        """The report's path among the arguments (ours are always named so); None when it goes to standard output."""
        paths = [word.rpartition("=")[2] for word in self.arguments]
        return next((Path(path) for path in paths if path.endswith(("/report", "/report.json"))), None)

    def run(self) -> Said:
        """What the real tool says to this call."""
        processes = Processes(Path(os.devnull), extra=os.environ)
        ended = processes.run((self.real, *self.arguments), cwd=Path.cwd(), timeout=REAL_SECONDS)
        path = self.report
        return Said(path.read_bytes() if path and path.is_file() else ended.stdout, ended.stderr, ended.code)

    def answer(self, said: Said) -> int:
        """Say this instead; returns the exit code."""
        path = self.report
        if path is None:
            sys.stdout.buffer.write(said.report)
        elif said.report:
            path.write_bytes(said.report)
        else:
            path.unlink(missing_ok=True)
        sys.stderr.buffer.write(said.stderr)
        return said.code


def main(told: Mapping[str, Any], arguments: Sequence[str]) -> int:
    """Do what the fault says; every other call, `--version` above all, is the real tool's."""
    call = Call(told["real"], tuple(arguments))
    fault = str(told["fault"])
    if arguments[-1:] == ["--version"]:
        return call.answer(Said(b"tool 0.0.1\n", b"", 0) if fault == "wrong-version" else call.run())
    mutations = FORMATS.get(told["check"], SARIF).mutations
    if fault in mutations:
        return call.answer(mutations[fault](call.run()))
    return BEHAVIOURS[fault](call)


def _killed(call: Call) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody outlives this")


def _endless(call: Call) -> int:
    while True:
        time.sleep(60)


def _flood(call: Call) -> int:
    while True:
        sys.stderr.buffer.write(b"warning: again\n" * 4096)


def _truncated(call: Call) -> int:
    said = call.run()
    return call.answer(replace(said, report=said.report[: len(said.report) // 2]))


BEHAVIOURS: dict[str, Callable[[Call], int]] = {
    "wrong-version": lambda call: call.answer(call.run()),
    "exit-0-silent": lambda call: call.answer(Said(b"", b"", 0)),
    "exit-1-silent": lambda call: call.answer(Said(b"", b"", 1)),
    "exit-2-traceback": lambda call: call.answer(Said(b"", TRACEBACK, 2)),
    "killed": _killed,
    "timed-out": _endless,
    "empty-object": lambda call: call.answer(replace(call.run(), report=b"{}")),
    "truncated": _truncated,
    "flood": _flood,
    "unknown-exit": lambda call: call.answer(replace(call.run(), code=42)),
    "other-tool": lambda call: call.answer(replace(call.run(), report=OTHER_TOOL)),
}

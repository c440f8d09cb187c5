"""What a run of the tests says, from how its command ended and the JUnit report that it left."""

from __future__ import annotations

import signal
from pathlib import Path

from secure_release.checks import Exit

from ..patching import RUNNER, TestRun
from .inside import CANNOT_START, KILLED
from .junit import NotJUnit, Results, read_junit

SAID = 6_000  # characters of a runner's own output that are kept
OWN_FAULT = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE)


def judged(ended: Exit, report: Path, timeout: float) -> TestRun:
    """The run as its report tells it; a runner that said nothing has not passed anything."""
    output = f"{tail(ended.stdout, SAID)}\n{tail(ended.stderr, SAID)}".strip()
    if ended.timed_out:
        return no_result(f"the tests did not end within {timeout:.0f} s", output, ended.seconds)
    if ended.flooded:
        return no_result("the tests wrote without end", output, ended.seconds)
    number = -ended.code if ended.code < 0 else ended.code - KILLED
    if number > 0 and number not in OWN_FAULT:
        return no_result(f"the tests were killed by signal {number}", output, ended.seconds)
    if ended.code == CANNOT_START:
        return no_result("the test command can't be started", output, ended.seconds)
    try:
        results = read_junit(report)
    except NotJUnit as problem:
        return _ended_without(ended, f"the test command ended with exit {ended.code} and its report {problem}", output)
    return _reported(ended, results, output)


def no_result(why: str, output: str, seconds: float) -> TestRun:
    return TestRun(frozenset(), frozenset(), frozenset(), output, seconds, why)


def tail(content: bytes, length: int) -> str:
    return content.decode("utf-8", "replace")[-length:]


def _reported(ended: Exit, results: Results, output: str) -> TestRun:
    if not results.passed and not results.failed:
        return no_result("no test ran", output, ended.seconds)
    failed = results.failed if results.failed or ended.code == 0 else frozenset({RUNNER})
    return TestRun(results.passed, failed, results.skipped, results.said or output, ended.seconds, "")


def _ended_without(ended: Exit, why: str, output: str) -> TestRun:
    failed = frozenset({RUNNER}) if ended.code != 0 else frozenset[str]()
    return TestRun(frozenset(), failed, frozenset(), output, ended.seconds, why)

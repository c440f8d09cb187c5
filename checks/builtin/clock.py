"""clock: is the system clock synchronised? Without it no two logs can be matched, and no end date means anything."""

from __future__ import annotations

from ..check import Context, SystemClock
from ..finding import Confidence, Finding, Place, Severity, Witness
from ..result import Broken, Result, broken, ran

REMEDY = "Run the release on a machine whose kernel tells the clock's state (Linux, adjtimex(2))."


class Unsynchronised:
    """The planted specimen: a clock that says it is off."""

    def synchronised(self) -> bool:
        return False


def ask(clock: SystemClock) -> tuple[Finding, ...] | Broken:
    """What this clock's answer means."""
    try:
        answer = clock.synchronised()
    except OSError as problem:
        return broken(f"The kernel does not tell whether the clock is synchronised: {problem}", REMEDY)
    match answer:
        case True:
            return ()
        case False:
            return (_finding(),)
        case _:
            return broken(f"The clock's state came back as {answer!r}, which is no answer.", REMEDY)


def _finding() -> Finding:
    return Finding(
        check="clock",
        rule="clock-unsynchronised",
        severity=Severity.LOW,
        confidence=Confidence.HIGH,
        message="The system clock is not synchronised: its logs can't be matched with any other machine's.",
        place=Place("", 0, 0),
        subject="clock",
        fix="Run a time service (systemd-timesyncd, chrony) and check it with `timedatectl`.",
        weakness="",
        advisories=(),
        witnesses=(Witness("clock", "clock-unsynchronised"),),
        nth=0,
    )


class Clock:
    name = "clock"
    title = "is the system clock synchronised"
    fetches = True  # none

    def run(self, context: Context) -> Result:
        planted = ask(Unsynchronised())
        if isinstance(planted, Broken) or not planted:
            return broken("clock is blind: it took a planted unsynchronised clock for a good one.", REMEDY)
        found = ask(context.clock)
        if isinstance(found, Broken):
            return found
        return ran(found, ("the system clock",), (), ())


CHECK = Clock()

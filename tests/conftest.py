"""What every test stands on: no deadline for hypothesis on a loaded machine, no trusted ref from outside, signals as usual."""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path

from hypothesis import settings

from tests.soak import SOAKING

settings.register_profile("default", deadline=None, max_examples=60)
settings.register_profile("soak", deadline=None, max_examples=2_000)
settings.load_profile("soak" if SOAKING else "default")
os.environ.pop("SECURE_RELEASE_TRUST", None)
# What is remembered of scans is sealed by a key in the user's home: the tests have one of their own.
os.environ["XDG_STATE_HOME"] = str(Path(tempfile.gettempdir()) / "secure-release-test-state")
# A CI job that was started in the background ignores SIGINT, and so would everything that the tests start.
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, signal.default_int_handler if number is signal.SIGINT else signal.SIG_DFL)


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: a good part of the time each waits for the programs that it started."""
    return len(os.sched_getaffinity(0)) + 1

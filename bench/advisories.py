"""How much CPU our own look-up of many pins takes, against pip-audit asking the same data over the loopback responder.

    python bench/advisories.py [SNAPSHOT]

SNAPSHOT is a zip of OSV records of PyPI; without it, the one that SECURE_RELEASE_OSV_ZIP names. Prints CPU seconds and their ratio, and how many advisories each names.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from packaging.utils import canonicalize_name

from secure_release.checks import Pin
from secure_release.checks.audit_report import askable, command, parse, requirements
from secure_release.checks.planted import INVENTED
from secure_release.pipeline.adapters.advisories import FileAdvisories
from secure_release.pipeline.adapters.process import Processes

PINS = 77  # as many as the environment that the facts page was measured on
ROUNDS = 5


def hardest(advisories: FileAdvisories) -> tuple[Pin, ...]:
    """The distributions with the most advisories."""
    known = advisories.snapshot.records
    return pinned(sorted(known, key=lambda name: (-len(known[name]), name))[:PINS])


def ordinary(advisories: FileAdvisories) -> tuple[Pin, ...]:
    """Distributions from all over the alphabet: most have one advisory or two."""
    names = sorted(advisories.snapshot.records)
    return pinned(names[:: max(len(names) // PINS, 1)][:PINS])


def installed() -> tuple[Pin, ...]:
    """What the Python that runs this has: an environment as people have it, with few holes."""
    found = {canonicalize_name(one.metadata["Name"]): one.version for one in metadata.distributions()}
    return tuple(askable(Pin(name, version)) for name, version in sorted(found.items()) if name != "secure-release")


def pinned(names: Iterable[str]) -> tuple[Pin, ...]:
    return tuple(askable(Pin(canonicalize_name(name), "1.5.0")) for name in names)


def looked_up(path: Path, pins: tuple[Pin, ...]) -> tuple[float, int]:
    """From a snapshot that is loaded, and of which no record was read yet."""
    advisories = FileAdvisories(path, float("inf"), datetime.now(UTC))
    advisories.facts()
    started = time.process_time()
    matches = advisories.lookup(pins)
    return time.process_time() - started, sum(len(match.holes) for match in matches)


def audited(advisories: FileAdvisories, pins: tuple[Pin, ...]) -> tuple[float, int]:
    """The CPU seconds of pip-audit alone: the responder's are in this process and not counted."""
    program = Processes(Path("/nonexistent")).find("pip-audit")
    if program is None:
        raise SystemExit("pip-audit is not installed")
    with tempfile.TemporaryDirectory() as name, advisories.serve() as source:
        folder = Path(name)
        given = (INVENTED[0], *pins)
        (folder / "requirements.txt").write_text(requirements(given))
        before = os.times()
        subprocess.run(command(str(program), folder, source), check=False, capture_output=True)
        after = os.times()
        audit = parse((folder / "report.json").read_bytes(), given)
    spent = (after.children_user + after.children_system) - (before.children_user + before.children_system)
    return spent, sum(len(holes) for pin, holes in audit.holes.items() if pin != INVENTED[0])


def main() -> None:
    given = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("SECURE_RELEASE_OSV_ZIP", "")
    if not given:
        raise SystemExit("There is no snapshot to look into: name one, or set SECURE_RELEASE_OSV_ZIP.")
    path = Path(given)
    started = time.process_time()
    advisories = FileAdvisories(path, float("inf"), datetime.now(UTC))
    advisories.facts()
    print(f"loading the snapshot once: {time.process_time() - started:.3f} CPU s")
    for kind, pins in (("installed", installed()), ("ordinary", ordinary(advisories)), ("hardest", hardest(advisories))):
        ours = min(looked_up(path, pins) for _ in range(ROUNDS))
        theirs = min(audited(advisories, pins) for _ in range(ROUNDS))
        print(f"{len(pins)} {kind} pins, look-up:   {ours[0]:.4f} CPU s, {ours[1]} holes")
        print(f"{len(pins)} {kind} pins, pip-audit: {theirs[0]:.4f} CPU s, {theirs[1]} holes")
        print(f"{kind} ratio: pip-audit takes {theirs[0] / ours[0]:.1f} times the CPU of the look-up")


if __name__ == "__main__":
    main()

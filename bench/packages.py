"""How long it takes to read the CVE ids out of many .debs, and to find the processes that must be restarted.

    python -m bench.packages FOLDER

FOLDER holds .debs by any name, such as the `debs` of a run. Prints seconds, CPU seconds and the counts they are for; exits 1
above the ceilings of the facts page (6 s for 30 packages, 50 ms for 13 processes).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from secure_release.pipeline.clones.packages import deb
from secure_release.pipeline.clones.packages.apt_artifacts import Artifact
from secure_release.pipeline.clones.packages.apt_plan import read_changelog
from secure_release.pipeline.clones.packages.changelog import Closed
from secure_release.pipeline.clones.packages.restarts import stale

CVE_SECONDS_OF_30 = 6.0
SCAN_SECONDS = 0.05
PROCESSES = 13
ROUNDS = 5


def main(folder: Path) -> int:
    debs, packages, cpu, ids, without = cves(folder)
    print(f"CVE ids: {packages} packages of {debs} sources, {ids} ids, {without} sources without; CPU {cpu:.2f} s")
    median, found = scan()
    print(f"restart scan: {PROCESSES} processes, {found} stale, median {1000 * median:.1f} ms")
    return int(cpu * 30 / max(packages, 1) > CVE_SECONDS_OF_30 or median > SCAN_SECONDS)


def cves(folder: Path) -> tuple[int, int, float, int, int]:
    """Every entry of each changelog counts: more than any plan reads."""
    started = time.process_time()
    by_source: dict[tuple[str, str], list[Artifact]] = {}
    for path in sorted(folder.iterdir()):
        control = deb.control(path)
        by_source.setdefault((control.source, control.source_version), []).append(Artifact(path, "", path.stat().st_size, control))
    answers = [read_changelog(debs, "", version) for (_, version), debs in by_source.items()]
    ids = {id_ for answer in answers if isinstance(answer, Closed) for id_ in answer.ids}
    without = sum(isinstance(answer, str) for answer in answers)
    return len(by_source), sum(map(len, by_source.values())), time.process_time() - started, len(ids), without


def scan() -> tuple[float, int]:
    sleeping = [subprocess.Popen([sys.executable, "-c", "import ssl, sqlite3, time; time.sleep(60)"]) for _ in range(PROCESSES)]
    time.sleep(2)
    try:
        times, found = [], 0
        for _ in range(ROUNDS):
            started = time.perf_counter()
            found = len(stale([one.pid for one in sleeping], Path(os.sep, "proc")))
            times.append(time.perf_counter() - started)
        return statistics.median(times), found
    finally:
        for one in sleeping:
            one.kill()
            one.wait()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

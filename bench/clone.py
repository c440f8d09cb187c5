"""How much faster a clone is than building the environment again. Prints a ratio; exits 1 below the floor.

    python bench/clone.py [REPEATS]

Both sides in one run, in turn, on the packages of the Python that runs this: `python -m venv` with
`pip install --no-deps -r lock` (warm cache after the first), and our hard-link clone with relocation and proof.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.clones.hardlink import link_tree
from secure_release.pipeline.clones.marks import remove
from secure_release.pipeline.clones.proof import prove
from secure_release.pipeline.clones.relocate import Move, relocate

FLOOR = 10.0


def main(repeats: int) -> int:
    place = Path(tempfile.mkdtemp(prefix="bench-clone-"))
    try:
        lock = place / "lock.txt"
        lock.write_text("".join(sorted(pins())), encoding="utf-8")
        rebuilt, cloned = [], []
        for number in range(repeats):
            environment, clone = place / f"env-{number}", place / f"clone-{number}"
            rebuilt.append(timed(lambda target=environment: rebuild(target, lock)))  # type: ignore[misc]
            cloned.append(timed(lambda source=environment, target=clone: copy(source, target)))  # type: ignore[misc]
            share = extra(clone) / size(environment)
            print(f"{number + 1}: rebuilt {rebuilt[-1]:.2f} s, cloned {cloned[-1]:.2f} s, extra disk {share:.0%}", flush=True)
            remove(clone)
            shutil.rmtree(environment)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    ratio = statistics.median(rebuilt) / statistics.median(cloned)
    print(f"{len(list(pins()))} packages: a clone is {ratio:.1f} times faster (floor {FLOOR:.0f})")
    return 0 if ratio >= FLOOR else 1


def pins() -> list[str]:
    """What is installed here and comes from an index."""
    found = metadata.distributions()
    return [f"{one.metadata['Name']}=={one.version}\n" for one in found if _from_index(one.read_text("direct_url.json"))]


def _from_index(url: str | None) -> bool:
    return url is None or not json.loads(url)["url"].startswith("file:")


def rebuild(target: Path, lock: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(target)], check=True)
    pip = [str(target / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-deps", "-r", str(lock)], check=True)


def copy(source: Path, target: Path) -> None:
    link_tree(source, target)
    relocate(target, Move(((source, target),)))
    prove(target, (source,), target, Processes(source))


def size(root: Path) -> int:
    return sum(path.lstat().st_blocks for path in root.rglob("*")) or 1


def extra(root: Path) -> int:
    """Blocks that are not shared with the original."""
    return sum(found.st_blocks for path in root.rglob("*") if (found := path.lstat()).st_nlink == 1 or path.is_dir())


def timed(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3))

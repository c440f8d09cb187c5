"""A scan beside the shell script that runs the same tools, one after another, over the same files.

    python -m bench.scan [--scaling] [FOLDER ...]

Each FOLDER is copied into a git repository of its own; without one, jinja2 and the example are looked at. For each it prints
wall and CPU seconds, and how many times each of ours goes into the script's wall time, beside what it is to reach:

    script    bandit -q -f json -o B FILES; semgrep scan --config OUR_RULES --json -o S FILES   (all .py files, by xargs)
    cold      secure-release scan, by bandit and semgrep alone, nothing known from before
    warm      the same again, nothing changed
    one file  the same again, one line added to one file
    hashing   reading and hashing every file of the repository, in Python

with the memory of our own process at its peak, and whether both found the same. Exits 1 when they did not. `--scaling` looks at the
first FOLDER once and at 16 copies of it, cold and warm. On a machine that does other things too only the CPU seconds tell.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from secure_release.checks.rulebook import BUNDLED, read_rules

BIN = Path(sys.executable).parent
REPEATS = 3
CONFIG = """\
version: 1
release: {name: bench}
advisories: {source: file, file: none, max_age: 3650d}
policy: {require: [bandit, semgrep], patch_test: off, backup: off}
scan: {skip: [%s], timeout: 3600s}
"""
OTHERS = "flows, secrets, commits, pip-audit, workflows, sbom, clock"
SCRIPT = """\
xargs -0 "$BIN/bandit" -q --ignore-nosec -x '' -f json -o "$OUT/bandit.json" < "$OUT/files" || [ $? -eq 123 ]
xargs -0 "$BIN/semgrep" scan --metrics=off --disable-version-check --disable-nosem --no-git-ignore --max-target-bytes=0 \\
    --no-rewrite-rule-ids --quiet --config "$OUT/rules.json" --json --output "$OUT/semgrep.json" < "$OUT/files"
"""
# Ours, and on standard error what it took of memory itself, without the tools.
OURS = """\
import resource, sys
from secure_release.pipeline.door import main
try:
    main()
finally:
    print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""

Found = Counter[tuple[str, str, int]]
COPIES = 16
SMALL = 20_000  # lines
# What is to be reached (issue 6), on two quiet cores: times the script, times the hashing, CPU of the tools alone, MB of ours.
COLD, COLD_SMALL, WARM, ONE_FILE = 1.9, 4.0, 300.0, 100.0
HASHINGS, CPU, PEAK_WARM, PEAK_COLD = 3.0, 1.05, 64, 250
WARM_SCALE = 5.0


@dataclass(frozen=True)
class Took:
    wall: float  # seconds
    cpu: float  # seconds, of all processes
    peak: int = 0  # MB, of our own process


def timed(argv: Sequence[str], cwd: Path, env: dict[str, str]) -> tuple[Took, str]:
    compiled = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}  # as pip installs modules
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    ended = subprocess.run(argv, cwd=cwd, env={**compiled, **env}, capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = [int(line.split()[1]) // 1024 for line in ended.stderr.splitlines() if line.startswith("peak ")]
    if ended.returncode not in (0, 10, 20):
        sys.exit(f"{argv[0]} ended with {ended.returncode}: {ended.stdout[-500:]} {ended.stderr[-500:]}")
    return Took(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, *peak), ended.stdout


def prepared(folder: Path, work: Path, copies: int = 1) -> tuple[Path, list[str]]:
    """The folder's files as a repository, and its Python files."""
    root = work / "project"
    for copy in range(copies):
        target = root if copies == 1 else root / f"copy_{copy:02}"
        shutil.copytree(folder, target, ignore=shutil.ignore_patterns(".git", ".secure-release", "__pycache__"))
    (root / "secure-release.yml").write_text(CONFIG % OTHERS)
    (root / "none").mkdir(exist_ok=True)
    for command in (("init", "-q"), ("add", "-Af"), ("-c", "user.name=b", "-c", "user.email=b@b", "commit", "-qm", "b")):
        subprocess.run(("git", *command), cwd=root, check=True)
    (root / ".git" / "info" / "exclude").write_text(".secure-release/\n")
    return root, sorted(path.relative_to(root).as_posix() for path in root.rglob("*.py") if path.is_file() and not path.is_symlink())


def script(root: Path, files: Sequence[str], out: Path) -> tuple[Took, Found]:
    out.mkdir()
    (out / "files").write_text("".join(f"{name}\0" for name in files))
    (out / "rules.json").write_text(json.dumps({"rules": read_rules(BUNDLED, ()).rules}))
    took, _ = timed(("sh", "-ec", SCRIPT), root, {"BIN": str(BIN), "OUT": str(out)})
    found = Found()
    for result in json.loads((out / "bandit.json").read_text())["results"]:
        found[result["test_id"], result["filename"].removeprefix("./"), int(result["line_number"])] += 1
    for result in json.loads((out / "semgrep.json").read_text())["results"]:
        found[result["check_id"], result["path"], int(result["start"]["line"])] += 1
    return took, found


def ours(root: Path) -> tuple[Took, Found]:
    env = {"SECURE_RELEASE_CACHE_KEY": "bench"}
    took, _ = timed((sys.executable, "-c", OURS, "scan"), root, env)
    newest = max((root / ".secure-release" / "runs").iterdir(), key=lambda run: run.stat().st_mtime)
    found = Found()
    for line in (newest / "journal.jsonl").read_text().splitlines():
        for evidence in json.loads(line).get("data", {}).get("evidence", ()):
            if evidence["name"] == "scan.json":
                report = json.loads((newest / "evidence" / f"{evidence['sha256']}").read_bytes())
                found = Found(
                    (one["rule"], one["place"]["path"], one["place"]["line"])
                    for name in ("bandit", "semgrep")
                    for one in report["results"][name]["findings"]
                    if one["place"]["path"].endswith(".py")  # the script looks at no templates
                )
    return took, found


def hashing(root: Path) -> float:
    started = time.perf_counter()
    for path in root.rglob("*"):
        if path.is_file() and not {".git", ".secure-release"} & set(path.parts):
            hashlib.sha256(path.read_bytes()).digest()
    return time.perf_counter() - started


def median(look: Callable[[], Took]) -> Took:
    taken = [look() for _ in range(REPEATS)]
    return Took(*(statistics.median(values) for values in zip(*((one.wall, one.cpu, one.peak) for one in taken), strict=True)))


def edited(root: Path, files: Sequence[str]) -> Took:
    """One line more in a file of middling size."""
    middling = sorted(files, key=lambda name: (root / name).stat().st_size)[len(files) // 2]
    with (root / middling).open("a") as file:
        file.write("# one more line\n")
    return ours(root)[0]


def measured(folder: Path) -> bool:
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        root, files = prepared(folder, work)
        lines = sum((root / path).read_bytes().count(b"\n") for path in files)
        print(f"\n{folder.name}: {len(files):,} Python files, {lines:,} lines")
        whole, theirs = script(root, files, work / "script")
        cold, found = ours(root)
        settle()
        rows = {"script": whole, "cold": cold, "warm": median(partial(_took, root)), "one file": median(partial(edited, root, files))}
        hashed = hashing(root)
        wanted = {"cold": COLD_SMALL if lines < SMALL else COLD, "warm": WARM, "one file": ONE_FILE}
        for row, took in rows.items():
            times = f"{whole.wall / took.wall:8.1f}x"
            to_reach = f" (to reach: {wanted[row]:g}x, {PEAK_COLD if row == 'cold' else PEAK_WARM} MB)" if row in wanted else ""
            print(f"  {row:<9} {took.wall:8.2f} s wall {took.cpu:8.2f} s CPU {times}{f' {took.peak:6} MB of ours' if took.peak else ''}{to_reach}")
        print(f"  {'hashing':<9} {hashed:8.2f} s wall; warm takes {rows['warm'].wall / hashed:.1f}x of it (to reach: {HASHINGS:g}x)")
        print(f"  CPU of cold over that of the tools alone: {cold.cpu / whole.cpu:.2f} (to reach: {CPU})")
        same = theirs == found
        print(f"  found: {found.total()} by ours, {theirs.total()} by the script: {'the same' if same else 'NOT the same'}")
        return same


def settle() -> None:
    """The file system's times are believed of files that have been at rest; a user's have been for longer."""
    time.sleep(4)


def _took(root: Path) -> Took:
    return ours(root)[0]


def scaling(folder: Path) -> None:
    took: dict[int, tuple[Took, Took, int]] = {}
    for copies in (1, COPIES):
        with tempfile.TemporaryDirectory() as name:
            root, files = prepared(folder, Path(name), copies)
            settle()
            cold = ours(root)[0]
            took[copies] = cold, median(partial(_took, root)), len(files)
    (cold, warm, few), (cold_many, warm_many, many) = took[1], took[COPIES]
    print(f"\n{folder.name}: {few} and {many} Python files")
    print(f"  cold {cold.cpu:.2f} and {cold_many.cpu:.2f} s CPU: {cold_many.cpu / cold.cpu:.1f}x (to reach: {COPIES}x)")
    print(f"  warm {warm.cpu:.2f} and {warm_many.cpu:.2f} s CPU: {warm_many.cpu / warm.cpu:.1f}x (to reach: {WARM_SCALE:g}x)")
    print(f"  {warm_many.peak} MB of ours warm, {cold_many.peak} MB cold, of {COPIES} copies")


def main(words: Sequence[str]) -> int:
    folders = [Path(word) for word in words if not word.startswith("--")]
    default = (installed("jinja2"), Path(__file__).parent.parent / "examples" / "webshop")
    if "--scaling" in words:
        scaling((folders or default)[0])
        return 0
    same = [measured(folder) for folder in folders or default]
    return int(not all(same))


def installed(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else sys.exit(f"{name} is not installed")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""How we behave when there is a lot: findings, files, shards. The tools' own time and memory are left out.

    python -m bench.scale [FILES] [--secrets]

Makes a repository of FILES modules of 100 lines (20,000: two million lines) in a temporary folder, the same one every time, and scans
it with a stand-in for the tools, which says that one line of every module is wrong: what is measured is our process alone, by
`getrusage(RUSAGE_SELF)`. `--secrets` adds our own check for secrets, which reads every line. Prints ratios; exits 1 when one is
beyond its ceiling.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from secure_release.checks import Confidence, Context, Finding, Place, Result, Severity, Witness, numbered, ran
from secure_release.checks.merge import merged
from secure_release.pipeline import flow, parts
from secure_release.pipeline.law import Policy
from tests.pipeline.machines import Machines, Says

HERE = Path(__file__).parent.parent
FILES, LINES = 20_000, 100
SHARDS = 16
MEGABYTE = 1_000_000
PEAK_MB = 1_000
PAGE_MB = 15
LINEAR = 24  # of 16 times as much; comparing pairs would take 256
BANDIT = 12_000  # lines in a second: the facts page, Django's sdist, one process
MERGE = 0.02  # of the scan

MODULE = '''"""Orders of customer {n}."""

import sqlite3


def order_{n}(connection: sqlite3.Connection, name: str) -> list[tuple[object, ...]]:
    query = "select * from orders where name = '" + name + "' and shop = {n}"
    return connection.execute(query).fetchall()


'''
CONFIG = """version: 1
release: {name: large}
advisories: {source: file, file: advisories}

policy: {require: [stand-in], backup: "off", patch_test: "off"}
scan:
  skip: SKIP
  timeout: 900s
  checks:
    stand-in: {command: [STANDIN, "{root}", "{report}"], specimen: known-bad.py, files: "*.py", exits: [0]}
"""
STANDIN = """#!PYTHON
import json, pathlib, sys
root, report = pathlib.Path(sys.argv[1]), sys.argv[2]
files = sorted(str(path.relative_to(root)) for path in root.rglob("*.py"))
text = "Text of a client becomes a part of the query, and whoever sends it reads and changes every order of the shop."
results = [
    {"ruleId": "sql-from-client", "level": "error", "message": {"text": text},
     "locations": [{"physicalLocation": {"artifactLocation": {"uri": path}, "region": {"startLine": 7, "endLine": 8}}}]}
    for path in files
]
artifacts = [{"location": {"uri": path}} for path in files]
rules = [{"id": "sql-from-client", "properties": {"tags": ["external/cwe/cwe-89"]}}]
run = {"tool": {"driver": {"name": "stand-in", "rules": rules}}, "artifacts": artifacts, "results": results}
pathlib.Path(report).write_text(json.dumps({"version": "2.1.0", "runs": [{**run, "invocations": [{"executionSuccessful": True}]}]}))
"""
MEASURED = """
import atexit, json, resource, sys
def told(path):
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss * 1024]), file=open(path, "w"))
atexit.register(told, sys.argv[1])
sys.argv = ["secure-release", *sys.argv[2:]]
from secure_release.pipeline.cli import main
main()
"""


@dataclass(frozen=True)
class Used:
    """What one run of the command took of this machine in our own process, and how it ended."""

    cpu: float
    peak: int  # bytes
    code: int


def main(words: Sequence[str]) -> int:
    files = next((int(word) for word in words if word.isdigit()), FILES)
    kept = [merging(), sharded(files), large(files, "--secrets" in words)]
    return int(not all(kept))


def merging() -> bool:
    """One file, one weakness: the worst case for whoever compares pairs."""
    few, many = (best(partial(merged, one_file(count))) for count in (1_250, 20_000))
    print(f"merging 20,000 findings of one file: {many:.2f} CPU s; 16 times the findings take {many / few:.1f} times as long")
    return many / few <= LINEAR


def one_file(count: int) -> list[Finding]:
    return [found_in("a.py", 2 * number + 1) for number in range(count)]


def found_in(path: str, line: int) -> Finding:
    say = (Witness("one", "sql"),)
    return Finding(
        "one", "sql", Severity.HIGH, Confidence.HIGH, "It is wrong.", Place(path, line, line), f"line {line}", "", "CWE-89", (), say, 0
    )


def best(work: Callable[[], object]) -> float:
    """The least CPU seconds of three."""
    times = []
    for _ in range(3):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


@dataclass(frozen=True)
class One(Says):
    """One finding in every file."""

    def run(self, context: Context) -> Result:
        paths = tuple(file.path for file in context.files)
        return ran(numbered(found_in(path, 7) for path in paths), paths, (), ())


def sharded(files: int) -> bool:
    """`gate --from` of 16 runs: reading them, and joining what they say."""
    few, (read, join) = joined(max(1, files // 16)), joined(files)
    scan = files * LINES / BANDIT
    share = (read + join) / scan
    print(f"{SHARDS} shards, {files:,} files with a finding each: reading {read:.2f} CPU s, joining and judging {join:.2f}")
    print(f"  joining takes {join / read:.1f} times the reading; 16 times the findings take {(read + join) / sum(few):.1f} times as long")
    print(f"  {share:.1%} of bandit alone over so many lines ({scan:.0f} s at {BANDIT:,} lines a second)")
    return share <= MERGE


def joined(files: int) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as name:
        paths = tuple(path_of(number) for number in range(files))
        machines = Machines(Path(name), paths, (One("one", True, {}),), Policy(require=("one",), patch_test="off"))
        machines._tree()
        runs = [str(each) for each in machines.shards(SHARDS)]
        release = machines._begun("all")
        started = time.process_time()
        found = parts.find(runs, release.evidence)
        read = time.process_time() - started
        flow.join(release, found, lambda result: None)
        return read, time.process_time() - started - read


def path_of(number: int) -> str:
    return f"shop/part_{number // 200:03}/module_{number:05}.py"


def large(files: int, secrets: bool) -> bool:
    """A cold scan, a second one, and how long it takes to read and hash the same files."""
    with tempfile.TemporaryDirectory() as name:
        project = Path(name) / "project"
        made(project, files, secrets)
        hashed = best(partial(hashing, project))
        first, second = scanned(project, Path(name)), scanned(project, Path(name))
        run = max((project / ".secure-release" / "runs").iterdir(), key=lambda path: path.name)
        sizes = {path.name: path.stat().st_size / MEGABYTE for path in run.iterdir() if path.is_file()}
    print(f"{files:,} files, {files * LINES:,} lines, {files:,} findings (exit {first.code}, {second.code}; 10 is expected)")
    for when, used in (("first scan", first), ("second scan", second)):
        print(f"  {when}: {used.cpu:.1f} CPU s of ours, {used.cpu / hashed:.1f} times reading and hashing every file; peak {used.peak / MEGABYTE:.0f} MB")
    print("  " + ", ".join(f"{name} {size:.1f} MB" for name, size in sorted(sizes.items())))
    peak = max(first.peak, second.peak) / MEGABYTE
    return peak <= PEAK_MB and sizes["report.html"] <= PAGE_MB and {first.code, second.code} == {10}


def made(project: Path, files: int, secrets: bool) -> None:
    for number in range(files):
        path = project / path_of(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        start = MODULE.format(n=number)
        rest = "".join(f"PRICE_{line} = {number * line}  # of the order\n" for line in range(LINES - start.count("\n")))
        path.write_text(start + rest, encoding="utf-8")
    (project / "advisories").mkdir()
    (project / "known-bad.py").write_text(MODULE.format(n=0), encoding="utf-8")
    standin = project.parent / "stand-in"
    standin.write_text(STANDIN.replace("PYTHON", sys.executable), encoding="utf-8")
    standin.chmod(0o755)
    skipped = ["bandit", "semgrep", "pip-audit", "sbom", "workflows", "clock", *([] if secrets else ["secrets"])]
    config = CONFIG.replace("SKIP", json.dumps(skipped)).replace("STANDIN", str(standin))
    (project / "secure-release.yml").write_text(config, encoding="utf-8")
    (project / ".gitignore").write_text(".secure-release/\n", encoding="utf-8")
    for words in (("init", "-q"), ("add", "-A"), ("-c", "user.name=b", "-c", "user.email=b@example.com", "commit", "-qm", "all")):
        subprocess.run(("git", *words), cwd=project, check=True)


def hashing(project: Path) -> None:


    for path in sorted(project.glob("shop/*/*.py")):
        hashlib.sha256(path.read_bytes()).hexdigest()


def scanned(project: Path, folder: Path) -> Used:
    told = folder / "told.json"
    env = {**os.environ, "XDG_STATE_HOME": str(folder / "state")}
    env.pop("CI", None)
    ended = subprocess.run((sys.executable, "-c", MEASURED, str(told), "scan"), cwd=project, env=env, capture_output=True, check=False)
    if ended.returncode not in (0, 10):
        sys.stderr.write(ended.stdout.decode()[:2_000] + ended.stderr.decode()[-2_000:])
    cpu, peak = json.loads(told.read_text(encoding="utf-8"))
    return Used(cpu, peak, ended.returncode)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

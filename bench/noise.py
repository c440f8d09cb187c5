"""How loud the gate is on clean code: findings of medium or higher per 1,000 lines of Python, beside bandit alone.

    python -m bench.noise SDIST-OR-FOLDER ... [--show]

Each argument is a source archive (.tar.gz, .zip) or a folder. It is copied to an empty place, made a git repository and scanned by
`secure-release scan` with the default policy, as a first user would; every finding is counted after the gate has merged and graded it,
in tests too, whichever check says it and whether or not a comment excuses it. Left out are known holes of dependencies and the machine's
clock: they depend on the day and the machine. `--show` prints every finding. Needs `secure-release` and `bandit` installed; exits 1 where a project is
above its ceiling or a scan has no answer. Fetch archives with, for example, `pip download --no-deps --no-binary :all: flask`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKS = frozenset({"bandit", "semgrep", "flows", "secrets", "workflows"})  # that must answer about the files
ABOUT_THE_DAY = frozenset({"pip-audit", "clock"})
LOUD = frozenset({"medium", "high", "critical"})
CEILINGS = {"django": 0.5}  # per 1,000 lines: Django is a framework with a shell, SQL builders and password hashers of its own
CEILING = 0.15


@dataclass(frozen=True)
class Noise:
    project: str
    lines: int
    ours: tuple[dict[str, Any], ...]
    bandit: int

    @property
    def rate(self) -> float:
        return 1000 * len(self.ours) / max(self.lines, 1)

    @property
    def ceiling(self) -> float:
        return CEILINGS.get(self.project.lower().partition("-")[0], CEILING)


def main(arguments: list[str]) -> int:
    show = "--show" in arguments
    print(f"{'project':24} {'lines':>8} {'ours':>6} {'per 1,000':>10} {'bandit':>7} {'per 1,000':>10}  ours by check")
    measured = []
    for source in (Path(word) for word in arguments if word != "--show"):
        with tempfile.TemporaryDirectory() as folder:
            one = measure(unpacked(source, Path(folder)), Path(folder) / "bandit.json")
        measured.append(one)
        print(f"{row(one.project, one.lines, len(one.ours), one.bandit)}  {by_check(one.ours)}", flush=True)
        if show:
            print(*told(one.ours), sep="\n")
    others = [one for one in measured if one.project.lower().partition("-")[0] not in CEILINGS]
    loud, alone = sum(len(one.ours) for one in others), sum(one.bandit for one in others)
    print(row("all but Django", sum(one.lines for one in others), loud, alone))
    return int(any(one.rate > one.ceiling for one in measured))


def row(project: str, lines: int, ours: int, bandit: int) -> str:
    rates = (1000 * ours / max(lines, 1), 1000 * bandit / max(lines, 1))
    return f"{project:24} {lines:8,} {ours:6} {rates[0]:10.2f} {bandit:7} {rates[1]:10.2f}"


def by_check(findings: Iterable[dict[str, Any]]) -> str:
    counts = Counter(finding["check"] for finding in findings)
    return ", ".join(f"{check} {count}" for check, count in counts.most_common())


def told(findings: Iterable[dict[str, Any]]) -> Iterator[str]:
    for finding in findings:
        witnesses = "+".join(sorted(witness["rule"] for witness in finding["witnesses"]))
        yield f"    {finding['severity']:8} {witnesses:40} {finding['place']['path']}:{finding['place']['line']}"


def unpacked(source: Path, into: Path) -> Path:
    """The project in a git repository of its own, so that nothing around it is looked at."""
    if source.is_dir():
        project = into / source.resolve().name
        shutil.copytree(source, project, symlinks=True)
    else:
        if source.suffix == ".zip":
            shutil.unpack_archive(source, into)
        else:
            shutil.unpack_archive(source, into, filter="data")
        (project,) = (path for path in into.iterdir() if path.is_dir())
    author = ("-c", "user.name=bench", "-c", "user.email=bench@localhost")
    for words in (("init", "-q"), ("add", "-A", "-f"), (*author, "commit", "-q", "-m", "as it came")):
        subprocess.run(("git", *words), cwd=project, check=True, capture_output=True)
    return project


def measure(project: Path, report: Path) -> Noise:
    python = sorted(path for path in project.rglob("*.py") if path.is_file() and not path.is_symlink())
    lines = sum(path.read_bytes().count(b"\n") for path in python)
    subprocess.run(
        (program("bandit"), "-r", ".", "-q", "-f", "json", "-o", str(report)), cwd=project, check=False, capture_output=True
    )
    alone = [one for one in json.loads(report.read_bytes())["results"] if one["issue_severity"].lower() in LOUD]
    return Noise(project.name, lines, ours(project), len(alone))


def ours(project: Path) -> tuple[dict[str, Any], ...]:
    ran = subprocess.run((program("secure-release"), "scan", "--format", "json"), cwd=project, check=False, capture_output=True)
    try:
        verdict: Any = json.loads(ran.stdout)
    except ValueError:
        sys.exit(f"{project.name}: exit {ran.returncode}, no report: {ran.stderr.decode(errors='replace')[-500:]}")
    silent = CHECKS - {check["name"] for check in verdict["checks"] if check["state"] == "ran"}
    if silent:
        sys.exit(f"{project.name}: no answer from {', '.join(sorted(silent))}: exit {ran.returncode}")
    return tuple(f for f in verdict["findings"] if f["severity"] in LOUD and f["check"] not in ABOUT_THE_DAY)


def program(name: str) -> str:
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.exists() else name


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""act runs the template on a world of tests/ci/shop.py: what GitHub would be is a folder, `github`, and stand-ins for its actions.

Host mode: the jobs are processes on this machine, each in its own copy of the checkout; no container engine is asked.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.ci.shop import World
from tests.require import needs

from .pins import PINS

STANDINS = Path(__file__).parent / "standins"
LIMIT = 600.0
MATRIX = re.compile(r"(?<=of \d)-\d+$")  # act numbers the jobs of a matrix: "scan 1 of 2-1"
EXIT = re.compile(r"(?:exit status |exitcode ')(\d+).*")
HOST = ("-P", "ubuntu-24.04=-self-hosted")
PUSH: Mapping[str, object] = {"ref": "refs/heads/main", "repository": {"default_branch": "main", "private": False}}


@dataclass(frozen=True)
class GitHub:
    """What is left where GitHub would be."""

    folder: Path

    def artifact(self, name: str) -> Path:
        return self.folder / "artifacts" / name

    def artifacts(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "artifacts").glob("*"))

    def verdict(self) -> Any:
        return json.loads((self.artifact("secure-release-report") / "verdict.json").read_text())

    def attested(self) -> list[str]:
        path = self.folder / "attestations"
        return path.read_text().split() if path.exists() else []

    def code_scanning(self) -> list[str]:
        """The categories that have findings, or none."""
        path = self.folder / "code-scanning"
        return path.read_text().split() if path.exists() else []

    def loses(self, *artifacts: str) -> None:
        """From now on each `job name` gets lost on the way."""
        (self.folder / "loses").write_text("\n".join(artifacts))

    def refuses(self, what: str) -> None:
        """`no-code-scanning` or `no-attestations`."""
        (self.folder / what).touch()


@dataclass(frozen=True)
class Ran:
    """How one run of the workflow went. A job that did not start is not in `jobs`."""

    code: int
    jobs: Mapping[str, str]
    exits: Mapping[str, set[int]]  # the exit codes of its failed steps
    summary: str
    log: str

    def __str__(self) -> str:
        return f"act exited {self.code}: {dict(self.jobs)}\n{self.log}"


def make_github(folder: Path) -> GitHub:
    (folder / "artifacts").mkdir(parents=True)
    return GitHub(folder)


def run(
    world: World, github: GitHub, event: str = "push", told: Mapping[str, object] = PUSH, where: tuple[str, ...] = HOST, **env: str
) -> Ran:
    """One event in the world's repository, and every job that it starts."""
    program = needs("github")[0]
    payload = github.folder / "event.json"
    payload.write_text(json.dumps(told))
    words = (
        *(program, event, "--json", "--action-offline-mode", "--no-cache-server", "--eventpath", str(payload), *where),
        *(word for pin in standins() for word in ("--local-repository", pin)),
        *("--env", f"STANDINS={github.folder}", "--action-cache-path", str(github.folder / "cache")),
    )
    ended = subprocess.run(
        words, cwd=world.root, env=world.env(XDG_CACHE_HOME=str(github.folder / "cache"), TERM="dumb", **env), timeout=LIMIT,
        capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return read(ended.returncode, ended.stdout, ended.stderr)


def standins() -> tuple[str, ...]:
    """`owner/repository@commit=folder` for everything but checkout, which act does by itself: it has the tree."""
    repositories = {tuple(name.split("/")[:2]): commit for name, (commit, _) in PINS.items() if name != "actions/checkout"}
    return tuple(f"{owner}/{name}@{commit}={STANDINS / name}" for (owner, name), commit in repositories.items())


def read(code: int, out: str, err: str) -> Ran:
    """From act's lines of JSON: the result of each job, the last summary of each step, what was printed."""
    jobs: dict[str, str] = {}
    exits: dict[str, set[int]] = {}
    summary: list[str] = []
    log: list[str] = []
    for line in out.splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            log.append(line)
            continue
        name = MATRIX.sub("", str(said.get("job", "")).rsplit("/", 1)[-1].strip())
        if "jobResult" in said:
            jobs[name] = said["jobResult"]
        if failed := EXIT.fullmatch(str(said.get("msg", "")).strip()):
            exits.setdefault(name, set()).add(int(failed[1]))
        if said.get("command") == "summary":
            summary.append(said["content"])
        log.append(f"[{name}] {str(said.get('msg', '')).rstrip()}")
    return Ran(code, jobs, exits, "\n".join(summary), f"{os.linesep.join(log)}\n{err}")

"""A copy of examples/webshop in a git repository of its own, and the real command run on it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "webshop"
SCRIPT = Path(sys.executable).parent / "secure-release"
WHO = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false")
LIMIT = 900.0


@dataclass(frozen=True)
class Ended:
    """How one call of the command ended."""

    code: int
    out: str
    err: str

    def __str__(self) -> str:
        return f"exit {self.code}\n{self.out}\n{self.err}"


@dataclass(frozen=True)
class Shop:
    """The project, and the site that it is released to."""

    root: Path
    port: int

    @property
    def site(self) -> Path:
        return self.root / "live" / "site"

    @property
    def database(self) -> Path:
        return self.root / "live" / "data" / "shop.db"

    def run(self, *words: str, env: dict[str, str] | None = None, cwd: Path | None = None) -> Ended:
        done = subprocess.run(
            [str(SCRIPT), *words], cwd=cwd or self.root, env={**environment(), **(env or {})},
            capture_output=True, text=True, timeout=LIMIT, errors="replace", stdin=subprocess.DEVNULL,
        )  # fmt: skip
        return Ended(done.returncode, done.stdout, done.stderr)

    def start(self, *words: str, env: dict[str, str] | None = None) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(SCRIPT), *words], cwd=self.root, env={**environment(), **(env or {})}, text=True, errors="replace",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def git(self, *words: str) -> str:
        env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        return subprocess.run(["git", *WHO, *words], cwd=self.root, check=True, capture_output=True, env=env, text=True).stdout

    def commit(self, message: str = "next") -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def configure(self, **sections: Any) -> None:
        """Lay these over secure-release.yml, section by section; None takes a key away."""
        path = self.root / "secure-release.yml"
        path.write_text(yaml.safe_dump(_laid_over(yaml.safe_load(path.read_text()), sections)), encoding="utf-8")

    def release(self, version: str) -> None:
        """Commit a new version, ready to be released."""
        self.write("VERSION", f"{version}\n")
        self.commit(version)

    def answers(self) -> str:
        """The version that answers on the port, or "" when nothing does."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=3) as answer:
                return str(json.load(answer)["version"])
        except (urllib.error.URLError, OSError, ValueError):
            return ""

    def current(self) -> str:
        """The version that `current` leads to, or ""."""
        link = self.site / "current"
        return (link / "VERSION").read_text().strip() if link.exists() else ""

    def orders(self) -> int:
        with sqlite3.connect(self.database) as connection:
            return int(connection.execute("select count(*) from orders").fetchone()[0])

    def runs(self) -> list[Path]:
        return sorted((self.root / ".secure-release" / "runs").glob("*"))

    def journal(self, run: Path | None = None) -> list[dict[str, Any]]:
        path = (run or self.runs()[-1]) / "journal.jsonl"
        lines = path.read_bytes().split(b"\n") if path.exists() else []
        return [json.loads(line) for line in lines[:-1]]

    def verdict(self, run: Path | None = None) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(((run or self.runs()[-1]) / "verdict.json").read_text())
        return loaded

    def outcomes(self, run: Path | None = None) -> dict[str, str]:
        """Stage to outcome, as the journal says."""
        return {e["stage"]: e["data"]["outcome"] for e in self.journal(run) if e["kind"] == "stage-finished"}

    def wait_for(self, kind: str, stage: str, process: subprocess.Popen[str], limit: float = 60.0) -> bool:
        """Until the newest journal holds such a line; False when the process ended first."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            if self.runs() and any(e["kind"] == kind and e["stage"] == stage for e in self.journal()):
                return True
            if process.poll() is not None:
                return False
            time.sleep(0.01)
        raise AssertionError(f"no {kind} of {stage} within {limit} s")

    def left_behind(self) -> list[str]:
        """What a run should not leave: scratch folders, clones, unfinished releases, processes of it."""
        pointers = [str(p.readlink()) for p in (self.root / ".secure-release" / "scratch").glob("*") if p.readlink().exists()]
        unfinished = [str(p) for p in self.site.glob("releases/.new-*")]
        return [*pointers, *unfinished]

    def stop(self) -> None:
        """Not a stranger that got its number after it ended."""
        written = self.site / "webshop.pid"
        if written.exists() and (match := re.match(r"(\d+) (\d+) ", written.read_text())):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                fields = Path(f"/proc/{match[1]}/stat").read_text(errors="replace").rpartition(")")[2].split()
                if fields[19] == match[2]:  # proc(5): when it was started
                    os.kill(int(match[1]), signal.SIGKILL)


def make_shop(folder: Path) -> Shop:
    """The example as a project of its own, on a free port, with its live data and a key for its backups."""
    root = folder / "mein lädchen"
    shutil.copytree(EXAMPLE, root, ignore=shutil.ignore_patterns(".venv", "live", "__pycache__", ".secure-release", "*.pyc", ".pytest_cache"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    shop = Shop(root, port)
    config = (root / "secure-release.yml").read_text()
    (root / "secure-release.yml").write_text(config.replace("8765", str(port)))
    (root / ".gitignore").write_text("live/\n.venv/\n__pycache__/\n.pytest_cache/\n.secure-release/\n")
    subprocess.run([str(root / "deploy" / "setup-live")], check=True, capture_output=True, env=environment())
    shop.git("init", "-q")
    shop.commit("first")
    made = shop.run("backup-key", "--out", "live/backup-key")
    assert made.code == 0, made
    return shop


# A release that is quick to run, and real all the same: one scanner, one quick probe, no patch test.
QUICK: dict[str, Any] = {
    "scan": {"skip": ["semgrep", "secrets", "pip-audit", "workflows", "sbom"]},
    "policy": {"require": ["bandit", "clock"], "patch_test": "off"},
    "verify": {"watch": {"for": "1s", "every": "1s"}},
}


def environment() -> dict[str, str]:
    hidden = ("SECURE_RELEASE_TRUST", "PYTHONPATH", "CI", "GITHUB_ACTIONS")
    return {name: value for name, value in os.environ.items() if name not in hidden}


def _laid_over(below: Any, above: Any) -> Any:
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    merged = {**below, **{name: _laid_over(below.get(name), value) for name, value in above.items()}}
    return {name: value for name, value in merged.items() if value is not None}

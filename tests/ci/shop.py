"""A release for the templates to carry out: the webshop made cheap, its world outside the checkout, and five ways to end.

    world = make_world(tmp_path, installed, Scenario.VERIFY_FAILS)   # 1.1.0 stands, 1.2.0 is committed
    ... run a template on world.root, with world.env() as the environment ...
    assert world.stands() == ENDS[Scenario.VERIFY_FAILS].stands

CI jobs work on copies of the checkout, so everything that must outlive them (site, data, backups, key) lies beside it.
There is no server: `restart` writes the version to `site/answers`, and the probe reads it there.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

HOUSE = Path(__file__).parent.parent.parent
EXAMPLE = HOUSE / "examples" / "webshop"
WHO = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false")
# What the machine that runs the tests knows of CI and must not tell the jobs.
HIDDEN = ("SECURE_RELEASE_", "GITHUB_", "RUNNER_", "JENKINS_", "BUILD_", "CODEBUILD_", "ACT", "CI", "PYTHONPATH", "VIRTUAL_ENV")
OLD, NEW = "1.1.0", "1.2.0"
FAST = ("bandit", "secrets", "workflows", "sbom", "clock")  # the checks that need no second each


class Scenario(StrEnum):
    """How the release of `NEW` goes. In all but the first it must not stand afterwards."""

    GREEN = "green"
    RED = "gate red by a planted finding"
    BROKEN = "a scanner is broken"
    DEPLOY_FAILS = "deploy fails"
    VERIFY_FAILS = "verify fails"


@dataclass(frozen=True)
class Stands:
    """What the world looks like: which version answers, and which tree the link leads to. "" when there is none."""

    answers: str
    current: str


@dataclass(frozen=True)
class End:
    """How a scenario must end: the verdict, the exit code that every CI must show as its own, and the world."""

    outcome: str
    code: int
    stands: Stands


ENDS = {
    Scenario.GREEN: End("passed", 0, Stands(NEW, NEW)),
    Scenario.RED: End("refused", 10, Stands(OLD, OLD)),
    Scenario.BROKEN: End("incomplete", 20, Stands(OLD, OLD)),
    Scenario.DEPLOY_FAILS: End("rolled back", 30, Stands(OLD, OLD)),
    Scenario.VERIFY_FAILS: End("rolled back", 30, Stands(OLD, OLD)),
}

RESTART = """#!/bin/sh
# A stand-in for a server: `answers` holds what would be answered. A version that deploy/broken names does not start.
[ -n "$RELEASE" ] || { rm -f "$SITE/answers"; exit 0; }
version=$(cat "$RELEASE/VERSION")
if grep -qxF "$version" deploy/broken; then echo "version $version does not start" >&2; exit 7; fi
echo "$version" > "$SITE/answers"
"""
HEALTHY = """#!/bin/sh
# Something answers at the site $1, and deploy/sick does not name it.
answer=$(cat "$1/answers") && [ -n "$answer" ] && ! grep -qxF "$answer" deploy/sick
"""
FINDING = "import subprocess\n\n\ndef go(x: str) -> None:\n    subprocess.call(x, shell=True)\n"
FINDING_AT = ("webshop/planted.py", 5)
NO_SCANNER = "#!/bin/sh\n[ \"$1\" = --version ] && echo 'bandit 1.9.4'\nexit 0\n"  # says that it looked, and wrote nothing


@dataclass(frozen=True)
class Ended:
    """How one call of a command ended."""

    code: int
    out: str
    err: str

    def __str__(self) -> str:
        return f"exit {self.code}\n{self.out}\n{self.err}"


@dataclass(frozen=True)
class World:
    """A repository on branch `main` with an `origin`, and beside it all that a release changes."""

    root: Path  # the repository that CI checks out
    outside: Path  # site/, data/, backups/, key/
    venv: Path  # holds the wheel of this tree

    @property
    def site(self) -> Path:
        return self.outside / "site"

    @property
    def bin(self) -> Path:
        return self.venv / "bin"

    def env(self, **more: str) -> dict[str, str]:
        """For everything that plays a CI job: `secure-release` on PATH, nothing of the CI that runs the tests."""
        mine = {name: value for name, value in os.environ.items() if not name.startswith(HIDDEN)}
        return {**mine, "PATH": f"{self.bin}{os.pathsep}{mine['PATH']}", "GIT_CONFIG_GLOBAL": os.devnull, **more}

    def run(self, *words: str, cwd: Path | None = None, **env: str) -> Ended:
        """The real command, as a job calls it, in the repository or in a job's own checkout."""
        done = subprocess.run(
            ["secure-release", *words], cwd=cwd or self.root, env=self.env(**env), timeout=600,
            capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL,
        )  # fmt: skip
        return Ended(done.returncode, done.stdout, done.stderr)

    def checkout(self, folder: Path) -> Path:
        """What a job on another machine has: a fresh clone of `main`, and no state of ours."""
        self.git("clone", "-q", "--no-local", str(self.root), str(folder))
        return folder

    def stands(self) -> Stands:
        """What became of the world."""
        return Stands(_text(self.site / "answers"), _text(self.site / "current" / "VERSION"))

    def generations(self) -> int:
        """How many backups there are."""
        return len(json.loads(self.run("backups", "--format", "json").out)["generations"])

    def git(self, *words: str) -> str:
        env = self.env(GIT_CONFIG_SYSTEM=os.devnull)
        return subprocess.run(["git", *WHO, *words], cwd=self.root, check=True, capture_output=True, env=env, text=True).stdout

    def write(self, name: str, text: str, executable: bool = False) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        if executable:
            path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    def configure(self, **sections: Any) -> None:
        """Lay these over secure-release.yml, section by section; None takes a key away."""
        path = self.root / "secure-release.yml"
        path.write_text(yaml.safe_dump(_laid_over(yaml.safe_load(path.read_text()), sections)), encoding="utf-8")

    def commit(self, message: str = "next") -> None:
        """Commit everything, and push it to `origin`."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        self.git("push", "-q", "origin", "main")


def make_world(folder: Path, venv: Path, scenario: Scenario = Scenario.GREEN, live: bool = True) -> World:
    """The shop with `OLD` standing (`live=False`: nothing stands yet, 4 s less) and `NEW` committed, bound to end like `scenario`."""
    world = World(folder / "shop", folder / "outside", venv)
    shutil.copytree(EXAMPLE, world.root, ignore=shutil.ignore_patterns(".venv", "live", "__pycache__", ".secure-release", "*.pyc", ".pytest_cache"))
    for name in ("site", "data/uploads"):
        (world.outside / name).mkdir(parents=True)
    (world.outside / "data" / "uploads" / "hat.txt").write_text("green\n")
    world.write("deploy/restart", RESTART, executable=True)
    world.write("deploy/healthy", HEALTHY, executable=True)
    world.write("deploy/broken", "0.0.0\n")
    world.write("deploy/sick", "0.0.0\n")
    world.write("VERSION", f"{OLD}\n")
    world.configure(**cheap(world))
    world.git("init", "-q")
    world.git("init", "-q", "--bare", str(folder / "origin.git"))
    world.git("remote", "add", "origin", str(folder / "origin.git"))
    world.commit("first")
    _done(world.run("backup-key", "--out", str(world.outside / "key")))
    if live:
        _release_old(world)
    _doom(world, scenario)
    world.write("VERSION", f"{NEW}\n")
    world.commit(NEW)
    return world


def locally(world: World, folder: Path, shards: int = 2) -> Path:
    """The release as every template carries it out, by the tasks alone: each stage in a fresh clone, as if on a machine of its own,
    and only run folders travel. Returns the joined run, whose verdict.json says how it ended."""
    artifacts, run = folder / "artifacts", folder / "run"
    for index in range(1, shards + 1):
        _stage(world, folder, "scan", artifacts / f"shard-{index}", "--shard", f"{index}/{shards}")
    _stage(world, folder, "patch-test", artifacts / "patch-test")
    passed = _stage(world, folder, "gate", run, "--from", str(artifacts)) == 0
    for stage in ("backup", "deploy", "verify"):
        passed = passed and _stage(world, folder, stage, run) == 0
    if not passed:
        _stage(world, folder, "rollback", run)
    _stage(world, folder, "report", run)
    return run


def verdict(run: Path) -> dict[str, Any]:
    """What the run says, as its verdict.json has it."""
    said: dict[str, Any] = json.loads((run / "verdict.json").read_text())
    return said


def _stage(world: World, folder: Path, stage: str, run: Path, *more: str) -> int:
    machine = world.checkout(folder / f"machine {stage} {run.name}")
    code = world.run(stage, *more, "--run", str(run), cwd=machine).code
    shutil.rmtree(machine)
    return code


def cheap(world: World) -> dict[str, Any]:
    """The sections that make the release quick: the fast checks, no patch test, no server, and absolute paths."""
    return {
        "scan": {"skip": ["semgrep", "pip-audit"]},
        "policy": {"require": list(FAST), "patch_test": "off"},
        "backup": {
            "repository": str(world.outside / "backups"),
            "recipients_file": str(world.outside / "key" / "recipients.txt"),
            "sources": [{"name": "uploads", "type": "path", "path": str(world.outside / "data" / "uploads")}],
        },
        "deploy": {"site": str(world.site), "prepare": None, "restart": ["deploy/restart"], "env": None},
        "verify": {
            "probes": [{"name": "healthy", "command": ["deploy/healthy", str(world.site)], "within": "1s"}],
            "watch": {"for": "1s", "every": "1s"},
        },
    }


def _release_old(world: World) -> None:
    _done(world.run("run"))
    shutil.rmtree(world.root / ".secure-release")  # the jobs that follow have never been here
    assert world.stands() == Stands(OLD, OLD)


def _done(ended: Ended) -> None:
    assert ended.code == 0, ended


def _doom(world: World, scenario: Scenario) -> None:
    """Write down what makes the release of `NEW` end like this."""
    match scenario:
        case Scenario.GREEN:
            pass
        case Scenario.RED:
            world.write(FINDING_AT[0], FINDING)
        case Scenario.BROKEN:
            tool = world.outside / "bandit"
            tool.write_text(NO_SCANNER)
            tool.chmod(0o755)
            world.configure(tools={"bandit": str(tool)})
        case Scenario.DEPLOY_FAILS:
            world.write("deploy/broken", f"{NEW}\n")
        case Scenario.VERIFY_FAILS:
            world.write("deploy/sick", f"{NEW}\n")


def _text(path: Path) -> str:
    return path.read_text().strip() if path.exists() else ""


def _laid_over(below: Any, above: Any) -> Any:
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    merged = {**below, **{name: _laid_over(below.get(name), value) for name, value in above.items()}}
    return {name: value for name, value in merged.items() if value is not None}

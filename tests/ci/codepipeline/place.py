"""A pipeline on a world: the webshop with the template's files in it, the resolved stack, one instance, stand-ins for AWS."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.ci.shop import World

from .agent import Instance
from .orchestrator import Pipeline
from .written import write


@dataclass
class Place:
    world: World
    pipeline: Pipeline
    aws: Path  # where the stand-in for the AWS CLI keeps buckets and Security Hub
    bucket: str  # the one that keeps the reports

    def reports(self, execution: str, stage: str) -> Path:
        """A run folder as the pipeline keeps it."""
        return self.aws / "s3" / self.bucket / "runs" / execution / stage

    def verdict(self, execution: str, stage: str) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads((self.reports(execution, stage) / "verdict.json").read_text())
        return loaded

    def hosts(self, execution: str) -> list[str]:
        """The runs that instances handed back, as `reports` names them."""
        return [f"hosts/{path.name}" for path in sorted(self.reports(execution, "hosts").glob("*"))]

    def generations(self) -> int:
        return len(list((self.world.outside / "backups").rglob("*.age")))

    def imported(self) -> list[dict[str, Any]]:
        """What Security Hub was given."""
        return [one for path in sorted((self.aws / "securityhub").glob("*.json")) for one in json.loads(path.read_text())]

    def push(self, version: str, message: str = "next", files: dict[str, str] | None = None) -> None:
        """A new version on top of what the pipeline released first; whatever was pushed since is gone."""
        self.world.git("reset", "-q", "--hard", "base")
        for name, text in {"VERSION": f"{version}\n", **(files or {})}.items():
            self.world.write(name, text)
        self.world.git("add", "-A")
        self.world.git("commit", "-q", "-m", message)
        self.world.git("push", "-q", "--force", "origin", "HEAD:main")

    def doom(self, name: str, version: str) -> None:
        """From now on this version does not start (`broken`), or is not well (`sick`); 0.0.0: every one is fine."""
        (self.world.outside / name).write_text(f"{version}\n")

    def pwned(self) -> list[Path]:
        """What hostile text would have left, had it been run."""
        return [path for path in self.world.root.parent.rglob("pwned*") if ".git" not in path.parts]


RESTART = """#!/bin/sh
# A stand-in for a server: `answers` holds what would be answered. A version that the file `broken` names does not start.
[ -n "$RELEASE" ] || {{ rm -f "$SITE/answers"; exit 0; }}
version=$(cat "$RELEASE/VERSION")
if grep -qxF "$version" "{outside}/broken"; then echo "version $version does not start" >&2; exit 7; fi
echo "$version" > "$SITE/answers"
"""
HEALTHY = """#!/bin/sh
# Something answers at the site $1, and the file `sick` does not name it.
answer=$(cat "$1/answers") && [ -n "$answer" ] && ! grep -qxF "$answer" "{outside}/sick"
"""


def make_place(world: World, stack: dict[str, Any], folder: Path) -> Place:
    """`folder` becomes AWS: builds, buckets, and the instance's file system. What fails is told outside of the release, so that
    one release can be tried in more than one weather."""
    write(world.root)
    world.write("deploy/restart", RESTART.format(outside=world.outside), executable=True)
    world.write("deploy/healthy", HEALTHY.format(outside=world.outside), executable=True)
    world.configure(scan={"skip": ["semgrep", "pip-audit", "sbom", "workflows"]}, policy={"require": ["bandit", "secrets", "clock"]})
    for name in ("broken", "sick"):
        (world.outside / name).write_text("0.0.0\n")
    world.commit("the pipeline")
    world.git("tag", "base")
    aws = folder / "aws"
    (aws / "bin").mkdir(parents=True)
    standin = aws / "bin" / "aws"
    standin.write_text(f"#!{sys.executable}\n" + (Path(__file__).parent / "standin_aws.py").read_text())
    standin.chmod(0o755)
    home = folder / "home"
    home.mkdir()
    env = world.env(STANDIN_AWS=str(aws), HOME=str(home), GIT_CONFIG_SYSTEM="/dev/null")
    env["PATH"] = f"{aws / 'bin'}:{env['PATH']}"
    machine = folder / "machine"
    (machine / "opt" / "codedeploy-agent").mkdir(parents=True)
    kept = {**env, "SECURE_RELEASE_HOME": str(machine / "var" / "lib" / "secure-release" / "webshop")}
    (group,) = stack["recorded"]["AWS::CodeDeploy::DeploymentGroup"].values()
    rollback = group["AutoRollbackConfiguration"]
    automatic = str(rollback["Enabled"]).lower() == "true" and "DEPLOYMENT_FAILURE" in rollback["Events"]
    origin = world.root.parent / "origin.git"
    instance = Instance(machine, kept)
    pipeline = Pipeline(stack["pipeline"]["stages"], stack["projects"], automatic, str(origin), folder / "builds", env, instance)
    return Place(world, pipeline, aws, stack["resources"]["Reports"][1])


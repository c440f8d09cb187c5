"""The builds of one Jenkins, on one world: each of a branch of its own, one after the other, in one JVM."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.ci.shop import NEW, OLD, Scenario, World, doom, make_world

from .groovy import builds_ended, harness, rendered

TOKEN = "s3cr3t-0f-the-sh0p"
HOSTILE_NAME = "a\";touch${IFS}pwned;\"$(touch${IFS}pwned)`touch${IFS}pwned`'"  # git allows it as a branch and as a tag
HOSTILE_TEXT = "\"; touch pwned; \"\n$(touch pwned)\n`touch pwned`\n' ; touch pwned #\n${env.BRANCH_NAME}"

# One for each shard: what is looked at is not the matter here.
TWO_CHECKS: dict[str, Any] = {
    "scan": {"skip": ["semgrep", "pip-audit", "secrets", "workflows", "sbom"]},
    "policy": {"require": ["bandit", "clock"]},
}


@dataclass(frozen=True)
class Planned:
    """One build: what is wrong with its commit, and what happens to it while it runs."""

    id: str
    scenario: Scenario = Scenario.GREEN
    branch: str = "main"
    message: str = NEW
    answers: tuple[str, ...] = ("proceed",)
    lost: tuple[str, ...] = ()  # stashes that are gone
    abort: Mapping[str, Any] | None = None
    params: Mapping[str, str] | None = None
    environment: str = "'production'"
    shards: int = 1
    deploy: str = "env.BRANCH_NAME == 'main'"


PLANNED = (
    Planned("red", Scenario.RED, answers=()),
    Planned("broken", Scenario.BROKEN, answers=()),
    Planned("lost-shard", lost=("secure-release-scan-2",), answers=(), shards=2),
    Planned("deploy-fails", Scenario.DEPLOY_FAILS),
    Planned("verify-fails", Scenario.VERIFY_FAILS),
    Planned("aborted", abort={"during": "secure-release verify", "after": 500}),
    Planned("approval-refused", branch=HOSTILE_NAME, message=HOSTILE_TEXT, answers=("abort",), deploy="true"),
    Planned("hostile-parameter", answers=(), params={"TARGET": HOSTILE_TEXT}, environment="params.TARGET"),
    Planned("green", message=HOSTILE_TEXT, shards=2),  # the last: nothing else may let the new version stand
)


@dataclass(frozen=True)
class Built:
    """What became of one build."""

    ended: Mapping[str, Any]
    folder: Path

    @property
    def result(self) -> str:
        return str(self.ended["result"])

    @property
    def description(self) -> str:
        return str(self.ended["description"])

    @property
    def log(self) -> str:
        return str(self.ended["log"])

    @property
    def stands(self) -> tuple[str, str]:
        """The version that answered after this build, and the one that `current` led to."""
        answers, current = self.ended["after"]
        return answers.strip(), current.strip()

    def events(self, what: str) -> Iterator[Mapping[str, Any]]:
        return (event for event in self.ended["events"] if event["what"] == what)

    def tasks(self) -> list[str]:
        """The tasks that ran, in order, but for those of `parallel`: in any order there."""
        words = (event["script"].split() for event in self.events("sh"))
        return [word[1] for word in words if word[0] == "secure-release"]

    def codes(self) -> dict[str, int]:
        """Task to exit code."""
        return {event["script"].split()[1]: event["code"] for event in self.events("sh ended") if event["code"] is not None}


def build_all(folder: Path, installed: Path) -> None:
    """Makes the world, commits what each build is of, and runs them all."""
    world = make_world(folder, installed)
    base = world.git("rev-parse", "HEAD~1").strip()  # `OLD`, which stands
    harness(folder, [_described(world, folder, planned, base, number) for number, planned in enumerate(PLANNED, start=9)])


def all_built(folder: Path) -> dict[str, Built]:
    """What became of them, by their ids."""
    return {id: Built(ended, folder / "builds" / id) for id, ended in builds_ended(folder).items()}


def _described(world: World, folder: Path, planned: Planned, base: str, number: int) -> dict[str, Any]:
    world.git("checkout", "-q", "-B", "build", base)
    world.configure(**TWO_CHECKS)
    doom(world, planned.scenario)
    world.write("VERSION", f"{NEW}\n")
    world.write("build", f"{planned.id}\n")  # no two builds are of one commit
    world.git("add", "-A")
    world.git("commit", "-q", "--allow-empty", "-m", planned.message)
    world.git("branch", f"build-{number}")  # a clone has what branches lead to
    if planned.branch != "main":
        world.git("branch", planned.branch)
        world.git("tag", planned.branch)
    return {
        "id": planned.id,
        "folder": str(folder / "builds" / planned.id),
        "jenkinsfile": str(_jenkinsfile(folder / "templates" / planned.id, planned)),
        "libraries": {"secure-release@v0.1.0": str(folder / "templates" / planned.id)},
        "repository": str(world.root),
        "commit": world.git("rev-parse", "HEAD").strip(),
        "env": world.env(
            JENKINS_URL="http://jenkins.invalid/", BUILD_NUMBER=str(number), JOB_NAME=f"shop/{planned.branch}", BUILD_TAG=planned.branch,
            BRANCH_NAME=planned.branch, GIT_BRANCH=planned.branch, TAG_NAME=HOSTILE_NAME, CHANGE_TITLE=HOSTILE_TEXT,
            BUILD_URL=f"http://jenkins.invalid/job/shop/{number}/",
        ),
        "params": dict(planned.params or {}),
        "credentials": {"shop-token": TOKEN},
        "answers": list(planned.answers),
        "lost": list(planned.lost),
        "abort": planned.abort,
        "after": [["cat", str(world.site / "answers")], ["cat", str(world.site / "current" / "VERSION")]],
    }  # fmt: skip


def _jenkinsfile(folder: Path, planned: Planned) -> Path:
    """The one of the template, with what a user fills in."""
    path = rendered(folder) / "Jenkinsfile"
    text = path.read_text().replace("credentials: [:]", "credentials: [SHOP_TOKEN: 'shop-token']")
    text = text.replace("env.BRANCH_NAME == 'main'", planned.deploy)
    text = text.replace("shards: 2", f"shards: {planned.shards}")
    path.write_text(text.replace("environment: 'production'", f"environment: {planned.environment}"))
    return path


__all__ = ["HOSTILE_NAME", "NEW", "OLD", "TOKEN", "Built", "all_built", "build_all"]

"""The template, carried out by act: what its jobs say, and what became of the world."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.ci.shop import ENDS, FINDING_AT, NEW, Scenario, Stands, World, make_world

from .host import PUSH, GitHub, Ran, make_github, run
from .written import CALLER, for_act

pytestmark = pytest.mark.slow

JUDGED = ("scan 1 of 2", "scan 2 of 2", "patch-test", "gate")
DEPLOYING = ("backup", "deploy", "verify", "rollback")
# What the jobs after the gate say; a job that is not named must not have started. The job whose exit code is the verdict.
AFTER = {
    Scenario.GREEN: ({"backup": "success", "deploy": "success", "verify": "success"}, ""),
    Scenario.RED: ({}, "gate"),
    Scenario.BROKEN: ({}, "gate"),
    Scenario.DEPLOY_FAILS: ({"backup": "success", "deploy": "failure", "rollback": "failure"}, "rollback"),
    Scenario.VERIFY_FAILS: ({"backup": "success", "deploy": "success", "verify": "failure", "rollback": "failure"}, "rollback"),
}


def project(folder: Path, venv: Path, scenario: Scenario = Scenario.GREEN, live: bool = True) -> tuple[World, GitHub]:
    """A world whose repository has the template, and an empty GitHub."""
    world = make_world(folder, venv, scenario, live)
    written = world.run("init", "--ci", "github")
    assert written.code == 0, written
    for_act(world.root)
    world.commit("with the template")
    return world, make_github(folder / "github")


@pytest.mark.parametrize("scenario", Scenario)
def test_a_release_ends_on_github_as_the_table_says(tmp_path: Path, installed: Path, scenario: Scenario) -> None:
    """On a branch, with a tag and a message, that would do harm where a shell reads them."""
    world, github = project(tmp_path, installed, scenario)
    end, (after, judge) = ENDS[scenario], AFTER[scenario]
    push = push_hostile(world, tmp_path / "pwned")

    ran = run(world, github, told=push)

    assert {name: ran.jobs.get(name) for name in DEPLOYING if started(ran, name)} == after, ran
    assert (ran.code == 0) == (end.code == 0), ran
    assert judge == "" or end.code in ran.exits[judge], ran
    assert world.stands() == end.stands
    assert not (tmp_path / "pwned").exists(), ran
    reported(github, ran, end.outcome)


def reported(github: GitHub, ran: Ran, outcome: str) -> None:
    """The report is there for people and machines, the findings are sent, the verdict is signed, whatever it says."""
    assert ran.jobs["report"] == ran.jobs["publish"] == "success", ran
    assert github.verdict()["outcome"] == outcome
    kept = {path.name for path in github.artifact("secure-release-report").iterdir()}
    assert kept >= {"report.html", "report.md", "findings.sarif", "junit.xml", "verdict.json"}, kept
    assert {"secure-release/bandit", "secure-release/secrets"} <= set(github.code_scanning())
    assert github.attested() == [hashlib.sha256((github.artifact("secure-release-report") / "verdict.json").read_bytes()).hexdigest()]
    assert lasting((github.artifact("secure-release-report") / "report.md").read_text()) in lasting(ran.summary)


def lasting(report: str) -> str:
    """The Markdown without what the making of the report itself adds to it."""
    return "\n".join(line for line in report.splitlines() if not line.startswith(("| report |", "Journal ")))


def test_a_shard_that_vanishes_makes_the_gate_incomplete(tmp_path: Path, installed: Path) -> None:
    world, github = project(tmp_path, installed, live=False)
    github.loses("scan secure-release-part-scan-2")

    ran = run(world, github)

    assert ran.jobs["scan 2 of 2"] == "success" and ran.jobs["gate"] == "failure", ran
    assert 20 in ran.exits["gate"]
    assert "deploy" not in ran.jobs and world.stands() == Stands("", "")
    assert github.verdict()["outcome"] == "incomplete"


def test_a_deploy_whose_runner_is_lost_is_not_called_taken_back(tmp_path: Path, installed: Path) -> None:
    """And GitHub takes neither findings nor attestations here: that is said, and stops nothing."""
    world, github = project(tmp_path, installed, live=False)
    github.loses("deploy secure-release-run")
    github.refuses("no-code-scanning")
    github.refuses("no-attestations")

    ran = run(world, github)

    assert world.stands() == Stands(NEW, NEW)  # the journal that knew the way back is gone
    assert ran.jobs["verify"] == ran.jobs["rollback"] == "failure", ran
    assert 31 in ran.exits["rollback"] and "the runner was lost" in ran.log
    assert ran.jobs["publish"] == "success" and "The verdict is not attested" in ran.log
    assert "Code scanning does not have the findings" in ran.log


FORK = {"pull_request": {"head": {"ref": "change", "repo": {"fork": True}}, "base": {"ref": "main"}}}


def test_a_pull_request_of_a_fork_is_judged_by_the_law_of_its_base_and_deploys_nothing(tmp_path: Path, installed: Path) -> None:
    world, github = project(tmp_path, installed, Scenario.RED, live=False)
    base = world.git("rev-parse", "HEAD").strip()
    world.configure(policy={"refuse": "critical"})
    world.commit("a change that lets itself in")
    told: Any = json.loads(json.dumps(FORK))
    told["pull_request"]["base"]["sha"] = base

    ran = run(world, github, "pull_request", {**PUSH, **told})

    assert ran.jobs["gate"] == "failure" and 10 in ran.exits["gate"], ran
    assert f"::error file={FINDING_AT[0]},line={FINDING_AT[1]}," in ran.log
    assert not any(started(ran, name) for name in DEPLOYING)
    assert github.code_scanning() == github.attested() == []
    assert ran.jobs["publish"] == "success" and "Code scanning does not have the findings" in ran.log


def hostile(mark: Path) -> tuple[str, str]:
    """A name for a branch or a tag, and a text, which make the file `mark` wherever a shell reads them."""
    name = f'x";touch${{IFS}}{mark};"$(touch${{IFS}}{mark})`touch${{IFS}}{mark}`'
    return name, f'x"; touch {mark}; "$(touch {mark})\n\n`touch {mark}`\n; touch {mark}\n::set-output name=x::y'


def push_hostile(world: World, mark: Path) -> dict[str, object]:
    """Commit, tag and branch so; and what GitHub would tell about the push."""
    name, text = hostile(mark)
    world.git("checkout", "-q", "-b", name)
    world.git("commit", "-q", "--allow-empty", "-m", text)
    world.git("tag", f"v{name}")
    return {**PUSH, "ref": f"refs/heads/{name}", "head_commit": {"message": text}, "pusher": {"name": text}}


def test_hostile_inputs_do_nothing(tmp_path: Path, installed: Path) -> None:
    world, github = project(tmp_path, installed, live=False)
    _, text = hostile(tmp_path / "pwned")
    caller = world.root / CALLER
    lines = [line for line in caller.read_text().splitlines() if not line.startswith("      trust:")]
    given = "\n".join(f"      {name}: {json.dumps(text)}" for name in ("trust", "setup", "environment"))
    caller.write_text("\n".join((*lines, given, "")))
    world.commit("hostile inputs")

    ran = run(world, github)

    assert not (tmp_path / "pwned").exists(), ran
    assert ran.jobs["gate"] == "failure" and "backup" not in ran.jobs, ran
    assert world.stands() == Stands("", "")


CARELESS = """on: push
jobs:
  careless:
    runs-on: ubuntu-24.04
    steps:
      - run: echo "${{ github.ref_name }}"
      - run: echo "${{ github.event.head_commit.message }}"
        if: ${{ always() }}
"""


def test_they_would_do_something_where_a_workflow_is_careless(tmp_path: Path, installed: Path) -> None:
    """So the two tests above can fail."""
    world, github = make_world(tmp_path, installed, live=False), make_github(tmp_path / "github")
    world.write(".github/workflows/careless.yml", CARELESS)
    push = push_hostile(world, tmp_path / "pwned")

    run(world, github, told=push)

    assert (tmp_path / "pwned").exists()


def started(ran: Ran, job: str) -> bool:
    return ran.jobs.get(job) not in (None, "skipped")

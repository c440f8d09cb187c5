"""The pipeline carried out, with the real buildspecs and hooks: what CI says, and what becomes of the world.

All tests of this file work on one world, where the pipeline has released 1.2.0; each pushes a version of its own.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.ci.shop import FINDING, FINDING_AT, NEW, NO_SCANNER, Stands, make_world

from .orchestrator import Execution
from .place import Place, make_place

pytestmark = pytest.mark.slow
FILES = {"report.html", "report.md", "findings.sarif", "junit.xml", "verdict.json", "journal.jsonl"}
STANDS = Stands(NEW, NEW)
ALL = ["Source", "Scan1", "Scan2", "PatchTest", "Gate", "Approve", "Backup", "Deploy", "Verify"]


HOSTILE = ('"; touch pwned; "', "$(touch pwned)", "`touch pwned`", "'; touch pwned; '")
BRANCH = 'x";touch${IFS}pwned;"$(touch${IFS}pwned)`touch${IFS}pwned`'
NEXT = "1.3.0"


@dataclass(frozen=True)
class Base:
    place: Place
    run: Execution  # how 1.2.0 went out


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, installed: Path, stack: dict[str, Any]) -> Base:
    """1.2.0 is released from a branch whose name is hostile, as is everything else that somebody who may push can name."""
    folder = tmp_path_factory.mktemp("pipeline")
    at = make_place(make_world(folder, installed, live=False), stack, folder)
    at.push(NEW, message="\n".join(("#{Gate.SAID}", *HOSTILE)), files={"docs/$(touch pwned).txt": "hostile\n"})
    at.world.git("-c", 'user.name=$(touch pwned)";touch pwned', "tag", "-a", "-m", HOSTILE[0], "$(touch${IFS}pwned)")
    at.world.git("push", "-q", "--tags", "origin", f"HEAD:refs/heads/{BRANCH}")
    stages = json.loads(json.dumps(at.pipeline.stages))
    stages[0]["actions"][0]["configuration"]["BranchName"] = BRANCH  # no parameter of ours would take it
    return Base(at, replace(at.pipeline, stages=stages).execute("e-base"))


@pytest.fixture
def at(base: Base) -> Iterator[Place]:
    """Where 1.2.0 stands, and nothing is on its way; in the end too."""
    assert base.place.world.stands() == STANDS, base.run
    yield base.place
    for name in ("broken", "sick"):
        base.place.doom(name, "0.0.0")
    assert base.place.pwned() == []


@pytest.fixture(scope="module")
def refused(base: Base) -> Execution:
    """1.3.0, good as it is, was not approved."""
    base.place.push(NEXT)
    return base.place.pipeline.execute("e-next", approve=lambda said, link: False)


@pytest.fixture(scope="module")
def packed(base: Base, refused: Execution) -> Execution:
    """1.3.0, asked again and approved, is backed up."""
    return base.place.pipeline.resume(refused, "e-packed", "Backup")


def unchanged(at: Place, deployments: int, generations: int) -> None:
    assert at.world.stands() == STANDS
    assert (len(at.pipeline.instance.deployments), at.generations()) == (deployments, generations)


def test_a_green_release_goes_out_and_tells_everybody(base: Base) -> None:
    at, run = base.place, base.run

    assert run.succeeded, run
    assert at.pwned() == []
    assert list(run.actions) == ALL
    assert at.world.stands() == STANDS
    for stage in ("gate", "backup", *at.hosts("e-base")):
        assert {path.name for path in at.reports("e-base", stage).iterdir()} >= FILES
    (host,) = at.hosts("e-base")
    assert at.verdict("e-base", host)["outcome"] == "passed"
    ((said, link),) = run.asked
    assert "exit 0" in said
    assert link.endswith(f"s3/object/{at.bucket}?region=eu-central-1&prefix=runs/e-base/gate/report.html")
    assert all(run.actions[name].reports for name in ("Scan1", "Scan2", "PatchTest", "Gate", "Backup", "Verify"))
    assert [events for one in at.pipeline.instance.deployments for events in one.events] == [
        (event, 0) for event in ("BeforeInstall", "AfterInstall", "ApplicationStart", "ValidateService")
    ]


def test_a_refused_release_stops_at_the_gate_and_the_report_is_there(at: Place) -> None:
    before = len(at.pipeline.instance.deployments), at.generations()
    at.push("1.3.0", files={FINDING_AT[0]: FINDING})

    run = at.pipeline.execute("e-red")

    assert run.red == ["Gate"], run  # the scans collected; the stage that they share with the gate is red
    assert list(run.actions) == ["Source", "Scan1", "Scan2", "PatchTest", "Gate"]
    assert "gate: exit 10" in run.actions["Gate"].log
    assert sorted(run.variables[f"{name}.SAID"].partition("exit ")[2] for name in ("Scan1", "Scan2")) == ["0", "10"]
    assert at.verdict("e-red", "gate")["exit_code"] == 10
    assert {path.name for path in at.reports("e-red", "gate").iterdir()} >= FILES
    assert b"planted.py" in b"".join(run.actions["Gate"].reports)
    assert [one["Resources"][0]["Id"] for one in at.imported() if one["Severity"]["Label"] == "HIGH"] == ["webshop/webshop/planted.py:5"]
    unchanged(at, *before)


def test_a_broken_scanner_is_no_answer(at: Place) -> None:
    before = len(at.pipeline.instance.deployments), at.generations()
    tool = at.world.outside / "bandit"
    tool.write_text(NO_SCANNER)
    tool.chmod(0o755)
    config = (at.world.root / "secure-release.yml").read_text()
    at.push("1.3.1", files={"secure-release.yml": f"{config}\ntools: {{bandit: {tool}}}\n"})

    run = at.pipeline.execute("e-broken")

    assert run.red == ["Gate"], run
    assert "gate: exit 20" in run.actions["Gate"].log
    assert at.verdict("e-broken", "gate")["exit_code"] == 20
    assert any(one["Title"] == "bandit gave no answer" for one in at.imported())
    unchanged(at, *before)


def test_without_an_approval_nothing_is_changed(at: Place, refused: Execution) -> None:
    assert refused.red == ["Approve"], refused
    assert list(refused.actions) == ALL[: ALL.index("Approve") + 1]
    assert refused.asked
    assert at.world.stands() == STANDS
    assert not at.reports("e-next", "backup").exists()


@pytest.mark.parametrize(("how", "event"), [("broken", "ApplicationStart"), ("sick", "ValidateService")], ids=["deploy-fails", "verify-fails"])
def test_what_does_not_hold_is_taken_back_by_us_and_then_by_codedeploy(at: Place, packed: Execution, how: str, event: str) -> None:
    assert packed.succeeded, packed
    at.doom(how, NEXT)
    before, execution = len(at.pipeline.instance.deployments), f"e-{how}"

    run = at.pipeline.resume(packed, execution, "Deploy", "Verify")

    assert run.red == ["Deploy"], run
    assert "Verify" not in run.actions
    failed, again = at.pipeline.instance.deployments[before:]
    assert failed.events[-1] == (event, 30), failed.log
    assert again.succeeded and again.events[-1] == ("ValidateService", 0), again.log
    assert at.world.stands() == STANDS
    (host,) = at.hosts("e-packed")  # as the bundle says, which was packed then
    assert at.verdict("e-packed", host)["outcome"] == "rolled back"
    assert {path.name for path in at.reports("e-packed", host).iterdir()} >= FILES


def test_what_a_dead_machine_left_open_is_taken_back_before_anything_else(at: Place, base: Base, packed: Execution) -> None:
    bundle = packed.artifacts["Bundle"]
    assert isinstance(bundle, Path)
    at.pipeline.instance.goes_down(bundle, after="ApplicationStart")
    assert at.world.stands() == Stands(NEXT, NEXT)  # and nobody has verified it

    run = at.pipeline.resume(base.run, "e-again", "Deploy")

    assert run.succeeded, run
    assert "rolled back" in run.actions["Deploy"].log.partition("[AfterInstall]")[0]
    assert at.world.stands() == STANDS


def test_what_stood_once_is_not_deployed_again_with_a_backup_of_another_day(at: Place, base: Base) -> None:
    """An alarm, or a person, makes CodeDeploy bring the revision before while the new one is verified and stands."""
    home = Path(at.pipeline.instance.env["SECURE_RELEASE_HOME"])
    kept = (home / "good").rename(home / "kept")  # as if another release had been verified since

    run = at.pipeline.resume(base.run, "e-old", "Deploy")

    kept.rename(home / "good")
    assert run.red == ["Deploy"], run
    assert "a backup of today" in run.actions["Deploy"].log
    assert at.world.stands() == STANDS


CRASHES = {
    "without a run folder": "exit 137\n",
    "with one that is not at its end": 'mkdir -p "$5" && head -c 40 /etc/os-release > "$5/journal.jsonl"; exit 137\n',
    "with a whole one": '"$REAL" "$@"; exit 1\n',
}


@pytest.mark.parametrize("how", CRASHES)
def test_a_scan_that_crashed_makes_the_gate_incomplete(base: Base, at: Place, tmp_path: Path, how: str) -> None:
    before = len(at.pipeline.instance.deployments), at.generations()
    crashing = tmp_path / "secure-release"
    crashing.write_text(f'#!/bin/bash\nREAL="{at.world.bin}/secure-release"\nif [ "$1" != scan ]; then exec "$REAL" "$@"; fi\n{CRASHES[how]}')
    crashing.chmod(0o755)
    pipeline = replace(at.pipeline, env={**at.pipeline.env, "PATH": f"{tmp_path}:{at.pipeline.env['PATH']}"})

    run = pipeline.resume(base.run, f"e-crash-{len(how)}", "Gate", only=("Scan2", "Gate"))

    assert run.red == ["Gate"], run
    assert run.variables["Scan2.SAID"] in ("scan 2/2: exit 137", "scan 2/2: exit 1")
    assert "gate: exit 20" in run.actions["Gate"].log
    assert "Scan2 holds no run" in at.reports(run.id, "gate").joinpath("report.md").read_text()
    unchanged(at, *before)


def test_a_shard_that_vanishes_makes_the_gate_incomplete(base: Base, at: Place) -> None:
    before = len(at.pipeline.instance.deployments), at.generations()
    lost = Execution("lost", artifacts={**base.run.artifacts, "Scan2": emptied(base.run.artifacts["Scan2"])}, variables=base.run.variables)

    run = at.pipeline.resume(lost, "e-vanished", "Gate", only=("Gate",))

    assert run.red == ["Gate"], run
    assert "gate: exit 20" in run.actions["Gate"].log
    assert "Scan2 holds no run" in at.reports("e-vanished", "gate").joinpath("report.md").read_text()
    unchanged(at, *before)


def emptied(artifact: object) -> Path:
    """An artifact that holds what its scan said, and no run."""
    assert isinstance(artifact, Path)
    other = artifact.with_name("emptied.zip")
    with zipfile.ZipFile(artifact) as whole, zipfile.ZipFile(other, "w") as rest:
        rest.writestr("said", whole.read("said"))
    return other


def test_a_hostile_parameter_does_nothing_but_shut_the_gate(base: Base, at: Place) -> None:
    stages = json.loads(json.dumps(at.pipeline.stages))
    (scan,) = (action for action in stages[1]["actions"] if action["name"] == "Scan1")
    scan["configuration"]["EnvironmentVariables"] = json.dumps([{"name": "SHARD", "type": "PLAINTEXT", "value": "1/2" + "\n".join(HOSTILE)}])

    run = replace(at.pipeline, stages=stages).resume(base.run, "e-shard", "Gate", only=("Scan1", "Gate"))

    assert run.red == ["Gate"], run
    assert "gate: exit 20" in run.actions["Gate"].log
    assert at.pwned() == []


def test_an_instance_that_hands_nothing_back_has_verified_nothing(base: Base, at: Place) -> None:
    run = at.pipeline.resume(base.run, "e-silent", "Verify")

    assert run.red == ["Verify"], run
    assert "verify: exit 20" in run.actions["Verify"].log


def test_a_report_that_can_not_be_kept_is_red(base: Base, at: Place) -> None:
    down = at.aws / "s3-is-down"
    down.touch()
    try:
        run = at.pipeline.resume(base.run, "e-down", "Gate", only=("Gate",))
    finally:
        down.unlink()

    assert run.red == ["Gate"], run

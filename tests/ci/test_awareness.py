"""The same release in every CI: one verdict and one exit code; only what is shown differs, and the release can't speak to the CI."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.pipeline.test_ci import obeyed

from .shop import FINDING, FINDING_AT, Ended, Scenario, World, make_world

pytestmark = pytest.mark.slow
HOSTILE = ("webshop/::set-output name=x::y.py", "  ::stop-commands::z.py", "webshop/##[add-mask]a,b%0A.py")
PLACES: dict[str, dict[str, str]] = {
    "local": {},
    "github": {"GITHUB_ACTIONS": "true", "CI": "true"},
    "jenkins": {"JENKINS_URL": "https://ci.example/", "CI": "true"},
    "codebuild": {"CODEBUILD_BUILD_ID": "shop:1", "CI": "true"},
}


def looked(world: World, folder: Path, env: dict[str, str]) -> list[Ended]:
    """scan and patch-test as jobs in this environment."""
    return [world.run(stage, "--run", str(folder), cwd=None, **env) for stage in ("scan", "patch-test")]


def decided(world: World, folder: Path, env: dict[str, str]) -> tuple[list[Ended], dict[str, object]]:
    """gate and report; what they said, and the verdict."""
    said = [world.run(stage, "--run", str(folder), cwd=None, **env) for stage in ("gate", "report")]
    verdict = json.loads((folder / "verdict.json").read_text())
    reasons = sorted(reason["text"] for reason in verdict["reasons"]["all"])
    return said, {"outcome": verdict["outcome"], "code": verdict["exit_code"], "reasons": reasons}


def test_one_verdict_in_every_ci_and_no_command_of_the_release(tmp_path: Path, installed: Path) -> None:
    world = make_world(tmp_path, installed, Scenario.RED, live=False)
    for name in HOSTILE:
        world.write(name, FINDING)
    world.git("checkout", "-q", "-b", "a;##error$(touch${IFS}pwned)")
    world.git("add", "-A")
    world.git("commit", "-q", "-m", "::error::from the message\r::warning::x")
    summary = tmp_path / "summary.md"

    before = looked(world, tmp_path / "looked", {**PLACES["github"], "GITHUB_STEP_SUMMARY": str(summary)})
    runs = {}
    for name, env in PLACES.items():
        shutil.copytree(tmp_path / "looked", tmp_path / name)
        runs[name] = decided(world, tmp_path / name, {**env, **({"GITHUB_STEP_SUMMARY": str(summary)} if name == "github" else {})})

    local_codes = [ended.code for ended in runs["local"][0]]
    assert [ended.code for ended in before] + local_codes == [10, 0, 10, 0], runs["local"]
    for name, (said, verdict) in runs.items():
        assert verdict == runs["local"][1], name
        assert [ended.code for ended in said] == local_codes, name
    for name in ("github", "jenkins", "codebuild"):
        said = [*runs[name][0], *(before if name == "github" else ())]
        lines = [line for ended in said for line in (*ended.out.split("\n"), *ended.err.split("\n"))]
        commands = [command for line in lines if (command := obeyed(line)) is not None]
        assert "\x1b" not in "".join(lines) and "\r" not in "".join(lines)
        if name == "github":
            assert {command[0] for command in commands} == {"error"}
            assert (FINDING_AT[0], str(FINDING_AT[1])) in {(at.get("file"), at.get("line")) for _, at, _ in commands}
            assert len(commands) == 4
        else:
            assert commands == []
    assert summary.read_text().count("# \u26d4 webshop 1.2.0: refused") == 2  # by the gate, and by the report

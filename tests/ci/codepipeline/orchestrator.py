"""A stand-in for CodePipeline: carries out the resolved pipeline with the real buildspecs and hooks, each in a fresh folder.

It is not CodePipeline: no roles, no queue, no retries. RULES says where each reading is from.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from .agent import Instance
from .buildspec import Built, build, unpack

REGION, ACCOUNT = "eu-central-1", "123456789012"
RULES = {
    "stages run one after the other; one that fails ends the execution": "codepipeline userguide/concepts",
    "actions of a stage run in the order of runOrder, equal ones side by side": "userguide/reference-pipeline-structure",
    "an action that failed hands on no artifact and no variable": "userguide/reference-variables",
    "#{Namespace.NAME} is filled in when an action starts; one that is not there fails the action": "userguide/reference-variables",
    "CODEBUILD_CLONE_REF: a CodeBuild action clones the repository; no other action can use it": "userguide/action-reference-CodestarConnectionSource",
    "PrimarySource names the input that the buildspec is in": "userguide/action-reference-CodeBuild",
}
REFERENCE = re.compile(r"#\{([A-Za-z0-9_.-]+)\}")
Approve = Callable[[str, str], bool]  # what the approver is told, and the link


@dataclass(frozen=True)
class Clone:
    """The artifact of a source action with CODEBUILD_CLONE_REF: a commit of a repository, no file."""

    repository: str
    commit: str


@dataclass(frozen=True)
class Done:
    """How one action ended."""

    succeeded: bool
    log: str
    reports: tuple[bytes, ...] = ()


@dataclass(repr=False)
class Execution:
    """One way through the pipeline."""

    id: str
    actions: dict[str, Done] = field(default_factory=dict)
    artifacts: dict[str, Clone | Path] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    @property
    def red(self) -> list[str]:
        return [name for name, done in self.actions.items() if not done.succeeded]

    @property
    def succeeded(self) -> bool:
        return not self.red

    def __repr__(self) -> str:
        return "\n".join(f"== {name}: {'green' if done.succeeded else 'RED'}\n{done.log}" for name, done in self.actions.items())


@dataclass
class Pipeline:
    """The pipeline as the stack resolved it, and the world that it works on."""

    stages: Sequence[Mapping[str, Any]]
    projects: Mapping[str, Mapping[str, Any]]  # by name
    rollback: bool  # the deployment group's automatic rollback on failure
    repository: str  # what the connection leads to
    work: Path
    env: Mapping[str, str]  # what every build has
    instance: Instance
    lose: Callable[[str, Path], None] = lambda name, artifact: None  # what happens to an artifact on its way

    def execute(self, id: str, approve: Approve = lambda said, link: True) -> Execution:
        """From the source to the first red action, or to the end."""
        return self._onward(Execution(id, variables={"codepipeline.PipelineExecutionId": id}), self.stages, approve)

    def resume(self, before: Execution, id: str, *stages: str, only: Sequence[str] = ()) -> Execution:
        """As when somebody retries these stages, with the artifacts and variables of an execution before. `only` these of their actions."""
        run = Execution(id, artifacts=dict(before.artifacts), variables={**before.variables, "codepipeline.PipelineExecutionId": id})
        chosen = [{**each, "actions": [a for a in each["actions"] if not only or a["name"] in only]} for each in self.stages if each["name"] in stages]
        return self._onward(run, chosen, lambda said, link: True)

    def _onward(self, run: Execution, stages: Sequence[Mapping[str, Any]], approve: Approve) -> Execution:
        for stage in stages:
            ordered = sorted(stage["actions"], key=lambda action: int(action.get("runOrder", 1)))
            for _, group in groupby(ordered, key=lambda action: int(action.get("runOrder", 1))):
                self._side_by_side(run, list(group), approve)
                if run.red:
                    return run
        return run

    def _side_by_side(self, run: Execution, actions: list[Mapping[str, Any]], approve: Approve) -> None:
        with ThreadPoolExecutor(len(actions)) as pool:
            for action, done in zip(actions, pool.map(lambda action: self._action(run, action, approve), actions), strict=True):
                run.actions[action["name"]] = done

    def _action(self, run: Execution, action: Mapping[str, Any], approve: Approve) -> Done:
        try:
            configuration = {key: _filled(run, value) for key, value in action["configuration"].items()}
        except KeyError as problem:
            return Done(False, f"a variable is not there: {problem}")
        match action["actionTypeId"]["provider"]:
            case "CodeStarSourceConnection":
                return self._source(run, action, configuration)
            case "CodeBuild":
                return self._build(run, action, configuration)
            case "Manual":
                run.asked.append((configuration["CustomData"], configuration["ExternalEntityLink"]))
                return Done(approve(*run.asked[-1]), "asked")
            case "CodeDeploy":
                (bundle,) = (run.artifacts[item["name"]] for item in action["inputArtifacts"])
                assert isinstance(bundle, Path), "only CodeBuild can use a clone"
                done = self.instance.release(bundle, self.rollback)
                return Done(done.succeeded, done.log)
            case other:
                raise AssertionError(f"no provider is called {other}")

    def _source(self, run: Execution, action: Mapping[str, Any], configuration: Mapping[str, str]) -> Done:
        assert configuration["OutputArtifactFormat"] == "CODEBUILD_CLONE_REF"
        branch = configuration["BranchName"]
        commit = self._git("rev-parse", f"refs/heads/{branch}").strip()
        message = self._git("log", "-1", "--format=%B", commit)
        (output,) = action["outputArtifacts"]
        run.artifacts[output["name"]] = Clone(self.repository, commit)
        said = {"CommitId": commit, "BranchName": branch, "CommitMessage": message}
        run.variables.update({f"{action['namespace']}.{name}": value for name, value in said.items()})
        return Done(True, commit)

    def _build(self, run: Execution, action: Mapping[str, Any], configuration: Mapping[str, str]) -> Done:
        place = self.work / run.id / action["name"]
        place.mkdir(parents=True)
        inputs = [item["name"] for item in action["inputArtifacts"]]
        primary = configuration["PrimarySource"] if len(inputs) > 1 else inputs[0]
        source = self._laid_out(run.artifacts[primary], place / "src")
        beside = {f"CODEBUILD_SRC_DIR_{name}": str(self._laid_out(run.artifacts[name], place / name)) for name in inputs if name != primary}
        project = self.projects[configuration["ProjectName"]]
        spec = yaml.safe_load((source / project["source"]["buildspec"]).read_text())
        outputs = [item["name"] for item in action.get("outputArtifacts", ())]
        into = place / f"{outputs[0]}.zip" if outputs else None
        built = build(spec, source, {**self._environment(run, project, configuration), **beside}, into)
        if built.succeeded:
            self._hand_on(run, action, built, outputs)
        return Done(built.succeeded, built.log, built.reports)

    def _hand_on(self, run: Execution, action: Mapping[str, Any], built: Built, outputs: Sequence[str]) -> None:
        if outputs:
            assert built.artifact is not None
            self.lose(outputs[0], built.artifact)
            run.artifacts[outputs[0]] = built.artifact
        if "namespace" in action:
            run.variables.update({f"{action['namespace']}.{name}": value for name, value in built.exported.items()})

    def _environment(self, run: Execution, project: Mapping[str, Any], configuration: Mapping[str, str]) -> dict[str, str]:
        """What a build sees; an action's variables win over the project's."""
        mine = {item["name"]: item["value"] for item in project["environment"].get("environmentVariables", ())}
        more = {item["name"]: item["value"] for item in json.loads(configuration.get("EnvironmentVariables", "[]"))}
        build = f"{configuration['ProjectName']}:{run.id}"
        return {
            **self.env,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "CODEBUILD_BUILD_ID": build,
            "CODEBUILD_BUILD_ARN": f"arn:aws:codebuild:{REGION}:{ACCOUNT}:build/{build}",
            "CODEBUILD_INITIATOR": f"codepipeline/{configuration['ProjectName']}",
            "CODEBUILD_RESOLVED_SOURCE_VERSION": run.variables["Source.CommitId"],
            **mine,
            **more,
        }

    def _laid_out(self, artifact: Clone | Path, into: Path) -> Path:
        if isinstance(artifact, Path):
            return unpack(artifact, into)
        subprocess.run(["git", "clone", "--quiet", "--no-local", artifact.repository, str(into)], check=True, env=dict(self.env), capture_output=True)
        subprocess.run(["git", "checkout", "--quiet", "--detach", artifact.commit], cwd=into, check=True, env=dict(self.env), capture_output=True)
        return into

    def _git(self, *words: str) -> str:
        return subprocess.run(["git", *words], cwd=self.repository, check=True, env=dict(self.env), capture_output=True, text=True).stdout


def _filled(run: Execution, text: str) -> str:
    return REFERENCE.sub(lambda found: run.variables[found[1]], text)

"""The AWS template as it is written: cfn-lint, checkov and our own rules find nothing, and find every planted defect."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from . import agent, buildspec, lint_specs, lint_template, orchestrator, tools
from .written import write

SPECS = ("scan", "patch-test", "gate", "backup", "verify")
SKIPPED = {"CKV_AWS_18"}  # with its reason, in the template


@dataclass(frozen=True)
class Defect:
    """One line of the template made wrong, and who must find it, by which rule."""

    tool: str
    rule: str
    file: str
    was: str
    becomes: str


DEFECTS = {
    "an artifact that nobody makes": Defect("cfn-lint", "E3701", "pipeline.yml", "InputArtifacts: [{Name: Source}, {Name: Run}]", "InputArtifacts: [{Name: Source}, {Name: Ran}]"),
    "a property that does not exist": Defect("cfn-lint", "E3002", "pipeline.yml", "QueuedTimeoutInMinutes: 60", "QueueTimeoutInMinutes: 60"),
    "a reference to nothing": Defect("cfn-lint", "E1020", "pipeline.yml", "GroupName: !Ref GateLogs", "GroupName: !Ref GatesLogs"),
    "a key that is not rotated": Defect("checkov", "CKV_AWS_7", "pipeline.yml", "EnableKeyRotation: true", "EnableKeyRotation: false"),
    "a bucket that may become public": Defect("checkov", "CKV_AWS_53", "pipeline.yml", "BlockPublicAcls: true", "BlockPublicAcls: false"),
    "a bucket without versions": Defect("checkov", "CKV_AWS_21", "pipeline.yml", "VersioningConfiguration: {Status: Enabled}", "VersioningConfiguration: {Status: Suspended}"),
    "logs in the clear": Defect("checkov", "CKV_AWS_158", "pipeline.yml", '/scan", RetentionInDays: !Ref LogDays, KmsKeyId: !GetAtt Key.Arn', '/scan", RetentionInDays: !Ref LogDays'),
    "a provider that does not exist": Defect("ours", "no such action type", "pipeline.yml", 'Provider: CodeDeploy, Version: "1"', 'Provider: CodeDeployer, Version: "1"'),
    "a role that may do everything": Defect("ours", "every resource", "pipeline.yml", "Resource: !GetAtt ScanReports.Arn", 'Resource: "*"'),
    "an action with a wildcard": Defect("ours", "a wildcard", "pipeline.yml", 'Action: "s3:PutObject"', 'Action: "s3:*"'),
    "a parameter that takes anything": Defect("ours", "takes anything", "pipeline.yml", '    AllowedPattern: "^[A-Za-z0-9_][A-Za-z0-9_./-]{0,99}$"\n', ""),
    "a parameter that takes a line break": Defect("ours", "takes what is hostile", "pipeline.yml", '"^[a-z][a-z0-9-]{0,39}$"', '"^[^$]+$"'),
    "a bucket that answers without TLS": Defect("ours", "without TLS", "pipeline.yml", 'Condition: {Bool: {"aws:SecureTransport": "false"}}', 'Condition: {Bool: {"aws:SecureTransport": "true"}}'),
    "a gate that does not wait": Defect("ours", "beside the gate", "pipeline.yml", "RunOrder: 2", "RunOrder: 1"),
    "a gate that misses the patch test": Defect("ours", "not given everything", "pipeline.yml", "                - {Name: PatchTest}\n", ""),
    "a deployment that stays where it failed": Defect("ours", "not rolled back", "pipeline.yml", "[DEPLOYMENT_FAILURE, DEPLOYMENT_STOP_ON_ALARM,", "[DEPLOYMENT_STOP_ON_ALARM,"),
    "a build that goes on after a failure": Defect("ours", "a command begins with", "buildspec-backup.yml", "set -euo pipefail\n        mkdir", "mkdir"),
    "a swallowed exit code": Defect("ours", "swallowed", "buildspec-gate.yml", "--run .secure-release/hand-on/run || said=$?", "--run .secure-release/hand-on/run || true"),
    "a variable that nobody gives": Defect("ours", "nowhere given", "buildspec-gate.yml", "$EXECUTION/gate", "$EXECUTON/gate"),
    "something published after a red build": Defect("ours", "phases beside", "buildspec-backup.yml", "reports:\n", "  post_build:\n    commands: [aws s3 sync . s3://site]\nreports:\n"),
    "a report format that does not exist": Defect("ours", "no known format", "buildspec-scan.yml", "JUNITXML", "JUNIT"),
    "a hook that CodeDeploy never calls": Defect("ours", "is not known", "appspec.yml", "ValidateService:", "ValidateServices:"),
    "a script that is not there": Defect("ours", "no such script", "appspec.yml", "hooks/after-install.sh", "hooks/after.sh"),
    "a hook that is given two hours": Defect("ours", "more than 3600 s", "appspec.yml", "timeout: 900", "timeout: 7200"),
    "a script that goes on after a failure": Defect("ours", "goes on after a failure", "hooks/after-install.sh", "set -euo pipefail\n", ""),
    "a script that bash can't read": Defect("ours", "bash can't read", "hooks/before-install.sh", "esac\n", ""),
}  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path)
    return tmp_path


def place(project: Path, name: str) -> Path:
    return project / "ci" / "codepipeline" / name


def cfn_lint(*templates: Path) -> dict[Path, set[str]]:
    """Rules that are broken, by file."""
    words = [str(tools.aws() / "cfn-lint"), "--format", "json", "--regions", "eu-central-1", "--", *map(str, templates)]
    done = subprocess.run(words, capture_output=True, text=True)
    found: dict[Path, set[str]] = {template: set() for template in templates}
    for one in json.loads(done.stdout or "[]"):
        found[Path(one["Filename"])].add(one["Rule"]["Id"])
    assert bool(done.returncode) is any(found.values()), done.stderr
    return found


def checkov(folder: Path) -> tuple[dict[str, set[str]], set[str], int]:
    """Checks that failed, by file name; those that were skipped; how many passed."""
    words = [str(tools.checkov() / "checkov"), "-d", str(folder), "--framework", "cloudformation", "--skip-download", "-o", "json", "--compact"]
    done = subprocess.run(words, capture_output=True, text=True)
    said: Any = json.loads(done.stdout)
    found: dict[str, set[str]] = {}
    for one in said["results"]["failed_checks"]:
        found.setdefault(Path(one["file_path"]).name, set()).add(one["check_id"])
    return found, {one["check_id"] for one in said["results"]["skipped_checks"]}, said["summary"]["passed"]


def ours(project: Path) -> list[str]:
    """Everything that our own rules say of all files together."""
    template = lint_template.read(place(project, "pipeline.yml").read_text())
    found = list(lint_template.offences(template))
    for name in SPECS:
        spec = yaml.safe_load(place(project, f"buildspec-{name}.yml").read_text())
        found += [f"buildspec-{name}.yml: {said}" for said in lint_specs.buildspec(spec, given(template, name))]
    folder = place(project, "")
    found += lint_specs.appspec(yaml.safe_load((folder / "appspec.yml").read_text()), folder)
    return [*found, *lint_specs.shell((folder / "hooks" / "release.sh").read_text())]


def given(template: dict[str, Any], stage: str) -> set[str]:
    """The variables that the project and the pipeline's actions give to a build."""
    wanted = f"ci/codepipeline/buildspec-{stage}.yml"
    projects = lint_template.of_type(template, "AWS::CodeBuild::Project")
    (name,) = (name for name, one in projects.items() if one["Source"]["BuildSpec"] == wanted)
    (pipeline,) = lint_template.of_type(template, "AWS::CodePipeline::Pipeline").values()
    mine = {item["Name"] for item in projects[name]["Environment"].get("EnvironmentVariables", ())}
    for action in (action for each in pipeline["Stages"] for action in lint_template.actions(each)):
        if action["Configuration"].get("ProjectName") == {"Ref": name}:
            text = action["Configuration"].get("EnvironmentVariables", "[]")
            mine |= {item["name"] for item in json.loads(text["Fn::Sub"] if isinstance(text, dict) else text)}
    return mine


def planted(defect: Defect, project: Path) -> Path:
    path = place(project, defect.file)
    text = path.read_text()
    assert defect.was in text, defect.was
    path.write_text(text.replace(defect.was, defect.becomes, 1))
    return path


def test_our_rules_find_nothing(project: Path) -> None:
    assert ours(project) == []


@pytest.mark.parametrize("name", [name for name, defect in DEFECTS.items() if defect.tool == "ours"])
def test_our_rules_find(name: str, project: Path) -> None:
    planted(DEFECTS[name], project)

    assert [said for said in ours(project) if DEFECTS[name].rule in said]


@pytest.mark.parametrize("shards", [1, 2, 3])
def test_the_template_is_filled_in_for_so_many_shards(tmp_path: Path, shards: int) -> None:
    write(tmp_path, "tea-shop", shards)

    template = lint_template.read(place(tmp_path, "pipeline.yml").read_text())
    assert template["Parameters"]["Shards"]["Default"] == str(shards)
    assert template["Parameters"]["Name"]["Default"] == "tea-shop"
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and re.search("@@[A-Z]+@@", path.read_text())]


@pytest.mark.slow
def test_cfn_lint_finds_nothing_but_what_is_planted(tmp_path: Path) -> None:
    wanted, templates = many(tmp_path, "cfn-lint")

    found = cfn_lint(*templates.values())

    assert found.pop(templates["as it is"]) == set()
    assert {name: sorted(found[templates[name]]) for name in wanted} == {name: [DEFECTS[name].rule] for name in wanted}


@pytest.mark.slow
def test_checkov_finds_nothing_but_what_is_planted(tmp_path: Path) -> None:
    wanted, templates = many(tmp_path, "checkov")

    found, skipped, passed = checkov(tmp_path / "all")

    assert found.pop(templates["as it is"].name, set()) == set()
    assert {name: sorted(found[templates[name].name]) for name in wanted} == {name: [DEFECTS[name].rule] for name in wanted}
    assert skipped == SKIPPED
    assert passed > 100


def many(tmp_path: Path, tool: str) -> tuple[list[str], dict[str, Path]]:
    """The template as it is, and once for every defect that the tool must find, all in one folder."""
    wanted = [name for name, defect in DEFECTS.items() if defect.tool == tool]
    templates = {}
    (tmp_path / "all").mkdir()
    for number, name in enumerate(["as it is", *wanted]):
        write(tmp_path / str(number))
        path = planted(DEFECTS[name], tmp_path / str(number)) if name in DEFECTS else place(tmp_path / str(number), "pipeline.yml")
        templates[name] = path.rename(tmp_path / "all" / f"template-{number}.yml")
    return wanted, templates


def test_every_rule_of_a_stand_in_says_where_it_is_from() -> None:
    for module in (agent, buildspec, orchestrator, lint_specs, lint_template):
        assert module.RULES and all(source.strip() for source in module.RULES.values())

"""The stack stands in moto, with warnings as errors: every type is made, every reference resolved; updated, and gone again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from . import lint_template
from .conftest import PARAMETERS, created
from .written import TEMPLATES, write

pytestmark = pytest.mark.slow


def test_every_resource_is_made_and_resolved(stack: dict[str, Any]) -> None:
    template = lint_template.read((TEMPLATES / "pipeline.yml").read_text())
    wanted = {name for name, one in template["Resources"].items() if "Condition" not in one}

    assert stack["status"] == "CREATE_COMPLETE"
    assert stack["resources"].keys() == wanted
    assert "Ref" not in json.dumps(stack["pipeline"]) and "Fn::" not in json.dumps(stack["recorded"])


def test_the_pipeline_is_what_the_template_says(stack: dict[str, Any]) -> None:
    stages = {stage["name"]: [(a["name"], a["runOrder"]) for a in stage["actions"]] for stage in stack["pipeline"]["stages"]}

    assert stages == {
        "Source": [("Source", 1)],
        "Gate": [("Scan1", 1), ("Scan2", 1), ("PatchTest", 1), ("Gate", 2)],
        "Approve": [("Approve", 1)],
        "Backup": [("Backup", 1)],
        "Deploy": [("Deploy", 1)],
        "Verify": [("Verify", 1)],
    }
    assert stack["pipeline"]["artifactStore"]["location"] == stack["resources"]["Artifacts"][1]
    names = {a["configuration"]["ProjectName"] for s in stack["pipeline"]["stages"] for a in s["actions"] if "ProjectName" in a["configuration"]}
    assert names == stack["projects"].keys()


def test_every_build_has_a_role_and_a_log_group_of_its_own(stack: dict[str, Any]) -> None:
    roles = [project["serviceRole"] for project in stack["projects"].values()]
    logs = [project["logsConfig"]["cloudWatchLogs"]["groupName"] for project in stack["projects"].values()]

    assert len(set(roles)) == len(set(logs)) == 5


def test_a_report_group_is_where_codebuild_looks_for_it(stack: dict[str, Any]) -> None:
    groups = set(stack["recorded"]["AWS::CodeBuild::ReportGroup"])

    assert groups == {f"{project}-verdict" for project in stack["projects"]}


def test_no_role_may_do_everything_to_everything(stack: dict[str, Any]) -> None:
    wide = {
        action
        for policies in stack["roles"].values()
        for document in policies.values()
        for statement in document["Statement"]
        if statement["Resource"] == "*"
        for action in statement["Action"]
    }
    assert wide == lint_template.ONLY_LISTS


def test_another_number_of_shards_is_an_update_and_nothing_stays_behind(stack: dict[str, Any]) -> None:
    (gate,) = (stage for stage in stack["updated"]["stages"] if stage["name"] == "Gate")

    assert [action["name"] for action in gate["actions"]] == ["Scan1", "Scan2", "Scan3", "PatchTest", "Gate"]
    assert [item["name"] for item in gate["actions"][-1]["inputArtifacts"]] == ["Source", "PatchTest", "Scan1", "Scan2", "Scan3"]
    assert stack["left"] == []


def test_a_type_that_moto_does_not_know_is_an_error_here(tmp_path: Path) -> None:
    """Or CREATE_COMPLETE would mean nothing."""
    write(tmp_path)
    path = tmp_path / "ci" / "codepipeline" / "pipeline.yml"
    path.write_text(path.read_text().replace("AWS::Logs::LogGroup", "AWS::Logs::LogsGroup", 1))

    with pytest.raises(AssertionError, match="LogsGroup"):
        created(path, PARAMETERS)

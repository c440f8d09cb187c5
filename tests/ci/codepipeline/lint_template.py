"""What cfn-lint and checkov do not look at, or not as strictly as we promise. Returns sentences; none means nothing is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

RULES = {
    "providers": "codepipeline userguide/reference-pipeline-structure, valid action types and providers",
    "compute types and images": "codebuild userguide/build-env-ref-compute-types",
    "no * in a role": "issue 5; where AWS knows no resource-level permission a condition restricts it",
    "parameters": "issue 5: hostile parameters do nothing, so each has a pattern over its whole length, or a list",
    "the gate decides last": "pipeline.yml, first comment",
}
PROVIDERS = {
    ("Source", "AWS", "CodeStarSourceConnection", "1"),
    ("Build", "AWS", "CodeBuild", "1"),
    ("Approval", "AWS", "Manual", "1"),
    ("Deploy", "AWS", "CodeDeploy", "1"),
}
COMPUTE = {f"BUILD_GENERAL1_{size}" for size in ("SMALL", "MEDIUM", "LARGE", "XLARGE", "2XLARGE")}
ONLY_LISTS = {"ec2:DescribeInstances", "ec2:DescribeInstanceStatus", "tag:GetResources"}
ROLLBACK = {"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"}
HOSTILE = ('x"; touch pwned; "', "$(touch pwned)", "`touch pwned`", "a\ntouch pwned", "../../etc", "#{Source.CommitMessage}", "x y", "ü")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the quick one, where libyaml is
    """CloudFormation's short forms become the long ones."""


def _short(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _short)


def read(text: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(text, _Loader)
    return loaded


def of_type(template: Mapping[str, Any], kind: str) -> dict[str, Any]:
    return {name: one["Properties"] for name, one in template["Resources"].items() if one["Type"] == kind}


def offences(template: Mapping[str, Any]) -> Iterator[str]:
    yield from _parameters(template["Parameters"])
    yield from _pipeline(template)
    yield from _projects(template)
    yield from _kept(template)
    yield from _deployments(template)
    for name, document in policies(template):
        yield from (f"{name}: {said}" for statement in document["Statement"] for said in _statement(statement))


def policies(template: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every policy of a role or to be attached to one."""
    yield from ((name, one["PolicyDocument"]) for name, one in of_type(template, "AWS::IAM::ManagedPolicy").items())
    for name, role in of_type(template, "AWS::IAM::Role").items():
        yield from ((f"{name}/{one['PolicyName']}", one["PolicyDocument"]) for one in role["Policies"])


def _statement(statement: Mapping[str, Any]) -> Iterator[str]:
    actions, resources = (_list(statement[key]) for key in ("Action", "Resource"))
    if any("*" in action for action in actions):
        yield f"a wildcard in {actions}"
    if "*" in resources and not (set(actions) <= ONLY_LISTS and statement.get("Condition")):
        yield f"every resource, for {actions}"
    if statement["Effect"] != "Allow":
        yield "a deny hides what is allowed"


def _parameters(parameters: Mapping[str, Any]) -> Iterator[str]:
    for name, one in parameters.items():
        pattern = one.get("AllowedPattern")
        if not one.get("AllowedValues") and not (pattern and pattern.startswith("^") and pattern.endswith("$")):
            yield f"parameter {name} takes anything"
        elif pattern and any(re.fullmatch(pattern, hostile) for hostile in HOSTILE):
            yield f"parameter {name} takes what is hostile"
        if "Description" not in one:
            yield f"parameter {name} is not described"


def _pipeline(template: Mapping[str, Any]) -> Iterator[str]:
    (pipeline,) = of_type(template, "AWS::CodePipeline::Pipeline").values()
    if (pipeline.get("PipelineType"), pipeline.get("ExecutionMode")) != ("V2", "QUEUED"):
        yield "the pipeline is not V2 and QUEUED"
    stages = {stage["Name"]: actions(stage) for stage in pipeline["Stages"]}
    for action in (action for each in stages.values() for action in each):
        kind = action["ActionTypeId"]
        if (kind["Category"], kind["Owner"], kind["Provider"], kind["Version"]) not in PROVIDERS:
            yield f"{action['Name']}: no such action type: {kind}"
    *collect, gate = stages["Gate"]
    if gate["Name"] != "Gate" or any(action["RunOrder"] >= gate["RunOrder"] for action in collect):
        yield "something runs beside the gate, or after it, in its stage"
    handed = {item["Name"] for action in collect for item in action["OutputArtifacts"]}
    if {"Source", *handed} != {item["Name"] for item in artifacts(gate["InputArtifacts"])}:
        yield "the gate is not given everything that was collected"
    (approve,) = stages["Approve"]
    if "#{Gate.REPORT}" not in approve["Configuration"].get("ExternalEntityLink", "") or "NotificationArn" not in approve["Configuration"]:
        yield "the approver is not asked with a link to the report"
    if list(stages) != ["Source", "Gate", "Approve", "Backup", "Deploy", "Verify"]:
        yield f"the stages are {list(stages)}"


def _projects(template: Mapping[str, Any]) -> Iterator[str]:
    logs = of_type(template, "AWS::Logs::LogGroup")
    roles = [project["ServiceRole"]["Fn::GetAtt"] for project in of_type(template, "AWS::CodeBuild::Project").values()]
    if len({str(role) for role in roles}) != len(roles):
        yield "two projects share a role"
    for name, project in of_type(template, "AWS::CodeBuild::Project").items():
        environment = project["Environment"]
        if environment["ComputeType"] not in COMPUTE or environment["PrivilegedMode"] is not False:
            yield f"{name}: compute type, or privileged"
        if not {"TimeoutInMinutes", "QueuedTimeoutInMinutes", "EncryptionKey"} <= project.keys():
            yield f"{name}: no time limit, or no key"
        if project["LogsConfig"]["CloudWatchLogs"]["GroupName"].get("Ref") not in logs:
            yield f"{name}: its log group is not ours"
        if any(item["Type"] != "PLAINTEXT" for item in environment.get("EnvironmentVariables", ())):
            yield f"{name}: a secret in the environment"
    yield from (f"{name}: kept for ever, or in the clear" for name, one in logs.items() if not {"RetentionInDays", "KmsKeyId"} <= one.keys())


def _kept(template: Mapping[str, Any]) -> Iterator[str]:
    if not all(key.get("EnableKeyRotation") is True for key in of_type(template, "AWS::KMS::Key").values()):
        yield "a key is not rotated"
    tls = {one["Bucket"]["Ref"]: one["PolicyDocument"]["Statement"] for one in of_type(template, "AWS::S3::BucketPolicy").values()}
    for name, bucket in of_type(template, "AWS::S3::Bucket").items():
        closed = bucket.get("PublicAccessBlockConfiguration", {})
        if len(closed) != 4 or not all(value is True for value in closed.values()):
            yield f"{name} may become public"
        if bucket.get("VersioningConfiguration") != {"Status": "Enabled"}:
            yield f"{name} keeps no versions"
        if not any(one["Effect"] == "Deny" and one["Condition"] == {"Bool": {"aws:SecureTransport": "false"}} for one in tls.get(name, ())):
            yield f"{name} answers without TLS"
    for name, one in template["Resources"].items():
        if one["Type"] in ("AWS::S3::Bucket", "AWS::KMS::Key", "AWS::Logs::LogGroup") and one.get("DeletionPolicy") != "Retain":
            yield f"{name} goes with the stack"


def _deployments(template: Mapping[str, Any]) -> Iterator[str]:
    for name, group in of_type(template, "AWS::CodeDeploy::DeploymentGroup").items():
        rollback = group.get("AutoRollbackConfiguration", {})
        if rollback.get("Enabled") is not True or set(rollback["Events"]) != ROLLBACK:
            yield f"{name} is not rolled back in every case"
        if "AlarmConfiguration" not in group:
            yield f"{name} knows no alarm"


def actions(stage: Mapping[str, Any]) -> list[Any]:
    """Those of a stage, also where a condition decides whether they are there."""
    return [action["Fn::If"][1] if "Fn::If" in action else action for action in stage["Actions"]]


def artifacts(given: list[Any]) -> list[Any]:
    return [item["Fn::If"][1] if "Fn::If" in item else item for item in given]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]

"""Run by the environment that holds moto: `python -m inside.stack TEMPLATE PARAMETERS.json` prints what the stack became, as JSON.

moto skips resource types that it does not know with a warning and says CREATE_COMPLETE all the same. Warnings are errors
here, and `models.py` registers the types that it lacks.
"""

import ast
import json
import sys
import warnings
from pathlib import Path

import boto3
from moto import mock_aws

from .models import RECORDED

REGION = "eu-central-1"


def main(template, parameters):
    warnings.simplefilter("error", UserWarning)
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    cloud = boto3.client("cloudformation", REGION)
    cloud.create_stack(StackName="release", TemplateBody=template, Parameters=given, Capabilities=["CAPABILITY_IAM"])
    told = read_back(cloud)
    third = [{**item, "ParameterValue": "3"} if item["ParameterKey"] == "Shards" else item for item in given]
    # moto looks only at the text of a resource, not at its parameters, to tell what is to be updated
    later = template.replace("TimeoutInMinutes: 1440", "TimeoutInMinutes: 720")
    cloud.update_stack(StackName="release", TemplateBody=later, Parameters=third, Capabilities=["CAPABILITY_IAM"])
    told["updated"] = read_back(cloud)["pipeline"]
    cloud.delete_stack(StackName="release")
    told["left"] = [item["name"] for item in boto3.client("codepipeline", REGION).list_pipelines()["pipelines"]]
    told["left"] += boto3.client("codebuild", REGION).list_projects()["projects"]
    return told


def read_back(cloud):
    resources = cloud.describe_stack_resources(StackName="release")["StackResources"]
    (stack,) = cloud.describe_stacks(StackName="release")["Stacks"]
    builds = boto3.client("codebuild", REGION)
    (pipeline,) = boto3.client("codepipeline", REGION).list_pipelines()["pipelines"]
    iam = boto3.client("iam")
    return {
        "status": stack["StackStatus"],
        "resources": {item["LogicalResourceId"]: [item["ResourceType"], item["PhysicalResourceId"]] for item in resources if "LogicalResourceId" in item},
        "outputs": {item["OutputKey"]: item["OutputValue"] for item in stack["Outputs"]},
        "pipeline": boto3.client("codepipeline", REGION).get_pipeline(name=pipeline["name"])["pipeline"],
        "projects": {
            item["name"]: item for item in builds.batch_get_projects(names=builds.list_projects()["projects"])["projects"]
        },
        "roles": {
            role["RoleName"]: {
                name: document(iam.get_role_policy(RoleName=role["RoleName"], PolicyName=name)["PolicyDocument"])
                for name in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]
            }
            for role in iam.list_roles()["Roles"]
        },
        "recorded": json.loads(json.dumps(RECORDED)),
    }


def document(policy):
    """moto gives the text of a Python value back, not JSON."""
    return ast.literal_eval(policy) if isinstance(policy, str) else policy


if __name__ == "__main__":
    with mock_aws():
        said = main(Path(sys.argv[1]).read_text(), json.loads(Path(sys.argv[2]).read_text()))
    sys.stdout.write(json.dumps(said, default=str))

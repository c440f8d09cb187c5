"""The resource types that moto's CloudFormation lacks. Imported as `inside.models`: moto reads a second part of that name.

Four of them are made through moto's own API, so what is read back was checked by botocore's model of the real one. The
others are written down as they came, with every reference resolved.
"""

import json

import boto3
from moto.codebuild.models import codebuild_backends
from moto.codedeploy.models import codedeploy_backends
from moto.codepipeline.models import codepipeline_backends
from moto.core.common_models import CloudFormationModel

RECORDED = {}  # type -> name -> properties


def lower(value):
    """CloudFormation's Names are the API's names."""
    if isinstance(value, dict):
        return {key if key.isupper() else key[0].lower() + key[1:]: lower(item) for key, item in value.items()}
    return [lower(item) for item in value] if isinstance(value, list) else value


def without_nothing(value):
    """AWS::NoValue takes away what it stands for; moto leaves a None there."""
    if isinstance(value, dict):
        return {key: without_nothing(item) for key, item in value.items() if item is not None}
    return [without_nothing(item) for item in value if item is not None] if isinstance(value, list) else value


class Recorded:
    """Subclasses say their type, and which property names them ("": moto makes a name); what they are made with is kept."""

    kind, naming = "", ""

    def __init__(self, name, properties, region):
        self.name, self.properties, self.region = name, properties, region
        RECORDED.setdefault(self.kind, {})[name] = properties

    @property
    def physical_resource_id(self):
        return self.name

    @classmethod
    def cloudformation_type(cls):
        return cls.kind

    @classmethod
    def cloudformation_name_type(cls):
        return cls.naming

    @classmethod
    def has_cfn_attr(cls, attr):
        return attr == "Arn"

    def get_cfn_attribute(self, attribute):
        service, _, thing = self.kind.removeprefix("AWS::").lower().partition("::")
        return f"arn:aws:{service}:{self.region}:123456789012:{thing}/{self.name}"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        properties = without_nothing(json.loads(json.dumps(cloudformation_json.get("Properties", {}))))
        made = cls(resource_name, properties, region_name)
        made.create(region_name)
        return made

    @classmethod
    def update_from_cloudformation_json(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
        cls.delete_from_cloudformation_json(original_resource.name, None, account_id, region_name)
        return cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
        RECORDED.get(cls.kind, {}).pop(resource_name, None)
        cls.delete(resource_name, account_id, region_name)

    def create(self, region):
        """Written down, and no more."""

    @classmethod
    def delete(cls, name, account, region):
        """Only what was written down goes."""


class BucketPolicy(Recorded, CloudFormationModel):
    kind = "AWS::S3::BucketPolicy"


class TopicPolicy(Recorded, CloudFormationModel):
    kind = "AWS::SNS::TopicPolicy"


class Alarm(Recorded, CloudFormationModel):
    kind = "AWS::CloudWatch::Alarm"
    naming = "AlarmName"


class ReportGroup(Recorded, CloudFormationModel):
    kind = "AWS::CodeBuild::ReportGroup"
    naming = "Name"


class Project(Recorded, CloudFormationModel):
    kind = "AWS::CodeBuild::Project"
    naming = "Name"

    def create(self, region):
        wanted = lower(self.properties)
        wanted["source"]["buildspec"] = wanted["source"].pop("buildSpec")
        # moto wants a location also where the type is CODEPIPELINE, which has none
        source = {"location": "moto", **wanted["source"]}
        artifacts = {"location": "moto", **wanted["artifacts"]}
        boto3.client("codebuild", region).create_project(**{**wanted, "source": source, "artifacts": artifacts})

    @classmethod
    def delete(cls, name, account, region):
        codebuild_backends[account][region].delete_project(name)


class Application(Recorded, CloudFormationModel):
    kind = "AWS::CodeDeploy::Application"
    naming = "ApplicationName"

    def create(self, region):
        boto3.client("codedeploy", region).create_application(**lower(self.properties))

    @classmethod
    def delete(cls, name, account, region):
        codedeploy_backends[account][region].applications.pop(name, None)


class Group(Recorded, CloudFormationModel):
    kind = "AWS::CodeDeploy::DeploymentGroup"
    naming = "DeploymentGroupName"

    def create(self, region):
        wanted = lower(self.properties)
        tags = [{key[0].upper() + key[1:]: value for key, value in tag.items()} for tag in wanted["ec2TagFilters"]]
        boto3.client("codedeploy", region).create_deployment_group(**{**wanted, "ec2TagFilters": tags})


class Pipeline(Recorded, CloudFormationModel):
    kind = "AWS::CodePipeline::Pipeline"
    naming = "Name"

    def create(self, region):
        wanted = lower(self.properties)
        for stage, given in zip(wanted["stages"], self.properties["Stages"], strict=True):
            for action, original in zip(stage["actions"], given["Actions"], strict=True):
                action["configuration"] = original["Configuration"]  # a map of the provider's own words
        boto3.client("codepipeline", region).create_pipeline(pipeline={**wanted, "version": 1})

    @classmethod
    def delete(cls, name, account, region):
        codepipeline_backends[account][region].pipelines.pop(name, None)

"""What a resource is once CloudFormation made it: its names, and what other services know of it."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tests.fake_aws.model import JSON

if TYPE_CHECKING:
    from tests.fake_aws.account import Region
    from tests.fake_aws.stack import Stack

_NAMES = {
    "AWS::CodeBuild::Project": "Name",
    "AWS::CodePipeline::Pipeline": "Name",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SSM::Parameter": "Name",
    "AWS::Scheduler::Schedule": "Name",
    "AWS::SecretsManager::Secret": "Name",
}
"""The property that names a resource: a change of it is a replacement."""


class Impossible(Exception):
    """A service does not do what CloudFormation asks of it."""


def replaces(kind: str, before: JSON, after: JSON) -> tuple[str, ...]:
    """Return the properties whose change makes a new resource."""
    name = _NAMES.get(kind)
    return (name,) if name and before.get(name) != after.get(name) else ()


def physical_id(region: Region, stack: Stack, logical_id: str, kind: str, properties: JSON) -> str:
    """Return what a Ref gives for a resource that is about to be made."""
    place = f"{stack.id}/{logical_id}/{stack.generation}"
    tail = sha256(place.encode()).hexdigest()[:12]
    if kind == "AWS::KMS::Key":
        return region.kms.id(place)
    if kind == "AWS::S3::BucketPolicy":
        return str(properties["Bucket"])
    name = str(properties.get(_NAMES.get(kind, ""), f"{stack.name}-{logical_id}-{tail.upper()}"))
    if kind == "AWS::S3::Bucket":
        return name.lower()[:63]
    if kind in ("AWS::SNS::Topic", "AWS::SecretsManager::Secret"):
        return arn(region, kind, name)
    if kind == "AWS::IAM::ManagedPolicy":
        return f"arn:aws:iam::{region.account}:policy/{name}"
    if kind == "AWS::SQS::Queue":
        return f"https://sqs.{region.name}.amazonaws.com/{region.account}/{name}"
    return name


def arn(region: Region, kind: str, name: str) -> str:
    """Return the ARN of a resource."""
    account, place = region.account, f"{region.name}:{region.account}"
    last = name.rpartition("/")[2]
    return {
        "AWS::CodeBuild::Project": f"arn:aws:codebuild:{place}:project/{name}",
        "AWS::CodePipeline::Pipeline": f"arn:aws:codepipeline:{place}:{name}",
        "AWS::Events::Rule": f"arn:aws:events:{place}:rule/{name}",
        "AWS::IAM::Role": f"arn:aws:iam::{account}:role/{name}",
        "AWS::KMS::Key": f"arn:aws:kms:{place}:key/{name}",
        "AWS::Lambda::Function": f"arn:aws:lambda:{place}:function:{name}",
        "AWS::Logs::LogGroup": f"arn:aws:logs:{place}:log-group:{name}:*",
        "AWS::S3::Bucket": f"arn:aws:s3:::{name}",
        "AWS::SNS::Topic": f"arn:aws:sns:{place}:{name}",
        "AWS::SQS::Queue": f"arn:aws:sqs:{place}:{last}",
        "AWS::SecretsManager::Secret": f"arn:aws:secretsmanager:{place}:secret:{name}-AbCdEf",
    }.get(kind, f"arn:aws:{kind.split('::')[1].lower()}:{place}:{name}")


def attribute(region: Region, kind: str, physical: str, name: str) -> str:
    """Return what Fn::GetAtt gives."""
    if name.endswith("Arn") or (kind, name) == ("AWS::SNS::Topic", "TopicArn"):
        return physical if physical.startswith("arn:") else arn(region, kind, physical)
    if (kind, name) == ("AWS::S3::Bucket", "DomainName"):
        return f"{physical}.s3.amazonaws.com"
    return f"{physical}.{name}"


def make(region: Region, kind: str, physical: str, properties: JSON) -> None:
    """Let the service have a new resource; raise Impossible."""
    match kind:
        case "AWS::S3::Bucket":
            if physical in region.s3.buckets:
                raise Impossible(f"{physical} already exists")
            versioned = properties.get("VersioningConfiguration", {}).get("Status") == "Enabled"
            region.s3.declare_bucket(physical, versioned=versioned)
        case "AWS::S3::BucketPolicy":
            region.s3.buckets[physical].policy = properties["PolicyDocument"]
        case "AWS::KMS::Key":
            region.kms.declare_key(physical)
        case "AWS::Logs::LogGroup":
            if physical in region.logs.groups:
                raise Impossible(_exists(kind, physical))
            region.logs.declare_log_group(physical)
        case "AWS::SSM::Parameter":
            if physical in region.ssm.parameters:
                raise Impossible(_exists(kind, physical))
            region.ssm.declare_parameter(physical, properties["Value"])
        case "AWS::Events::Rule":
            region.events.declare_rule(physical, state=properties.get("State", "ENABLED"))
        case "AWS::CodePipeline::Pipeline":
            if physical in region.codepipeline.pipelines:
                raise Impossible(_exists(kind, physical))
            region.codepipeline.make(physical, properties)
        case _:  # nobody looks at the others
            pass


def change(region: Region, kind: str, physical: str, properties: JSON) -> None:
    """Let the service change what it has."""
    match kind:
        case "AWS::CodePipeline::Pipeline":
            region.codepipeline.change(physical, properties)
        case "AWS::S3::BucketPolicy":
            region.s3.buckets[physical].policy = properties["PolicyDocument"]
        case "AWS::SSM::Parameter":
            region.ssm.declare_parameter(physical, properties["Value"])
        case _:
            pass


def drop(region: Region, kind: str, physical: str) -> None:
    """Let the service have it no more, unless it is gone already; raise Impossible."""
    match kind:
        case "AWS::S3::Bucket":
            bucket = region.s3.buckets.get(physical)
            if bucket is not None and bucket.versions:
                status = (
                    "Service: S3, Status Code: 409, Request ID: fake, Extended Request ID: fake"
                )
                raise Impossible(f"The bucket you tried to delete is not empty ({status})")
            region.s3.buckets.pop(physical, None)
        case "AWS::S3::BucketPolicy":
            if physical in region.s3.buckets:
                region.s3.buckets[physical].policy = None
        case "AWS::KMS::Key":
            region.kms.keys[physical] = "PendingDeletion"
        case "AWS::Logs::LogGroup":
            region.logs.groups.discard(physical)
        case "AWS::SSM::Parameter":
            region.ssm.parameters.pop(physical, None)
        case "AWS::Events::Rule":
            region.events.rules.pop(physical, None)
        case "AWS::CodePipeline::Pipeline":
            region.codepipeline.pipelines.pop(physical, None)
        case _:
            pass


def _exists(kind: str, name: Any) -> str:
    return f"Resource of type '{kind}' with identifier '{name}' already exists."

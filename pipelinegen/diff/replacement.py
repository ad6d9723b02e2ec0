"""Whose change makes CloudFormation create a resource anew, and delete the one that is there."""

from __future__ import annotations

from collections.abc import Collection

from pipelinegen.diagnostics import Pointer

_REPLACING = {
    "AWS::CodeBuild::Project": {"Name"},
    "AWS::CodePipeline::CustomActionType": {
        "Category",
        "ConfigurationProperties",
        "InputArtifactDetails",
        "OutputArtifactDetails",
        "Provider",
        "Settings",
        "Version",
    },
    "AWS::CodePipeline::Pipeline": {"Name"},
    "AWS::CodePipeline::Webhook": {"Name"},
    "AWS::CodeStarNotifications::NotificationRule": {"Resource"},
    "AWS::Events::Rule": {"Name"},
    "AWS::IAM::ManagedPolicy": {"Description", "ManagedPolicyName", "Path"},
    "AWS::IAM::Role": {"Path", "RoleName"},
    "AWS::KMS::Alias": {"AliasName"},
    "AWS::KMS::Key": set(),
    "AWS::Lambda::Function": {"FunctionName", "PackageType", "TenancyConfig"},
    "AWS::Logs::LogGroup": {"LogGroupName"},
    "AWS::S3::Bucket": {"BucketName", "BucketNamePrefix", "BucketNamespace"},
    "AWS::S3::BucketPolicy": {"Bucket"},
    "AWS::SNS::Topic": {"FifoTopic", "TopicName"},
    "AWS::SNS::TopicPolicy": set(),
    "AWS::SSM::Parameter": {"Name"},
    "AWS::Scheduler::Schedule": {"Name"},
}
"""The types that we make, with the properties of which the reference says: Update requires
Replacement.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

_PERHAPS = {
    "AWS::Events::Rule": {"EventBusName"},
    "AWS::Lambda::Function": {"DurableConfig"},
}
"""Properties whose change replaces in some cases: `conditionalCreateOnlyProperties` of the schema.

https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""


ALWAYS, CONDITIONALLY, UNKNOWN, NEVER = "Always", "Conditionally", "", "Never"
"""Whether a change replaces its resource, the worst first; AWS says nothing for `UNKNOWN`.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceTargetDefinition.html
"""

_REPLACEMENT = {ALWAYS: "True", CONDITIONALLY: "Conditional", UNKNOWN: "", NEVER: "False"}
"""What becomes of a resource whose worst change is the key: ResourceChange says it otherwise.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
"""

KNOWN_TYPES = _REPLACING.keys()


def recreation(resource_type: str, path: Pointer) -> str:
    """Return whether the change at a path such as ("Properties", "Name") replaces the resource.

    It is empty for types that are not ours. A new type counts as replacement, though
    CloudFormation refuses it under the old logical id.
    """
    match path:
        case ("Type", *_):
            return ALWAYS
        case ("Properties", str(name), *_):
            if resource_type not in _REPLACING:
                return UNKNOWN
            if name in _REPLACING[resource_type]:
                return ALWAYS
            return CONDITIONALLY if name in _PERHAPS.get(resource_type, ()) else NEVER
        case ("Properties",):
            return UNKNOWN
        case _:
            return NEVER


def replacement(recreations: Collection[str]) -> str:
    """Return what becomes of the resource whose changes recreate it so: the worst decides."""
    return next(text for worst, text in _REPLACEMENT.items() if worst in recreations)

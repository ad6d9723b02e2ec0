"""What CloudFormation may make for branch stacks, and the boundary of every role among it.

Which rights a resource type takes: `handlers` of its schema, see
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-type-schemas.html
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelinegen.controller.names import (
    ROLE_PATH,
    arn,
    boundary_arn,
    global_arn,
    physical,
    project_of,
    service_role_arn,
    stack_of,
)
from pipelinegen.deployment import PIPELINE_TAG
from pipelinegen.fragment import Statement
from pipelinegen.provider import JSON
from pipelinegen.text import Ref, Text

_CALLS = {
    "codebuild": "BatchGetProjects CreateProject DeleteProject UpdateProject",
    "codepipeline": "CreatePipeline DeletePipeline GetPipeline GetPipelineState "
    "ListTagsForResource PutWebhook TagResource UntagResource UpdatePipeline",
    "events": "DeleteRule DescribeRule DisableRule EnableRule ListTagsForResource "
    "ListTargetsByRule PutRule PutTargets RemoveTargets TagResource UntagResource",
    "lambda": "AddPermission CreateFunction DeleteFunction GetFunction "
    "GetFunctionCodeSigningConfig GetRuntimeManagementConfig ListTags RemovePermission "
    "TagResource UntagResource UpdateFunctionCode UpdateFunctionConfiguration",
    "logs": "CreateLogGroup DeleteLogGroup DeleteRetentionPolicy ListTagsForResource "
    "PutRetentionPolicy TagResource UntagResource",
    "scheduler": "CreateSchedule DeleteSchedule GetSchedule UpdateSchedule",
    "sns": "CreateTopic DeleteTopic GetTopicAttributes ListSubscriptionsByTopic "
    "ListTagsForResource SetTopicAttributes Subscribe TagResource Unsubscribe UntagResource",
}
_BUCKET = (
    "CreateBucket DeleteBucket DeleteBucketPolicy GetBucketPolicy GetBucketPublicAccessBlock "
    "GetBucketTagging GetBucketVersioning GetEncryptionConfiguration GetLifecycleConfiguration "
    "PutBucketOwnershipControls PutBucketPolicy PutBucketPublicAccessBlock PutBucketTagging "
    "PutBucketVersioning PutEncryptionConfiguration PutLifecycleConfiguration"
)
_KEY = (
    "DescribeKey DisableKeyRotation EnableKeyRotation GetKeyPolicy GetKeyRotationStatus "
    "ListResourceTags PutKeyPolicy ScheduleKeyDeletion UntagResource UpdateKeyDescription"
)
_BOUNDED = (
    "AttachRolePolicy CreateRole DeleteRolePolicy DetachRolePolicy PutRolePermissionsBoundary "
    "PutRolePolicy"
)
_ROLE = (
    "DeleteRole GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies TagRole "
    "UntagRole UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription"
)
_POLICY = (
    "CreatePolicy CreatePolicyVersion DeletePolicy DeletePolicyVersion GetPolicy "
    "GetPolicyVersion ListEntitiesForPolicy ListPolicyVersions"
)
_WEBHOOK = (
    "DeleteWebhook DeregisterWebhookWithThirdParty ListWebhooks RegisterWebhookWithThirdParty"
)
_NOTIFICATION = (
    "CreateNotificationRule DeleteNotificationRule DescribeNotificationRule TagResource "
    "UntagResource UpdateNotificationRule"
)
_RUNNERS = ("codebuild", "codepipeline", "events", "lambda", "scheduler")
"""Services that the roles of a branch stack are passed to."""


def service_statements(pipeline: str) -> Iterator[Statement]:
    """Yield what the types of our own resources take, on names that branch stacks give."""
    named = physical(pipeline)
    yield _allow("Projects", "codebuild", _CALLS["codebuild"], arn("codebuild", "project/*"))
    # Pipelines have the names that the spec gives them.
    yield _allow("Pipelines", "codepipeline", _CALLS["codepipeline"], arn("codepipeline", "*"))
    yield _allow("Webhooks", "codepipeline", _WEBHOOK, arn("codepipeline", "webhook:*"))
    types = arn("codepipeline", "actiontype:Custom/*")
    yield _allow(
        "ActionTypes", "codepipeline", "CreateCustomActionType DeleteCustomActionType", types
    )
    yield _allow("Rules", "events", _CALLS["events"], arn("events", f"rule/{named}"))
    yield _allow("Functions", "lambda", _CALLS["lambda"], arn("lambda", f"function:{named}"))
    yield _allow("LogGroups", "logs", _CALLS["logs"], arn("logs", f"log-group:{named}"))
    schedules = arn("scheduler", f"schedule/default/{named}")
    yield _allow("Schedules", "scheduler", _CALLS["scheduler"], schedules)
    yield _allow("Topics", "sns", _CALLS["sns"], arn("sns", named))
    bucket = Text.of("arn:", Ref("AWS", "Partition"), ":s3:::", named.lower())
    yield _allow("Buckets", "s3", _BUCKET, bucket)
    rules = arn("codestar-notifications", "notificationrule/*")
    yield _allow("NotificationRules", "codestar-notifications", _NOTIFICATION, rules)
    yield _allow("Parameters", "ssm", "GetParameters", arn("ssm", "parameter/*"))
    everything = Text.of("*")
    yield Statement(
        "Look",
        (
            "codepipeline:ListActionTypes",
            "logs:DescribeLogGroups",
        ),
        (everything,),
    )
    yield from _keys(pipeline)
    yield from _roles(pipeline)
    yield _not_the_controller(pipeline)


def boundary_document(pipeline: str) -> dict[str, JSON]:
    """Return the boundary: whatever the spec grants, but never the administration of rights.

    A boundary grants nothing by itself.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "EverythingButRights",
                "Effect": "Allow",
                "NotAction": ["account:*", "iam:*", "organizations:*"],
                "Resource": ["*"],
            },
            Statement("UseRoles", ("iam:GetRole", "iam:PassRole"), (global_arn("iam", "role/*"),)),
            {
                "Sid": "NotTheController",
                "Effect": "Deny",
                "Action": ["*"],
                "Resource": _own(pipeline),
            },
        ],
    }


def _allow(
    sid: str, service: str, calls: str, resource: Text, conditions: JSON = None
) -> Statement:
    actions = tuple(f"{service}:{call}" for call in calls.split())
    return Statement(sid, actions, (resource,), conditions=conditions)


def _keys(pipeline: str) -> Iterator[Statement]:
    """A key has no name to tell it by, but the tags of its stack.

    https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html
    """
    soon = {"StringEquals": {f"aws:RequestTag/{PIPELINE_TAG}": pipeline}}
    now = {"StringEquals": {f"aws:ResourceTag/{PIPELINE_TAG}": pipeline}}
    yield _allow("CreateKeys", "kms", "CreateKey", Text.of("*"), soon)
    yield _allow("TagKeys", "kms", "TagResource", arn("kms", "key/*"), soon)
    yield _allow("Keys", "kms", _KEY, arn("kms", "key/*"), now)


def _roles(pipeline: str) -> Iterator[Statement]:
    """No role is made, and none gets a policy, but within the boundary."""
    named = physical(pipeline)
    roles, policies = global_arn("iam", f"role/{named}"), global_arn("iam", f"policy/{named}")
    bounded = {"ArnEquals": {"iam:PermissionsBoundary": boundary_arn(pipeline)}}
    yield _allow("BoundedRoles", "iam", _BOUNDED, roles, bounded)
    yield _allow("Roles", "iam", _ROLE, roles)
    yield _allow("Policies", "iam", _POLICY, policies)
    services = [f"{service}.amazonaws.com" for service in _RUNNERS]
    passed = {"StringEquals": {"iam:PassedToService": services}}
    yield _allow("PassRoles", "iam", "PassRole", roles, passed)


def _not_the_controller(pipeline: str) -> Statement:
    services = ("cloudformation", "codebuild", "iam")
    return Statement(
        "NotTheController",
        tuple(f"{service}:*" for service in services),
        tuple(_own(pipeline)),
        effect="Deny",
    )


def _own(pipeline: str) -> list[Text]:
    """Return what of the controller's own could be reached by a name or a wildcard."""
    return [
        service_role_arn(pipeline),
        boundary_arn(pipeline),
        global_arn("iam", f"role{ROLE_PATH}*"),
        arn("cloudformation", f"stack/{stack_of(pipeline)}/*"),
        arn("codebuild", f"project/{project_of(pipeline)}"),
    ]

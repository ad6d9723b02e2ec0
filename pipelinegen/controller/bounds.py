"""What a branch's template asks of CloudFormation that the controller's role does not allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipelinegen.controller.names import boundary_of

_ROLE = "AWS::IAM::Role"
_BOUNDARY = "PermissionsBoundary"
_KNOWN = frozenset(
    (
        "AWS::CodeBuild::Project",
        "AWS::CodePipeline::CustomActionType",
        "AWS::CodePipeline::Pipeline",
        "AWS::CodePipeline::Webhook",
        "AWS::CodeStarNotifications::NotificationRule",
        "AWS::Events::Rule",
        "AWS::IAM::ManagedPolicy",
        "AWS::KMS::Key",
        "AWS::Lambda::Function",
        "AWS::Logs::LogGroup",
        "AWS::S3::Bucket",
        "AWS::S3::BucketPolicy",
        "AWS::SNS::Topic",
        "AWS::SNS::TopicPolicy",
        "AWS::Scheduler::Schedule",
        _ROLE,
    )
)
"""Types of the resources that pipelinegen makes by itself."""


def beyond(body: Mapping[str, Any], pipeline: str) -> Iterator[str]:
    """Yield in words what the controller cannot deploy, by logical id."""
    boundary = boundary_of(pipeline)
    for logical_id, resource in sorted(body["Resources"].items()):
        kind = resource["Type"]
        if kind not in _KNOWN:
            yield f"'{logical_id}' is an {kind}, which CloudFormation's role may not make"
        elif kind == _ROLE and boundary not in str(resource["Properties"].get(_BOUNDARY, "")):
            yield f"role '{logical_id}' is not bounded by '{boundary}', so it cannot be made"

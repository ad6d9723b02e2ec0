"""What starts the controller: branches that come and go, and the clock; what it could not is kept.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelinegen.controller.names import ROLE_PATH, arn, trigger_of
from pipelinegen.fragment import Resource, Role, Statement
from pipelinegen.provider import JSON
from pipelinegen.text import Ref, Text

PROJECT_ARN = Text.of(Ref("resource", "Project.Arn"))
_QUEUE_ARN = Text.of(Ref("resource", "Missed.Arn"))
_ROLE_ARN = Text.of(Ref("resource", "StartRole.Arn"))

_DAYS_KEPT = 14
_RETRY = {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 30}
"""An hour later the clock starts the controller anyway."""


def triggers(pipeline: str, repository_arn: Text | None) -> Iterator[Resource | Role]:
    """Yield rule and schedule with their role, and the queue of what they could not start."""
    if repository_arn is not None:
        yield _branch_rule(pipeline, repository_arn)
    yield _own(
        "Schedule",
        "AWS::Scheduler::Schedule",
        {
            "Name": trigger_of(pipeline),
            "Description": "Brings the stacks of all branches to what the spec says",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ScheduleExpression": "rate(1 hour)",
            "Target": {
                "Arn": PROJECT_ARN,
                "RoleArn": _ROLE_ARN,
                "DeadLetterConfig": {"Arn": _QUEUE_ARN},
                "RetryPolicy": _RETRY,
            },
        },
    )
    yield Role(
        logical_id="StartRole",
        trust=(Text.of("events.amazonaws.com"), Text.of("scheduler.amazonaws.com")),
        statements=(
            Statement("Start", ("codebuild:StartBuild",), (PROJECT_ARN,)),
            Statement("KeepMissed", ("sqs:SendMessage",), (_QUEUE_ARN,)),
        ),
        origin=(),
        path="controller",
        patch={"Path": ROLE_PATH},
    )
    yield from _missed(pipeline, events=repository_arn is not None)


def _branch_rule(pipeline: str, repository_arn: Text) -> Resource:
    """https://docs.aws.amazon.com/codecommit/latest/userguide/monitoring-events.html."""
    return _own(
        "BranchRule",
        "AWS::Events::Rule",
        {
            "Name": trigger_of(pipeline),
            "Description": "Tells that a branch was created or deleted",
            "EventPattern": {
                "source": ["aws.codecommit"],
                "detail-type": ["CodeCommit Repository State Change"],
                "resources": [repository_arn],
                "detail": {
                    "event": ["referenceCreated", "referenceDeleted"],
                    "referenceType": ["branch"],
                },
            },
            "State": "ENABLED",
            "Targets": [
                {
                    "Arn": PROJECT_ARN,
                    "Id": "Project",
                    "RoleArn": _ROLE_ARN,
                    "DeadLetterConfig": {"Arn": _QUEUE_ARN},
                    "RetryPolicy": _RETRY,
                }
            ],
        },
    )


def _missed(pipeline: str, *, events: bool) -> Iterator[Resource]:
    """EventBridge writes to the queue by the queue's policy, the scheduler by its role."""
    yield _own(
        "Missed",
        "AWS::SQS::Queue",
        {"MessageRetentionPeriod": _DAYS_KEPT * 86_400, "SqsManagedSseEnabled": True},
    )
    statement = {
        "Sid": "Events",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": ["sqs:SendMessage"],
        "Resource": [_QUEUE_ARN],
        "Condition": {
            "ArnEquals": {"aws:SourceArn": arn("events", f"rule/{trigger_of(pipeline)}")}
        },
    }
    if events:
        yield _own(
            "MissedPolicy",
            "AWS::SQS::QueuePolicy",
            {
                "Queues": [Text.of(Ref("resource", "Missed"))],
                "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
            },
        )
    yield _own(
        "MissedAlarm",
        "AWS::CloudWatch::Alarm",
        {
            "AlarmDescription": "The controller could not be started",
            "Namespace": "AWS/SQS",
            "MetricName": "ApproximateNumberOfMessagesVisible",
            "Dimensions": [
                {"Name": "QueueName", "Value": Text.of(Ref("resource", "Missed.QueueName"))}
            ],
            "Statistic": "Maximum",
            "Period": 300,
            "EvaluationPeriods": 1,
            "Threshold": 0,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
        },
    )


def _own(logical_id: str, kind: str, properties: dict[str, JSON]) -> Resource:
    return Resource(
        logical_id=logical_id, type=kind, properties=properties, origin=(), path="controller"
    )

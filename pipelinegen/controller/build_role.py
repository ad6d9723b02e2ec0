"""What the controller's build may do: drive stacks with our prefix and tag, and nothing else.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelinegen.controller.names import (
    arn,
    log_group_of,
    physical,
    service_role_arn,
    stacks_of,
)
from pipelinegen.defaults import (
    PIPELINE_NAME_SUFFIX,
    SHARED_STORE_BUCKET_PARAMETER,
    SHARED_STORE_BUCKET_PREFIX,
    SHARED_STORE_KEY_ALIAS,
)
from pipelinegen.deployment import PIPELINE_TAG
from pipelinegen.fragment import Statement
from pipelinegen.model import Spec
from pipelinegen.text import Ref, Text

_OURS_NOW = f"aws:ResourceTag/{PIPELINE_TAG}"
_OURS_SOON = f"aws:RequestTag/{PIPELINE_TAG}"
_ROLE = "cloudformation:RoleArn"


def build_statements(spec: Spec) -> Iterator[Statement]:
    """Yield the statements of the build's role, but for reading its repository."""
    yield from _writes(spec.name)
    yield from _reads(spec.name)
    yield from _stores(spec.name)
    yield from _pipelines(spec)
    yield from _notes(spec.name)
    yield from _templates()
    logs = arn("logs", f"log-group:{log_group_of(spec.name)}:*")
    yield Statement("OwnLogs", ("logs:CreateLogStream", "logs:PutLogEvents"), (logs,))


def _writes(pipeline: str) -> Iterator[Statement]:
    """A change set needs both the prefix and the tag, and CloudFormation's one role."""
    stacks, role = stacks_of(pipeline), service_role_arn(pipeline)
    ours = {"StringEquals": {_OURS_NOW: pipeline}}
    change = ("cloudformation:CreateChangeSet",)
    yield Statement(
        "ChangeStacks",
        change,
        (stacks,),
        conditions={"StringEquals": {_OURS_NOW: pipeline, _OURS_SOON: pipeline}, **_with(role)},
    )
    yield Statement(
        "CreateStacks",
        change,
        (stacks,),
        conditions={
            "StringEquals": {_OURS_SOON: pipeline},
            "Null": {_OURS_NOW: "true"},
            **_with(role),
        },
    )
    yield Statement(
        "DriveStacks",
        (
            "cloudformation:DeleteChangeSet",
            "cloudformation:DeleteStack",
            "cloudformation:ExecuteChangeSet",
            "cloudformation:UpdateTerminationProtection",
        ),
        (stacks,),
        conditions=ours,
    )
    passed = {"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}}
    yield Statement("PassCloudFormationRole", ("iam:PassRole",), (role,), conditions=passed)


def _with(role: Text) -> dict[str, dict[str, Text]]:
    return {"ArnEquals": {_ROLE: role}}


def _reads(pipeline: str) -> Iterator[Statement]:
    stacks = stacks_of(pipeline)
    yield Statement(
        "ReadStacks",
        (
            "cloudformation:DescribeChangeSet",
            "cloudformation:DescribeStackEvents",
            "cloudformation:GetTemplate",
            "cloudformation:GetTemplateSummary",
            "cloudformation:ListChangeSets",
            "cloudformation:ListStackResources",
        ),
        (stacks,),
    )
    change_sets = arn("cloudformation", "changeSet/pg-*")
    yield Statement("ReadFailures", ("cloudformation:DescribeEvents",), (stacks, change_sets))
    # To see which stacks there are takes both rights on everything.
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
    yield Statement(
        "ListStacks",
        (
            "cloudformation:DescribeStacks",
            "cloudformation:GetHookResult",
            "cloudformation:ListImports",
            "cloudformation:ListStacks",
            "codepipeline:ListPipelines",
            "logs:DescribeLogGroups",
        ),
        (Text.of("*"),),
    )


def _stores(pipeline: str) -> Iterator[Statement]:
    """A branch's own artifact store goes with the branch; the shared one has another name."""
    buckets = Text.of(
        "arn:", Ref("AWS", "Partition"), ":s3:::", physical(pipeline).lower(), "artifactbucket-*"
    )
    yield Statement(
        "EmptyBuckets",
        (
            "s3:DeleteBucket",
            "s3:GetBucketPolicy",
            "s3:ListBucketMultipartUploads",
            "s3:ListBucketVersions",
            "s3:PutBucketPolicy",
        ),
        (buckets,),
    )
    yield Statement(
        "EmptyBucketsOfObjects",
        ("s3:AbortMultipartUpload", "s3:DeleteObjectVersion"),
        (Text.of(buckets, "/*"),),
    )
    yield Statement(
        "DeleteKeys",
        ("kms:ScheduleKeyDeletion",),
        (arn("kms", "key/*"),),
        conditions={"StringEquals": {_OURS_NOW: pipeline}},
    )


def _pipelines(spec: Spec) -> Iterator[Statement]:
    """A pipeline is looked at, and starts nothing more once its branch has gone."""
    written = Text.parse(spec.data.get("pipeline-name", spec.name + PIPELINE_NAME_SUFFIX))
    head = next((part for part in written.parts[:1] if isinstance(part, str)), "")
    yield Statement(
        "ReadPipelines",
        (
            "codepipeline:GetPipeline",
            "codepipeline:GetPipelineState",
            "codepipeline:ListPipelineExecutions",
            "codepipeline:StopPipelineExecution",
        ),
        (arn("codepipeline", f"{head}*"),),
    )
    yield Statement(
        "CloseStages",
        ("codepipeline:DisableStageTransition", "codepipeline:RetryStageExecution"),
        (arn("codepipeline", f"{head}*/*"),),
    )
    functions = arn("logs", f"log-group:/aws/lambda/{physical(spec.name)}")
    yield Statement("DeleteLogs", ("logs:DeleteLogGroup",), (functions,))
    yield Statement(
        "CloseRules", ("events:DisableRule",), (arn("events", f"rule/{physical(spec.name)}"),)
    )


def _notes(pipeline: str) -> Iterator[Statement]:
    """A vanished branch is noted before its stack goes."""
    notes = arn("ssm", f"parameter/pipelinegen/{pipeline}/gone")
    yield Statement(
        "NoteVanishedBranches",
        (
            "ssm:DeleteParameter",
            "ssm:GetParameter",
            "ssm:GetParametersByPath",
            "ssm:PutParameter",
        ),
        (notes, Text.of(notes, "/*")),
    )


def _templates() -> Iterator[Statement]:
    """A long template goes through the shared store; CloudFormation reads it with our rights."""
    bucket = (SHARED_STORE_BUCKET_PREFIX, Ref("AWS", "AccountId"), "-", Ref("AWS", "Region"))
    prefix = ("arn:", Ref("AWS", "Partition"), ":s3:::")
    yield Statement(
        "Templates",
        ("s3:GetObject", "s3:PutObject"),
        (Text.of(*prefix, *bucket, "/pipelinegen/templates/*"),),
    )
    yield Statement(
        "TemplateKey",
        ("kms:Decrypt", "kms:GenerateDataKey"),
        (arn("kms", "key/*"),),
        conditions={"ForAnyValue:StringEquals": {"kms:ResourceAliases": SHARED_STORE_KEY_ALIAS}},
    )
    parameter = arn("ssm", f"parameter{SHARED_STORE_BUCKET_PARAMETER}")
    yield Statement("FindStore", ("ssm:GetParameter",), (parameter,))

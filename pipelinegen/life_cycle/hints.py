"""What to do about the failures that AWS is known for, by the text in which it reports them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelinegen.records import StackEvent

_RETRY = "made minutes ago may only need a retry"


@dataclass(frozen=True, slots=True)
class Row:
    """A text of AWS and what to do about it.

    `advice` may name groups of `text`. `type` is the resource type that the row is for, empty for
    all.
    """

    text: str
    advice: str
    type: str = ""


HINTS = (
    # https://docs.aws.amazon.com/dtconsole/latest/userguide/connections-update.html
    Row(
        r"\bconnection\b.*\b(?:pending|not (?:in )?(?:the )?available)\b",
        "only a person can finish a connection: in the console of Developer Tools under Settings, "
        "Connections, choose Update pending connection",
    ),
    # https://docs.aws.amazon.com/codepipeline/latest/userguide/security-iam.html
    Row(
        r":role/\S+ is not authorized to perform AssumeRole on (?:action )?role (?P<role>\S+)",
        "the trust of the action's role must name the pipeline's role or its account, and the "
        f"pipeline's role must be allowed sts:AssumeRole on it; roles {_RETRY}",
    ),
    # https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-service-role-cli.html
    Row(
        r"\bCodePipeline is not authorized to perform:? (?:sts:)?AssumeRole",
        f"the role's trust must name codepipeline.amazonaws.com; a role {_RETRY}",
    ),
    # https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
    Row(
        r"CodeBuild is not authorized to perform: sts:AssumeRole",
        f"the role's trust must name codebuild.amazonaws.com; a role {_RETRY}",
    ),
    # https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
    Row(
        r"cannot be assumed by Lambda",
        f"the role's trust must name lambda.amazonaws.com; a role {_RETRY}",
    ),
    # https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html
    Row(
        r"must allow AWS EventBridge Scheduler to assume the role",
        f"the role's trust must name scheduler.amazonaws.com; a role {_RETRY}",
    ),
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
    Row(
        r"Role \S+ is invalid or cannot be assumed",
        "CloudFormation keeps to the role that the stack was last deployed with: make it again "
        "with a trust in cloudformation.amazonaws.com, or name another with --role-arn",
    ),
    # https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
    Row(
        r"Policy contains a statement with one or more invalid principals",
        f"every account and role that the key's policy names must exist; one {_RETRY}",
        type="AWS::KMS::Key",
    ),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_policies.html
    Row(
        r"Invalid principal in policy",
        f"every account, role and service that the policy names must exist; one {_RETRY}",
    ),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    Row(
        r"not authorized to perform: (?P<action>[\w-]+:\w+).* explicit deny",
        "a policy above the account or the role denies {action}: only who administers the "
        "organization, or the boundary of the role, can change that",
    ),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    Row(
        r"(?:not authorized to perform:|have permissions? to call) (?P<action>[\w-]+:\w+)",
        "{action} is not allowed: have it allowed, or deploy with a role that may: --role-arn",
    ),
    Row(
        r"\bAPI: (?P<action>[\w-]+:\w+) Access Denied",
        "{action} is not allowed: have it allowed, or deploy with a role that may: --role-arn",
    ),
    # https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html
    Row(
        r"limit ?exceeded|exceed(?:ed|s)? the (?:limit|maximum)|maximum number",
        "a region holds 1,000 pipelines unless Service Quotas grants more: destroy those of "
        "branches that are gone",
        type="AWS::CodePipeline::Pipeline",
    ),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    Row(
        r"Cannot exceed quota for (?P<quota>\w+): (?P<most>\d+)",
        "the account's quota {quota} is {most}: ask Service Quotas for more, or destroy the stacks "
        "of branches that are gone",
    ),
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/BucketRestrictions.html
    Row(
        r"You have attempted to create more buckets than allowed",
        "let the pipelines share one bucket with artifact-store: {{shared: true}}, or ask Service "
        "Quotas for more",
    ),
    # https://docs.aws.amazon.com/servicequotas/latest/userguide/request-quota-increase.html
    Row(
        r"limit ?exceeded|exceed(?:ed|s)? the (?:limit|maximum)",
        "a quota of the account is used up: ask Service Quotas for more, or destroy the stacks of "
        "branches that are gone",
    ),
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    Row(
        r"already (?:exists|owned)",
        "bucket names are unique among all accounts: choose another, or delete a bucket of yours "
        "that an earlier stack left",
        type="AWS::S3::Bucket",
    ),
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codepipeline-pipeline.html
    Row(
        r"already exists|name is already in use",
        "another stack, or nobody's, has a pipeline of that name: delete that one, or set "
        "pipeline-name",
        type="AWS::CodePipeline::Pipeline",
    ),
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
    Row(
        r"already exists in stack (?P<stack>\S+?)[\s.,]*(?:\(|$)",
        "the name belongs to {stack}: choose another, or destroy that stack first",
    ),
    Row(
        r"already exists",
        "something that is in no stack has that name: delete it, or choose another name",
    ),
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html
    Row(
        r"bucket you tried to delete is not empty|bucket '\S+' is not empty",
        "empty it with: pipelinegen destroy --empty-buckets, or keep it with --retain-buckets",
    ),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage_delete.html
    Row(
        r"Cannot delete entity, must detach all policies first",
        "something outside the stack attached a policy: detach it, then destroy again",
    ),
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
    Row(
        r"Export \S+ cannot be (?:deleted|updated) as it is in use by (?P<user>.+)",
        "{user} imports it: change or delete that first",
    ),
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
    Row(
        r"when a custom-named resource requires replacing\. Rename (?P<name>\S+)",
        "two things cannot have the name {name} at a time: change the name together with this",
    ),
    # https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-create-custom-action.html
    Row(
        r"ActionType \(.*Provider: '(?P<provider>[^']+)'.*is not available in region",
        "this account and region have no action type {provider}: make it first, or correct type "
        "and version",
    ),
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
    Row(
        r"To troubleshoot Early Validation errors, use the DescribeEvents API",
        "the details need cloudformation:DescribeEvents",
    ),
    # https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/what-is-cloudformation-hooks.html
    Row(
        r"The following hook\(s\) failed: \[(?P<hook>[^\],]+)|^Hook failed with message",
        "a hook of the account refuses this; whoever owns the hook knows its rules",
    ),
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html
    Row(
        r"Embedded stack (?P<stack>\S+) was not successfully",
        "the events of the nested stack {stack} tell more",
    ),
)
"""The first row that fits counts; the tests hold a message for each, and where it was seen."""

_PATTERNS = tuple((re.compile(row.text, re.IGNORECASE | re.DOTALL), row) for row in HINTS)


def hint(event: StackEvent) -> str | None:
    """Return what to do about a failed event, None for a failure that is not known."""
    for pattern, row in _PATTERNS:
        found = pattern.search(event.reason)
        if found and row.type in ("", event.type):
            return row.advice.format(**found.groupdict(default=""))
    return None

"""Other people's checkers find nothing in our templates but what is excused here with a reason."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from tests import gates, rights
from tests.test_goldens import EXCUSED, generated

_BEANSTALK = "AWS publishes no smaller set of rights for Beanstalk without a role of its own"
_NETWORK = "AWS's guides grant network interfaces on '*'; see EXCUSED in test_goldens.py"
_BOUNDARY = "a boundary grants nothing: it is the most that policies of the spec may grant"
_BUCKET_POLICIES = "CloudFormation makes the policies of the buckets of branch stacks"
_NEWER = "newer than the data of the checker"
_RESERVED = "which networks and reserves the account has, the spec says in the function's `patch`"

# https://github.com/aws-cloudformation/cloudformation-validate
VALIDATE = {
    "I3011 AWS::Logs::LogGroup": "logs may go with the pipeline; what holds artifacts is kept",
    "E3050 AWS::CodeBuild::Project controller": "its role stands there by Fn::GetAtt Arn already",
    "I3011 AWS::SQS::Queue controller": "what was missed may go with the controller",
    "I4010": "descriptions for other tools; what a reader must know is in Metadata.pipelinegen",
    "I9001": "tells of every property that an update cannot change; ours follow from the branch",
    "I9040": "tags are the spec's own: `tags`",
    "W2001 - around-the-pipeline/other": "a parameter of the spec that only other branches read",
    "W2512 AWS::IAM::ManagedPolicy controller": _BOUNDARY,
    "W9002 AWS::CodePipeline::Pipeline 12-central": "a role of another account, as the spec wrote",
    "W9013 AWS::CodeBuild::Project": "keys and secrets of other accounts, as the specs wrote them",
    "W9013 AWS::CodePipeline::Pipeline 12-central": "a role of another account, as the spec wrote",
    "W9052 - four-rules": "many conditions; the template of each of its branches is judged too",
}
# https://www.checkov.io/5.Policy%20Index/cloudformation.html
CHECKOV = {
    "CKV_AWS_107 AWS::IAM::Role 11-mixed-deploys": _BEANSTALK,
    "CKV_AWS_107 AWS::IAM::Role builds": "the login to a public registry knows no resource",
    "CKV_AWS_108 AWS::IAM::Role 11-mixed-deploys": _BEANSTALK,
    "CKV_AWS_109 AWS::IAM::ManagedPolicy controller": _BOUNDARY,
    "CKV_AWS_109 AWS::IAM::Role 11-mixed-deploys": _BEANSTALK,
    "CKV_AWS_109 AWS::IAM::Role machines": _NETWORK,
    "CKV_AWS_111 AWS::IAM::Role 11-mixed-deploys": _BEANSTALK,
    "CKV_AWS_111 AWS::IAM::ManagedPolicy controller": _BOUNDARY,
    "CKV_AWS_111 AWS::IAM::Role builds": _NETWORK,
    "CKV_AWS_111 AWS::IAM::Role codebuild-projects": _NETWORK,
    "CKV_AWS_111 AWS::IAM::Role machines": _NETWORK,
    "CKV_AWS_111 AWS::IAM::Role shared-projects": _NETWORK,
    "CKV_AWS_115": _RESERVED,
    "CKV_AWS_116": "a job without an answer fails its action, so no queue need tell of it",
    "CKV_AWS_117": _RESERVED,
    "CKV_AWS_158": "CloudWatch encrypts each group; a key of one's own is a `template.patch`",
    "CKV_AWS_173": "Lambda encrypts each environment; a key of one's own is a `patch`",
    "CKV_AWS_18": "a log needs a bucket of its own, which the spec names in `template.patch`",
    "CKV_AWS_21 AWS::S3::Bucket patches": "the spec's patch takes the versions away",
    "CKV_AWS_27 AWS::SQS::Queue controller": "SQS encrypts it by SqsManagedSseEnabled",
    "CKV_AWS_26": "services that publish to the topic may not use the key that SNS has by itself",
}
# https://github.com/duo-labs/parliament
PARLIAMENT = {
    "RESOURCE_MISMATCH ssm:SendCommand machines": "instances by tag and documents in one each",
    "RESOURCE_MISMATCH states:DescribeExecution": "express runs are described by no pipeline",
    "RESOURCE_MISMATCH sns:Unsubscribe controller": "AWS lists the topic as its resource by now",
    "RESOURCE_POLICY_PRIVILEGE_ESCALATION arn:aws:s3:::shop-* controller": _BUCKET_POLICIES,
    "RESOURCE_STAR": "held right by right below, with newer data of AWS",
    "UNKNOWN_ACTION cloudformation:DescribeEvents controller": _NEWER,
    "UNKNOWN_ACTION cloudformation:GetHookResult controller": _NEWER,
    "UNKNOWN_CONDITION_FOR_ACTION kms:ResourceAliases": "newer than the data of the checker",
}
EXCEPTIONS = {"validate": VALIDATE, "checkov": CHECKOV, "parliament": PARLIAMENT}

_OURS = {"Metadata": {"pipelinegen": {"path": "planted"}}}
FAULTY = {
    "Resources": {
        "Open": {"Type": "AWS::S3::Bucket", **_OURS, "Properties": {"BucketNam": "a"}},
        "Role": {
            "Type": "AWS::IAM::Role",
            **_OURS,
            "Properties": {
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []},
                "Policies": [
                    {
                        "PolicyName": "Permissions",
                        "PolicyDocument": {
                            "Version": "2012-10-17",
                            "Statement": [
                                {
                                    "Sid": "Twice",
                                    "Effect": "Allow",
                                    "Action": [action],
                                    "Resource": ["arn:aws:s3:::bucket/*"],
                                }
                                for action in ("s3:GetObjekt", "s3:ListBucket")
                            ],
                        },
                    }
                ],
            },
        },
    }
}
"""A template that each checker must find fault with, or it does not see ours."""

PLANTED = {
    "validate": {"F3002 AWS::S3::Bucket"},
    "checkov": {"CKV_AWS_53 AWS::S3::Bucket"},
    "parliament": {"DUPLICATE_SID", "RESOURCE_MISMATCH s3:ListBucket", "UNKNOWN_ACTION"},
}

every_gate = pytest.mark.parametrize("gate", EXCEPTIONS)


@cache
def _findings(gate: str) -> tuple[list[str], list[str]]:
    """Return what a checker finds in our templates, and in the faulty one."""
    ask: dict[str, Callable[[gates.Templates], list[str]]] = {
        "validate": lambda ours: gates.validate({**ours, **gates.for_all_branches()}),
        "checkov": gates.checkov,
        "parliament": gates.parliament,
    }
    found = ask[gate]({**gates.for_branches(), "faulty": FAULTY})
    return [one for one in found if " faulty " not in one], [
        one for one in found if " faulty " in one
    ]


def _is_about(finding: str, rule: str) -> bool:
    return finding.startswith((f"{rule} ", f"{rule}/"))


@pytest.fixture
def installed(gate: str) -> None:
    """Leave out a checker that only `make test` installs."""
    if gate != "validate" and not gates.PROGRAMS.is_dir():
        pytest.skip("`make test` installs this checker")


@every_gate
@pytest.mark.usefixtures("installed")
def test_no_finding(gate: str) -> None:
    """A checker finds nothing in our templates that is not excused."""
    left = [
        one
        for one in _findings(gate)[0]
        if not any(_is_about(one, rule) for rule in EXCEPTIONS[gate])
    ]
    assert left == []


@every_gate
@pytest.mark.usefixtures("installed")
def test_every_exception_is_needed(gate: str) -> None:
    """What no checker finds any more is excused no longer."""
    found = _findings(gate)[0]
    idle = {rule for rule in EXCEPTIONS[gate] if not any(_is_about(one, rule) for one in found)}
    assert idle == set()


@every_gate
@pytest.mark.usefixtures("installed")
def test_planted_faults(gate: str) -> None:
    """A checker sees the templates that we hand it: planted faults are found."""
    found = _findings(gate)[1]
    assert {rule for rule in PLANTED[gate] if any(_is_about(one, rule) for one in found)} == (
        PLANTED[gate]
    )


def test_rights_on_everything() -> None:
    """Nothing has a right on '*' that no golden case has, but to see which stacks there are."""
    found = {
        right
        for template in gates.for_branches().values()
        for right in rights.unscoped(generated(template))
    }
    left = {right for right in found if right.partition(": ")[2] not in EXCUSED}
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
    assert left == {"BuildRole: cloudformation:DescribeStacks"}

"""The smallest templates with a pipeline."""

from __future__ import annotations

import copy
from typing import Any

JSON = Any

UNKNOWN_ROLE = "arn:aws:iam::111111111111:role/shared/pipeline"

TRUST: JSON = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "codepipeline.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def small(**stages: str) -> JSON:
    """Return a template whose pipeline has one action in each stage: name → its provider."""
    return {
        "Resources": {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"AssumeRolePolicyDocument": copy.deepcopy(TRUST)},
            },
            "Pipeline": {
                "Type": "AWS::CodePipeline::Pipeline",
                "Properties": {
                    "Name": "small",
                    "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                    "Stages": [_stage(name, provider) for name, provider in stages.items()],
                },
            },
        }
    }


def _stage(name: str, provider: str) -> JSON:
    return {
        "Name": name,
        "Actions": [
            {
                "Name": f"{name}Action",
                "ActionTypeId": {
                    "Category": "Approval" if provider == "Manual" else "Build",
                    "Owner": "AWS",
                    "Provider": provider,
                    "Version": "1",
                },
                "Configuration": {"ProjectName": "elsewhere"},
            }
        ],
    }

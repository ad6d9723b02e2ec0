"""What starts the pipeline: the event rule of a source with its role, or the webhook of GitHub v1.

https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-about-starting.html
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelinegen.diagnostics import Pointer
from pipelinegen.fragment import Resource, Role, Statement, Wanted
from pipelinegen.resources.site import Site
from pipelinegen.text import Ref, Text


def start_role(site: Site, *, origin: Pointer, path: str, service: str, logical_id: str) -> Role:
    """Return the role with which another service may start this pipeline and nothing else."""
    return Role(
        logical_id=logical_id,
        trust=(Text.of(service),),
        statements=(
            Statement(
                "StartPipeline",
                ("codepipeline:StartPipelineExecution",),
                (site.pipeline_arn,),
                origins=(origin,),
            ),
        ),
        origin=origin,
        path=path,
    )


def event_rule(site: Site, wanted: Wanted) -> Iterator[Resource | Role]:
    """Yield the event rule of a source and its role."""
    role_id = wanted.logical_id.removesuffix("Rule") + "Role"
    yield Resource(
        logical_id=wanted.logical_id,
        type="AWS::Events::Rule",
        properties={
            "Description": "Starts the pipeline when its source changes",
            "EventPattern": wanted.settings["pattern"],
            "State": "ENABLED",
            "Targets": [
                {
                    "Arn": site.pipeline_arn,
                    "Id": "Pipeline",
                    "RoleArn": Text.of(Ref("resource", f"{role_id}.Arn")),
                }
            ],
        },
        origin=wanted.origin,
        path=wanted.path,
    )
    yield start_role(
        site,
        origin=wanted.origin,
        path=wanted.path,
        service="events.amazonaws.com",
        logical_id=role_id,
    )


def webhook(site: Site, wanted: Wanted) -> Iterator[Resource | Role]:
    """Yield the webhook that GitHub calls.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codepipeline-webhook.html
    """
    yield Resource(
        logical_id=wanted.logical_id,
        type="AWS::CodePipeline::Webhook",
        properties={
            "Authentication": "GITHUB_HMAC",
            "AuthenticationConfiguration": {"SecretToken": Text.parse(wanted.settings["secret"])},
            "Filters": [{"JsonPath": "$.ref", "MatchEquals": wanted.settings["reference"]}],
            "RegisterWithThirdParty": True,
            "TargetAction": wanted.settings["action"],
            "TargetPipeline": Text.of(Ref("resource", "Pipeline")),
            "TargetPipelineVersion": Text.of(Ref("resource", "Pipeline.Version")),
        },
        origin=wanted.origin,
        path=wanted.path,
    )

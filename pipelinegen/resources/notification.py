"""Notification rules: events of the pipeline to a topic or a chat channel.

https://docs.aws.amazon.com/dtconsole/latest/userguide/concepts.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipelinegen.fragment import Resource
from pipelinegen.names import logical_id
from pipelinegen.provider import JSON
from pipelinegen.resources.section import live_entries
from pipelinegen.resources.site import Site
from pipelinegen.text import Text

_PIPELINE = "codepipeline-pipeline-pipeline-execution-"
_STAGE = "codepipeline-pipeline-stage-execution-"
_ACTION = "codepipeline-pipeline-action-execution-"
_APPROVAL = "codepipeline-pipeline-manual-approval-"

# https://docs.aws.amazon.com/dtconsole/latest/userguide/concepts.html#events-ref-pipeline
EVENT_TYPES: Mapping[str, str] = {
    "pipeline-started": _PIPELINE + "started",
    "pipeline-succeeded": _PIPELINE + "succeeded",
    "pipeline-failed": _PIPELINE + "failed",
    "pipeline-canceled": _PIPELINE + "canceled",
    "pipeline-superseded": _PIPELINE + "superseded",
    "pipeline-resumed": _PIPELINE + "resumed",
    "stage-failed": _STAGE + "failed",
    "stage-succeeded": _STAGE + "succeeded",
    "action-failed": _ACTION + "failed",
    "action-succeeded": _ACTION + "succeeded",
    "approval-needed": _APPROVAL + "needed",
    "approval-failed": _APPROVAL + "failed",
    "approval-succeeded": _APPROVAL + "succeeded",
}


def notifications(site: Site) -> Iterator[Resource]:
    """Yield the notification rules that live on this branch rule."""
    for entry, origin in live_entries(site.pipeline, "notifications"):
        name = entry["notify"]
        yield Resource(
            logical_id=logical_id(name, "Notification"),
            type="AWS::CodeStarNotifications::NotificationRule",
            properties={
                "Name": {"Fn::Join": ["-", [name, _stack_guid()]]},
                "DetailType": entry.get("detail-type", "BASIC"),
                "EventTypeIds": [EVENT_TYPES[event] for event in entry["events"]],
                "Resource": site.pipeline_arn,
                "Targets": [_target(entry)],
            },
            origin=origin,
            path=f"notifications/{name}",
        )


def _stack_guid() -> dict[str, JSON]:
    """The last part of the stack's id: the name must be unique in the account."""
    return {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}


def _target(entry: Mapping[str, JSON]) -> dict[str, JSON]:
    if "topic-arn" in entry:
        return {"TargetType": "SNS", "TargetAddress": Text.parse(entry["topic-arn"])}
    address = Text.parse(entry["chatbot-arn"])
    teams = "microsoft-teams" in address.source()
    kind = "AWSChatbotMicrosoftTeams" if teams else "AWSChatbotSlack"
    return {"TargetType": kind, "TargetAddress": address}

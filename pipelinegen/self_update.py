"""The stage by which a pipeline brings its own stack to the template that is committed."""

from __future__ import annotations

from collections.abc import Mapping

from pipelinegen.defaults import TEMPLATE_PATH
from pipelinegen.provider import JSON

STAGE = "SelfUpdate"

_BRANCH = {
    "BranchName": "${branch:name}",
    "BranchSlug": "${branch:slug}",
    "BranchRule": "${branch:rule}",
}
_LISTS = ("CommaDelimitedList", "List<", "AWS::SSM::Parameter::Value<List<")
_LOOKED_UP = "AWS::SSM::"


def self_update_stage(data: Mapping[str, JSON], artifact: str) -> dict[str, JSON]:
    """Return the stage as a spec would write it; `artifact` holds the committed template."""
    written = data["self-update"]
    path = written.get("template-path", TEMPLATE_PATH)
    body = {
        "stack-name": "${AWS::StackName}",
        "template-path": f"{artifact}::{path}",
        "role-arn": written["role-arn"],
        "capabilities": _capabilities(data),
        "parameter-overrides": _overrides(data),
    }
    return {"stage": STAGE, "actions": [{"action": STAGE, "cfn-deploy": body}]}


def obstacle(written: Mapping[str, JSON]) -> str | None:
    """Say why a stack cannot be given the value of a parameter that it has, None where it can.

    CodePipeline gives a parameter that it does not name its default, not the value it had:
    https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1789
    """
    kind = written.get("type", "String")
    if written.get("no-echo"):
        return "its value would be readable in the pipeline"
    if kind.startswith(_LISTS):
        return "a list is no text"
    if kind.startswith(_LOOKED_UP) and "default" not in written:
        return "the pipeline knows what was looked up, not where"
    return None


def _overrides(data: Mapping[str, JSON]) -> dict[str, str]:
    """Parameters that CloudFormation looks up keep the default, which names where."""
    own = {
        name: f"${{param:{name}}}"
        for name, written in data.get("parameters", {}).items()
        if "ssm" not in written and not written.get("type", "").startswith(_LOOKED_UP)
    }
    return {**_BRANCH, **own}


def _capabilities(data: Mapping[str, JSON]) -> list[str]:
    """The action is made by one template and deploys the next, which may be the first to name a
    role. An acknowledgement gives no right: what may be made is the role's to say.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html
    """
    macros = "transform" in data.get("template", {})
    return ["CAPABILITY_NAMED_IAM", *(["CAPABILITY_AUTO_EXPAND"] if macros else [])]

"""The resource types of our templates that ministack lacks, as its tables want them.

What CloudFormation returns for `Ref` and `Fn::GetAtt`, and which properties it cannot update:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from tests.emulator.pipelines import Pipeline, closed_at_first, declaration_of

Properties = Mapping[str, Any]
Made = tuple[str, dict[str, str]]
"""A physical id, and what Fn::GetAtt returns."""

REPLACING: Mapping[str, tuple[str, ...]] = {
    "AWS::CodeCommit::Repository": (),
    "AWS::CodeConnections::Connection": ("ConnectionName", "HostArn", "ProviderType"),
    "AWS::CodePipeline::CustomActionType": (
        "Category",
        "ConfigurationProperties",
        "InputArtifactDetails",
        "OutputArtifactDetails",
        "Provider",
        "Settings",
        "Version",
    ),
    "AWS::CodePipeline::Pipeline": ("Name",),
    "AWS::CodePipeline::Webhook": ("Name",),
    "AWS::CodeStarConnections::Connection": ("ConnectionName", "HostArn", "ProviderType"),
    "AWS::CodeStarNotifications::NotificationRule": ("Resource",),
}
"""The properties of each type whose change replaces the resource."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a resource is made, and what is there already.

    `roles` holds the roles of the account by name, as ministack keeps them.
    """

    region: Callable[[], str]
    account: Callable[[], str]
    pipelines: MutableMapping[str, Pipeline]
    roles: Mapping[str, Mapping[str, Any]]


def handlers(surroundings: Surroundings) -> dict[str, dict[str, Callable[..., Any]]]:
    """Return type → what creates, updates and deletes a resource of it."""
    made = {
        "AWS::CodeCommit::Repository": _repository,
        "AWS::CodeConnections::Connection": _connection("codeconnections"),
        "AWS::CodePipeline::CustomActionType": _custom_action_type,
        "AWS::CodePipeline::Webhook": _webhook,
        "AWS::CodeStarConnections::Connection": _connection("codestar-connections"),
        "AWS::CodeStarNotifications::NotificationRule": _notification_rule,
    }
    return {kind: _recorded(make, surroundings) for kind, make in made.items()} | {
        "AWS::CodePipeline::Pipeline": _pipelines(surroundings)
    }


def _pipelines(surroundings: Surroundings) -> dict[str, Callable[..., Any]]:
    pipelines = surroundings.pipelines

    def declared(properties: Properties, name: str) -> dict[str, Any]:
        return declaration_of(properties, name, surroundings.region())

    def create(logical_id: str, properties: Properties, stack: str) -> Made:
        name = properties.get("Name") or _name(stack, logical_id)
        if name in pipelines:
            text = f"A pipeline with the name '{name}' already exists in account"
            raise ValueError(_refusal(f"{text} '{surroundings.account()}'", "PipelineNameInUse"))
        _refuse_role(properties["RoleArn"], surroundings)
        now = time.time()
        made = Pipeline(declared(properties, name), _tags(properties), now, now)
        made.closed = closed_at_first(properties, now)
        made.start(now, "CreatePipeline")
        pipelines[name] = made
        return name, {"Version": "1"}

    def update(name: str, _old: Properties, properties: Properties, _stack: str) -> Made:
        _refuse_role(properties["RoleArn"], surroundings)
        known, now = pipelines[name], time.time()
        known.update(declared(properties, name), _tags(properties), now)
        if str(properties.get("RestartExecutionOnUpdate")).lower() == "true":
            known.start(now, "StartPipelineExecution")
        return name, {"Version": str(known.version)}

    def delete(name: str, _properties: Properties) -> None:
        pipelines.pop(name, None)

    return {"create": create, "update": update, "delete": delete}


def _refuse_role(arn: str, surroundings: Surroundings) -> None:
    """Raise where the role is in this account and does not exist or trusts another service."""
    role = surroundings.roles.get(arn.rpartition("/")[2])
    here = arn.split(":")[4] == surroundings.account()
    if here and not (role and _trusted(role)):
        text = f"CodePipeline is not authorized to perform AssumeRole on role {arn}"
        raise ValueError(_refusal(text, "InvalidStructure"))


def _trusted(role: Mapping[str, Any]) -> bool:
    for statement in json.loads(role["AssumeRolePolicyDocument"])["Statement"]:
        services = statement["Principal"].get("Service", ())
        if "codepipeline.amazonaws.com" in ([services] if isinstance(services, str) else services):
            return True
    return False


def _refusal(text: str, code: str) -> str:
    details = f"Service: AWSCodePipeline; Status Code: 400; Error Code: {code}Exception"
    return f"{text} ({details}; Request ID: {uuid4()}; Proxy: null)"


def _recorded(
    make: Callable[[Surroundings, str, Properties], Made], surroundings: Surroundings
) -> dict[str, Callable[..., Any]]:
    """Return what is only known to the stack: no service of ministack holds it."""

    def create(logical_id: str, properties: Properties, stack: str) -> Made:
        return make(surroundings, _name(stack, logical_id), properties)

    def update(physical_id: str, _old: Properties, properties: Properties, _stack: str) -> Made:
        return physical_id, make(surroundings, physical_id, properties)[1]

    def delete(_physical_id: str, _properties: Properties) -> None:
        pass

    return {"create": create, "update": update, "delete": delete}


def _repository(surroundings: Surroundings, name: str, properties: Properties) -> Made:
    called, region = properties["RepositoryName"], surroundings.region()
    place = f"git-codecommit.{region}.amazonaws.com/v1/repos/{called}"
    return str(uuid5(NAMESPACE_URL, name)), {
        "Arn": f"arn:aws:codecommit:{region}:{surroundings.account()}:{called}",
        "CloneUrlHttp": f"https://{place}",
        "CloneUrlSsh": f"ssh://{place}",
        "Name": called,
    }


def _connection(service: str) -> Callable[[Surroundings, str, Properties], Made]:
    def make(surroundings: Surroundings, name: str, _properties: Properties) -> Made:
        prefix = f"arn:aws:{service}:{surroundings.region()}:{surroundings.account()}:connection/"
        arn = name if name.startswith(prefix) else f"{prefix}{uuid5(NAMESPACE_URL, name)}"
        # it stays pending until somebody completes the handshake in the console
        return arn, {
            "ConnectionArn": arn,
            "ConnectionStatus": "PENDING",
            "OwnerAccountId": surroundings.account(),
        }

    return make


def _custom_action_type(_: Surroundings, _name: str, properties: Properties) -> Made:
    parts = (properties["Category"], properties["Provider"], properties["Version"])
    return "|".join(str(part) for part in parts), {"Id": str(uuid5(NAMESPACE_URL, repr(parts)))}


def _webhook(surroundings: Surroundings, name: str, properties: Properties) -> Made:
    called = properties.get("Name") or name
    url = f"https://{surroundings.region()}.webhooks.aws/trigger?t={uuid5(NAMESPACE_URL, called)}"
    return called, {"Id": called, "Url": url}


def _notification_rule(surroundings: Surroundings, name: str, _properties: Properties) -> Made:
    service = f"arn:aws:codestar-notifications:{surroundings.region()}:{surroundings.account()}"
    arn = name if name.startswith(service) else f"{service}:notificationrule/{_digits(name)}"
    return arn, {"Arn": arn}


def _digits(name: str) -> str:
    return uuid5(NAMESPACE_URL, name).hex


def _name(stack: str, logical_id: str) -> str:
    """Return a name as CloudFormation makes one, the same at each update."""
    return f"{stack}-{logical_id}"[:86] + f"-{_digits(stack + logical_id)[:13].upper()}"


def _tags(properties: Properties) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in properties.get("Tags", ())}

"""A resource to plain JSON: texts rendered, properties checked against troposphere's classes."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from pipelinegen.errors import InternalError
from pipelinegen.fragment import Resource, Statement
from pipelinegen.intrinsics import is_intrinsic
from pipelinegen.patching import merge_patch
from pipelinegen.policy import rendered
from pipelinegen.provider import JSON
from pipelinegen.text import Expression, Part, Ref, Replaced, Resolve, Text, expression

_CLASSES: Mapping[str, tuple[str, str]] = {
    "AWS::CloudWatch::Alarm": ("cloudwatch", "Alarm"),
    "AWS::CodeBuild::Project": ("codebuild", "Project"),
    "AWS::CodePipeline::CustomActionType": ("codepipeline", "CustomActionType"),
    "AWS::CodePipeline::Pipeline": ("codepipeline", "Pipeline"),
    "AWS::CodePipeline::Webhook": ("codepipeline", "Webhook"),
    "AWS::CodeStarNotifications::NotificationRule": ("codestarnotifications", "NotificationRule"),
    "AWS::Events::Rule": ("events", "Rule"),
    "AWS::IAM::ManagedPolicy": ("iam", "ManagedPolicy"),
    "AWS::IAM::Role": ("iam", "Role"),
    "AWS::KMS::Alias": ("kms", "Alias"),
    "AWS::KMS::Key": ("kms", "Key"),
    "AWS::Lambda::Function": ("awslambda", "Function"),
    "AWS::Logs::LogGroup": ("logs", "LogGroup"),
    "AWS::S3::Bucket": ("s3", "Bucket"),
    "AWS::S3::BucketPolicy": ("s3", "BucketPolicy"),
    "AWS::SNS::Topic": ("sns", "Topic"),
    "AWS::SNS::TopicPolicy": ("sns", "TopicPolicy"),
    "AWS::SQS::Queue": ("sqs", "Queue"),
    "AWS::SQS::QueuePolicy": ("sqs", "QueuePolicy"),
    "AWS::SSM::Parameter": ("ssm", "Parameter"),
    "AWS::Scheduler::Schedule": ("scheduler", "Schedule"),
}


_BRANCH = Ref("branch", "name")
_NOT_IN_TAGS = ",#%"


class Renderer:
    """Renders `Text` and `Statement` anywhere inside plain data; `tags` go on every resource."""

    def __init__(self, resolve: Resolve, tags: Mapping[str, str]) -> None:
        self._resolve = resolve
        self.tags = {key: self(_tag(Text.parse(value))) for key, value in tags.items()}

    def __call__(self, value: JSON) -> Expression:
        """Return the value as plain JSON."""
        if isinstance(value, Text):
            return expression(value, self._resolve)
        if isinstance(value, Statement):
            return rendered(value, self)
        if isinstance(value, Mapping):
            return {key: self(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self(item) for item in value]
        return value


def _tag(text: Text) -> Text:
    """Return the text of a tag; what a branch name may hold and a tag may not becomes '_'.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
    """
    return Text(tuple(_in_tag(part) if part == _BRANCH else part for part in text.parts))


def _in_tag(part: Part) -> Part:
    for character in _NOT_IN_TAGS:
        part = Replaced(Text.of(part), character, "_", otherwise=Text.of(part))
    return part


def resource_body(resource: Resource, render: Renderer) -> dict[str, Expression]:
    """Return the resource as it stands in a template.

    Raises InternalError for a property that the resource type does not have: that is our bug.
    """
    properties = render(resource.properties)
    kind = _class_of(resource.type)
    if render.tags and "Tags" in kind.props:
        properties["Tags"] = _tags(kind, render.tags)
    checked = _checked(kind, resource.logical_id, properties)
    body = {
        "Type": resource.type,
        "Metadata": {"pipelinegen": {"path": resource.path, **render(resource.metadata)}},
        **render(resource.attributes),
        "Properties": merge_patch(checked, resource.patch),
    }
    return body if body["Properties"] else {**body, "Properties": {}}


def _class_of(resource_type: str) -> Any:
    module, name = _CLASSES[resource_type]
    return getattr(import_module(f"troposphere.{module}"), name)


def _tags(kind: Any, tags: Mapping[str, Expression]) -> Expression:
    if kind.__module__ == "troposphere.codestarnotifications":
        return dict(tags)
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _checked(kind: Any, logical_id: str, properties: dict[str, Expression]) -> Expression:
    """Pass properties through troposphere, which knows their names and how they nest.

    Values are the spec's, or CloudFormation's to judge; only names and nesting are ours.
    """
    from troposphere import encode_to_dict

    try:
        built = _built(kind, properties, logical_id)
        return encode_to_dict(built).get("Properties", {})
    except (AttributeError, TypeError, ValueError) as fault:
        raise InternalError(f"{logical_id}: {fault}") from fault


def _built(kind: Any, properties: Mapping[str, Expression], *title: str) -> Any:
    """Make an object of a troposphere class from plain data, nested properties included."""
    values = {
        name: _value(kind.props[name][0] if name in kind.props else None, value)
        for name, value in properties.items()
    }
    return kind(*title, **values).no_validation()


def _value(expected: Any, value: Expression) -> Any:
    if isinstance(expected, list) and isinstance(value, list):
        return [_value(expected[0], item) for item in value]
    if isinstance(value, dict) and not is_intrinsic(value) and _has_properties(expected):
        return _built(expected, value)
    return _verbatim(value)


def _has_properties(expected: Any) -> bool:
    from troposphere import AWSProperty

    return isinstance(expected, type) and issubclass(expected, AWSProperty)


def _verbatim(value: Expression) -> Any:
    from troposphere import AWSHelperFn

    function = AWSHelperFn()
    function.data = value
    return function

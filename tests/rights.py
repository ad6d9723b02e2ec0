"""Whether IAM knows what a template grants: actions that exist, resources that they take."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

JSON = Any

BINDINGS = {
    "AWS::Partition": "aws",
    "AWS::Region": "eu-west-1",
    "AWS::AccountId": "111111111111",
    "AWS::StackId": "arn:aws:cloudformation:eu-west-1:111111111111:stack/any/0a-1b",
}

# What `Fn::GetAtt` gives, by resource type: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/
_ARNS = {
    "AWS::S3::Bucket": "arn:aws:s3:::{name}",
    "AWS::IAM::Role": "arn:aws:iam::111111111111:role/{name}",
    "AWS::KMS::Key": "arn:aws:kms:eu-west-1:111111111111:key/{name}",
    "AWS::Logs::LogGroup": "arn:aws:logs:eu-west-1:111111111111:log-group:{name}:*",
    "AWS::SNS::Topic": "arn:aws:sns:eu-west-1:111111111111:{name}",
    "AWS::Lambda::Function": "arn:aws:lambda:eu-west-1:111111111111:function:{name}",
    "AWS::SQS::Queue": "arn:aws:sqs:eu-west-1:111111111111:{name}",
    "AWS::CodeBuild::Project": "arn:aws:codebuild:eu-west-1:111111111111:project/{name}",
}
UNKNOWN = "unknown"
_REF_IS_ARN = {"AWS::SNS::Topic"}


def grants(template: JSON) -> Iterator[tuple[str, JSON]]:
    """Yield (logical id, statement) of what every identity policy of ours allows by name."""
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] not in ("AWS::IAM::Role", "AWS::IAM::ManagedPolicy"):
            continue
        properties = resource["Properties"]
        documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
        documents += [properties["PolicyDocument"]] if "PolicyDocument" in properties else []
        for document in documents:
            for statement in document["Statement"]:
                if statement.get("Effect") != "Deny" and "Action" in statement:
                    yield logical_id, statement


def faults(template: JSON) -> list[str]:
    """Return what IAM would not understand, or would silently not apply, in a resolved template.

    `template` has no conditions left and its pseudo parameters are bound to `BINDINGS`.
    """
    found = []
    for logical_id, statement in grants(template):
        where = f"{logical_id} {statement['Sid']}"
        arns = [filled(resource, template) for resource in statement["Resource"]]
        found += [f"{where}: no ARN: {arn}" for arn in arns if arn and not _is_arn(arn)]
        for action in statement["Action"]:
            service, _, name = action.partition(":")
            if name == "*":
                continue
            known = _services()[service]["Actions"].get(name.lower())
            if known is None:
                found.append(f"{where}: no such action: {action}")
                continue
            kinds = known.get("Resources", [])
            kinds = [kinds] if isinstance(kinds, str) else kinds
            for arn in arns:
                if arn is None or arn == "*" or arn.startswith(UNKNOWN):
                    continue
                if not any(_fits(arn, service, kind) for kind in kinds):
                    found.append(f"{where}: {action} takes no {arn}")
    return found


def unscoped(template: JSON) -> list[str]:
    """Return role: action for every right on '*' although the action takes a resource."""
    found = []
    for logical_id, statement in grants(template):
        if "*" not in statement["Resource"]:
            continue
        for action in statement["Action"]:
            service, _, name = action.partition(":")
            if name == "*" or _services()[service]["Actions"][name.lower()].get("Resources"):
                found.append(f"{logical_id}: {action}")
    return found


def exists(action: str) -> bool:
    """Tell whether IAM knows an action, spelled as it spells it."""
    service, _, name = action.partition(":")
    return name.lower() in _services()[service]["Actions"]


def filled(value: JSON, template: JSON) -> str | None:
    """Return what an expression may come to, None for what only a deployment knows whole."""
    match value:
        case str():
            return value
        case {"Ref": name}:
            kind = template["Resources"].get(name, {}).get("Type")
            if kind in _REF_IS_ARN:
                return _ARNS[kind].format(name=name)
            return name if kind else None
        case {"Fn::GetAtt": [name, "Arn"]}:
            return _ARNS[template["Resources"][name]["Type"]].format(name=name)
        case {"Fn::Sub": str(text)}:
            return _substituted(text, {}, template)
        case {"Fn::Sub": [str(text), dict(variables)]}:
            return _substituted(text, variables, template)
        case {"Fn::Join": [str(joint), {"Fn::Split": [str(cut), whole]}]}:
            known = filled(whole, template)
            return known and known.replace(cut, joint)
        case _:
            return None


def _substituted(text: str, variables: JSON, template: JSON) -> str:
    def known(match: re.Match[str]) -> str:
        name, dot, attribute = match[1].partition(".")
        value = variables.get(name, {"Fn::GetAtt": [name, attribute]} if dot else {"Ref": name})
        return filled(value, template) or UNKNOWN

    return re.sub(r"\$\{([^!{}]+)\}", known, text)


def _is_arn(arn: str) -> bool:
    return arn == "*" or arn.startswith(("arn:", UNKNOWN))


def _fits(arn: str, service: str, kind: str) -> bool:
    formats = _services()[service]["Resources"][kind.lower()]["ARNFormats"]
    return any(_matches(arn, shape) for shape in formats)


@cache
def _shape(shape: str) -> re.Pattern[str]:
    parts = re.split(r"(\$\{\w+\}|\.\*)", shape)
    known = {
        "${Partition}": "aws",
        "${Region}": "[a-z0-9*-]*",
        "${Account}": r"\d{12}|\*?",
        ".*": ".*",
    }
    return re.compile(
        "".join(f"(?:{known[part]})" if part in known else re.escape(part) for part in parts)
    )


def _matches(arn: str, shape: str) -> bool:
    return _shape(shape).fullmatch(arn) is not None


@cache
def _services() -> JSON:
    """AWS's service authorization reference, as cfn-lint carries it."""
    folder = resources.files("cfnlint.data") / "AdditionalSpecs"
    return json.loads((folder / "Policies.json").read_text(encoding="utf-8"))

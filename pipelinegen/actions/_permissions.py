"""Statements that several providers and generated roles share."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from pipelinegen.actions._arns import is_arn, pattern
from pipelinegen.actions._environment import EnvironmentVariable
from pipelinegen.fragment import Statement
from pipelinegen.provider import JSON, Body
from pipelinegen.text import Part, Ref, Replaced, Text

Arn = Callable[..., Text]

_SECRETS = frozenset({"AWS::SecretsManager::Secret", "AWS::SecretsManager::SecretTargetAttachment"})
"""Types whose `Ref` and `Id` are the ARN of a secret.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html
"""


def permission_statements(
    body: Body, stem: str, parse: Callable[[str], Text]
) -> tuple[Statement, ...]:
    """Return the statements that a spec writes under `permissions`."""
    return tuple(
        Statement(
            f"{stem}Permission{number}",
            tuple(entry["actions"]),
            tuple(parse(resource) for resource in entry["resources"]),
            conditions=entry.get("conditions"),
        )
        for number, entry in enumerate(body.get("permissions", ()), start=1)
    )


def secret_statement(
    variables: tuple[EnvironmentVariable, ...], arn: Arn, template: Mapping[str, JSON]
) -> tuple[Statement, ...]:
    """Return the right to read the secrets that environment variables name.

    `template` is the spec's own section of CloudFormation, whose resources may be secrets. The ARN
    of a secret ends in six random characters.
    https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html
    """
    secrets = [variable.value for variable in variables if variable.type == "SECRETS_MANAGER"]
    if not secrets:
        return ()
    resources = template.get("resources", {})
    arns = tuple(_secret_arn(value, arn, resources) for value in secrets)
    return (Statement("ReadSecrets", ("secretsmanager:GetSecretValue",), _unique(arns)),)


def parameter_statement(
    variables: tuple[EnvironmentVariable, ...], arn: Arn
) -> tuple[Statement, ...]:
    """Return the right to read the SSM parameters that environment variables name."""
    names = [variable.value for variable in variables if variable.type == "PARAMETER_STORE"]
    if not names:
        return ()
    arns = tuple(_parameter_arn(pattern(name), arn) for name in names)
    return (Statement("ReadParameters", ("ssm:GetParameters",), _unique(arns)),)


def vpc_statement() -> Statement:
    """Return the right to place managed compute in a VPC; describing has no resource level.

    https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html
    """
    describe = ("DhcpOptions", "NetworkInterfaces", "Subnets", "SecurityGroups", "Vpcs")
    actions: tuple[str, ...] = ("ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface")
    actions += tuple(f"ec2:Describe{name}" for name in describe)
    return Statement("VpcAccess", actions, (Text.of("*"),))


def _secret_arn(value: Text, arn: Arn, resources: Mapping[str, JSON]) -> Text:
    """Return the ARN of a secret without the JSON key, version stage and version id behind it.

    An ARN may be written without the six random characters, IAM wants them.
    """
    if _begins_with_arn(value, resources):
        return Text.of(value.parts[0])
    if not is_arn(value):
        return arn("secretsmanager", "secret:", _fields(pattern(value), 1), "-??????")
    written = _fields(pattern(value), 7)
    last = written.parts[-1]
    whole = isinstance(last, str) and re.search(r"-[A-Za-z0-9]{6}$", last)
    return written if whole else Text.of(written, "-??????")


def _begins_with_arn(value: Text, resources: Mapping[str, JSON]) -> bool:
    """Tell whether a text begins with a reference that is a whole ARN by its type or its name."""
    first, *rest = value.parts or ("",)
    if not isinstance(first, Ref) or (rest and not str(rest[0]).startswith(":")):
        return False
    logical, _, attribute = first.name.partition(".")
    if first.kind == "resource" and attribute in ("", "Id"):
        return resources.get(logical, {}).get("Type") in _SECRETS
    return first.name.lower().endswith("arn")


def _parameter_arn(name: Text, arn: Arn) -> Text:
    """Return the ARN of a parameter: one slash stands before its name, which may begin with it."""
    if is_arn(name):
        return name
    first = name.parts[0] if name.parts else ""
    if isinstance(first, str):
        return arn("ssm", "parameter/", Text.of(first.removeprefix("/"), *name.parts[1:]))
    unknown = arn("ssm", "parameter*", name)
    return Text.of(Replaced(arn("ssm", "parameter/", name), "//", "/", otherwise=unknown))


def _fields(value: Text, count: int) -> Text:
    """Return the first fields of a text whose fields are separated by colons."""
    parts: list[Part] = []
    left = count
    for part in value.parts:
        if not isinstance(part, str):
            parts.append(part)
            continue
        fields = part.split(":")
        parts.append(":".join(fields[:left]))
        left -= len(fields) - 1
        if left <= 0:
            break
    return Text.of(*parts)


def _unique(arns: tuple[Text, ...]) -> tuple[Text, ...]:
    return tuple(dict.fromkeys(arns))

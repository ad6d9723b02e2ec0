"""IAM roles: those the spec declares, and how any role becomes a resource."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pipelinegen.actions._permissions import permission_statements
from pipelinegen.fragment import Resource, Role, Statement
from pipelinegen.names import logical_id
from pipelinegen.policy import spread
from pipelinegen.provider import JSON
from pipelinegen.resolve import declarations
from pipelinegen.resources.site import Site
from pipelinegen.text import Ref, Text

POLICY_NAME = "Permissions"
MANAGED_POLICY = "AWS::IAM::ManagedPolicy"


def declared_roles(site: Site) -> Iterator[Role]:
    """Yield the roles of the spec that something on this branch rule uses."""
    for name, entry in declarations(site.pipeline, "roles").items():
        yield Role(
            logical_id=logical_id(name, "Role"),
            trust=tuple(Text.parse(item) for item in entry["trust"]),
            statements=tuple(
                replace(statement, origins=(("roles", name),))
                for statement in permission_statements(entry, "", Text.parse)
            ),
            origin=("roles", name),
            path=f"roles/{name}",
            managed_policy_arns=tuple(map(Text.parse, entry.get("managed-policy-arns", ()))),
            permissions_boundary=(
                Text.parse(entry["permissions-boundary"])
                if "permissions-boundary" in entry
                else None
            ),
            patch=entry.get("patch", {}),
        )


def role_resources(role: Role) -> Iterator[Resource]:
    """Yield a role with its policy inside, so that nothing runs before it may.

    What does not fit inside goes to managed policies.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
    """
    inside, *beside = spread(role.statements)
    properties: dict[str, JSON] = {
        "AssumeRolePolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": _principal(entry), "Action": "sts:AssumeRole"}
                for entry in role.trust
            ],
        },
        "ManagedPolicyArns": list(role.managed_policy_arns),
        "PermissionsBoundary": role.permissions_boundary,
        "Policies": [{"PolicyName": POLICY_NAME, "PolicyDocument": _document(inside)}]
        if inside
        else [],
    }
    yield Resource(
        logical_id=role.logical_id,
        type="AWS::IAM::Role",
        properties={key: value for key, value in properties.items() if value},
        origin=role.origin,
        path=role.path,
        patch=role.patch,
    )
    for number, portion in enumerate(beside, start=2):
        yield Resource(
            logical_id=f"{role.logical_id}Policy{number}",
            type=MANAGED_POLICY,
            properties={
                "Description": "Rights that do not fit inside the role",
                "PolicyDocument": _document(portion),
                "Roles": [Text.of(Ref("resource", role.logical_id))],
            },
            origin=role.origin,
            path=role.path,
        )


def _document(statements: tuple[Statement, ...]) -> dict[str, JSON]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _principal(entry: Text) -> dict[str, JSON]:
    literal = entry.literal
    if literal is not None and re.fullmatch(r"\d{12}", literal):
        root = Text.of("arn:", Ref("AWS", "Partition"), f":iam::{literal}:root")
        return {"AWS": root}
    if literal is not None and not literal.startswith("arn:"):
        return {"Service": literal}
    return {"AWS": entry}

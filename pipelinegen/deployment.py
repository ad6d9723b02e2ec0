"""What the stack of one branch should be: template, parameters, tags, capabilities, fingerprint."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pipelinegen import __version__, dump
from pipelinegen.errors import UsageError
from pipelinegen.fragment import Template
from pipelinegen.model import BranchRule, Spec
from pipelinegen.names import stack_name
from pipelinegen.selection import parameters, rule_of

PIPELINE_TAG = "pipelinegen:pipeline"
BRANCH_HASH_TAG = "pipelinegen:branch-hash"
RULE_TAG = "pipelinegen:rule"

_HASH_LENGTH = 32
_OURS = "pipelinegen"
OF_BRANCH = frozenset({"BranchName", "BranchSlug", "BranchRule"})
"""The parameters that follow from the branch."""

_NAMING = {
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
}
"""Resources that need CAPABILITY_NAMED_IAM once they are named.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html
"""


@dataclass(frozen=True, slots=True)
class Deployment:
    """One stack as it is wanted.

    `body` is the template with the fingerprint in its metadata. `previous` are parameters that
    must have a value and got none here: an existing stack keeps its own. `changing` tells that a
    parameter is looked up at each deployment, so that an equal fingerprint proves nothing.
    `command` deploys a stack that serves no single branch; such a stack is ours by its tags.
    """

    stack: str
    pipeline: str
    branch: str
    rule: BranchRule
    body: Mapping[str, Any]
    parameters: Mapping[str, str]
    previous: tuple[str, ...]
    changing: bool
    tags: Mapping[str, str]
    capabilities: tuple[str, ...]
    role_arn: str | None
    fingerprint: str
    command: tuple[str, ...] = ()

    @property
    def values(self) -> dict[str, str]:
        """The user's own parameters, as they were given."""
        return {name: value for name, value in self.parameters.items() if name not in OF_BRANCH}

    @property
    def namesake(self) -> str:
        """What the stack is named after: its branch, or the rule whose branches share it."""
        return self.rule.namesake(self.branch)

    @property
    def text(self) -> str:
        """The template as it is sent: the shortest JSON."""
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":"))


def deployment(
    spec: Spec,
    template: Template,
    branch: str,
    *,
    values: Mapping[str, str],
    role_arn: str | None,
    rule: BranchRule | None = None,
) -> Deployment:
    """Return what the stack of `branch` should be; `values` are the user's own parameters.

    `rule` is the one that takes the branch, where that is known already. Raises UsageError for a
    branch without a rule and for a parameter that the template lacks.
    """
    rule = rule or rule_of(spec.branch_rules, branch)
    given = {**values, **parameters(rule, branch)}
    declared = template.body["Parameters"]
    _refuse_unknown(values, declared)
    tags = {
        PIPELINE_TAG: spec.name,
        BRANCH_HASH_TAG: branch_hash(rule.namesake(branch)),
        RULE_TAG: rule.id,
    }
    capabilities = capabilities_of(template.body)
    mark = fingerprint(template.body, given, tags, capabilities, role_arn)
    return Deployment(
        stack=stack_name(spec.name, given["BranchSlug"]),
        pipeline=spec.name,
        branch=branch,
        rule=rule,
        body=stamped(template.body, mark),
        parameters=given,
        previous=tuple(
            name for name, one in declared.items() if name not in given and "Default" not in one
        ),
        changing=any(one["Type"].startswith("AWS::SSM::") for one in declared.values()),
        tags=tags,
        capabilities=capabilities,
        role_arn=role_arn,
        fingerprint=mark,
    )


def branch_hash(branch: str) -> str:
    """Return what stands for a branch in a tag, where not every character of it may stand."""
    return sha256(branch.encode()).hexdigest()[:_HASH_LENGTH]


def fingerprint(
    body: Mapping[str, Any],
    given: Mapping[str, str],
    tags: Mapping[str, str],
    capabilities: tuple[str, ...],
    role_arn: str | None,
) -> str:
    """Return 64 hex digits that tell two deployments apart, but not two versions of the tool.

    They stand in the template for all to read, so values under NoEcho must not be found by trying.
    """
    declared = body.get("Parameters", {})
    told = [
        (name, value)
        for name, value in sorted(given.items())
        if str(declared.get(name, {}).get("NoEcho")).lower() != "true"
    ]
    whole = [_without_ours(body), told, sorted(tags.items()), capabilities]
    return sha256(dump.to_json([*whole, role_arn]).encode()).hexdigest()


def recorded(body: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return our own metadata of a template; empty where it is not ours."""
    metadata = (body or {}).get("Metadata")
    ours = metadata.get(_OURS) if isinstance(metadata, Mapping) else None
    return ours if isinstance(ours, Mapping) else {}


def capabilities_of(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the capabilities that CloudFormation will ask for, and no others."""
    found = set()
    for resource in body["Resources"].values():
        kind = resource["Type"]
        if kind.startswith("AWS::IAM::"):
            named = _NAMING.get(kind) in resource.get("Properties", {})
            found.add("CAPABILITY_NAMED_IAM" if named else "CAPABILITY_IAM")
    if "CAPABILITY_NAMED_IAM" in found:
        found = {"CAPABILITY_NAMED_IAM"}
    if "Transform" in body:
        found.add("CAPABILITY_AUTO_EXPAND")
    return tuple(sorted(found))


def stamped(body: Mapping[str, Any], mark: str) -> dict[str, Any]:
    """Return a template with its fingerprint and our version in its metadata."""
    metadata = body.get("Metadata", {})
    ours = {**recorded(body), "tool-version": __version__, "fingerprint": mark}
    return {**body, "Metadata": {**metadata, _OURS: ours}}


def _refuse_unknown(values: Mapping[str, str], declared: Mapping[str, Any]) -> None:
    for name in values:
        if name in OF_BRANCH:
            raise UsageError(f"parameter '{name}' follows from the branch; leave it out")
        if name not in declared:
            known = ", ".join(sorted(declared.keys() - OF_BRANCH)) or "none"
            raise UsageError(f"the template has no parameter '{name}'; it has {known}")


def _without_ours(body: Mapping[str, Any]) -> dict[str, Any]:
    """Drop our metadata of the template and of its resources: a stamp is no change."""
    resources = {name: _plain(resource) for name, resource in body["Resources"].items()}
    return {**_plain(body), "Resources": resources}


def _plain(node: Mapping[str, Any]) -> dict[str, Any]:
    metadata = {key: value for key, value in node.get("Metadata", {}).items() if key != _OURS}
    rest = {key: value for key, value in node.items() if key != "Metadata"}
    return {**rest, "Metadata": metadata} if metadata else rest

"""What a change set says: the difference between what a stack holds and what a template wants."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.fake_aws import holdings
from tests.fake_aws.model import JSON
from tests.fake_aws.stack import Resource, Stack
from tests.fake_aws.templates import KNOWN_LATER, Evaluation, Made

_UNTAGGED = ("AWS::S3::BucketPolicy", "AWS::IAM::Policy", "AWS::Events::Rule")


def changes(stack: Stack, evaluation: Evaluation, tags: Mapping[str, str]) -> list[JSON]:
    """Return the changes, with property values, as DescribeChangeSet lists them."""
    here = {one.logical_id: one for one in stack.alive()}
    wanted = evaluation.resources()
    replaced = {name for name, one in wanted.items() if name in here and replacing(here[name], one)}
    if replaced:
        known = evaluation.known
        evaluation.known = lambda name, attribute: (
            KNOWN_LATER if name in replaced else known(name, attribute)
        )
        wanted = evaluation.resources()
    retagged = here and dict(tags) != stack.version.tags
    found = []
    for name in sorted({*here, *wanted}):
        if name not in here:
            found.append(_add(name, wanted[name]))
        elif name not in wanted:
            found.append(_remove(here[name]))
        elif details := _details(here[name], wanted[name], bool(retagged)):
            found.append(_modify(here[name], wanted[name], details))
    return [{"Type": "Resource", "ResourceChange": one} for one in found]


def differs(resource: Resource, wanted: Made, retagged: bool) -> bool:
    """Tell whether a resource is to be updated."""
    return bool(_details(resource, wanted, retagged))


def replacing(resource: Resource, wanted: Made) -> bool:
    """Tell whether a change takes a new resource."""
    before = resource.made.properties if resource.made else wanted.properties
    return bool(holdings.replaces(resource.type, before, wanted.properties))


def without_values(change: JSON) -> JSON:
    """Return a change as it reads when nobody asked for property values."""
    found = {**change["ResourceChange"]}
    found.pop("BeforeContext", None)
    found.pop("AfterContext", None)
    seen = {}
    for one in found.get("Details", ()):
        target = one["Target"]
        kept = {key: target[key] for key in ("Attribute", "Name") if key in target}
        seen[tuple(kept.values())] = {
            **one,
            "Target": {**kept, "RequiresRecreation": target["RequiresRecreation"]},
        }
    return {**change, "ResourceChange": {**found, "Details": [*seen.values()]}}


def _add(name: str, made: Made) -> JSON:
    return {
        "Action": "Add",
        "LogicalResourceId": name,
        "ResourceType": made.type,
        "Scope": [],
        "Details": [],
        "AfterContext": json.dumps({"Properties": made.properties}),
    }


def _remove(resource: Resource) -> JSON:
    policy = resource.made.deletion_policy if resource.made else "Delete"
    return {
        "Action": "Remove",
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.physical_id,
        "ResourceType": resource.type,
        "PolicyAction": "Delete" if policy == "Delete" else "Retain",
        "Scope": [],
        "Details": [],
    }


def _modify(resource: Resource, wanted: Made, details: list[JSON]) -> JSON:
    new = replacing(resource, wanted)
    kept = "Delete" if wanted.replace_policy == "Delete" else "Retain"
    return {
        "Action": "Modify",
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.physical_id,
        "ResourceType": resource.type,
        "Replacement": "True" if new else "False",
        **({"PolicyAction": f"ReplaceAnd{kept}"} if new else {}),
        "Scope": sorted({one["Target"]["Attribute"] for one in details}),
        "Details": details,
    }


def _details(resource: Resource, wanted: Made, retagged: bool) -> list[JSON]:
    before = resource.made
    if before is None:
        return [_detail("Properties", (), None, wanted.properties, "Never")]
    always = holdings.replaces(resource.type, before.properties, wanted.properties)
    found = [
        _detail("Properties", path, old, new, "Always" if path[0] in always else "Never")
        for path, old, new in _leaves(before.properties, wanted.properties)
    ]
    pairs = {
        "Metadata": (before.metadata, wanted.metadata),
        "DeletionPolicy": (before.deletion_policy, wanted.deletion_policy),
        "UpdateReplacePolicy": (before.replace_policy, wanted.replace_policy),
    }
    for attribute, (old, new) in pairs.items():
        if old != new:
            found.append(_detail(attribute, (), old, new, "Never"))
    if retagged and resource.type not in _UNTAGGED:
        found.append(_detail("Tags", (), None, None, "Never"))
    return found


def _detail(attribute: str, path: tuple[str, ...], old: Any, new: Any, recreation: str) -> JSON:
    kind = "Add" if old is None else "Remove" if new is None else "Modify"
    target = {
        "Attribute": attribute,
        "RequiresRecreation": recreation,
        "Path": "/" + "/".join([attribute, *path]),
        "AttributeChangeType": kind,
    }
    if path:
        target["Name"] = path[0]
    for key, value in (("BeforeValue", old), ("AfterValue", new)):
        if value is not None:
            target[key] = value if isinstance(value, str) else json.dumps(value)
    return {"Target": target, "Evaluation": "Static", "ChangeSource": "DirectModification"}


def _leaves(
    before: Any, after: Any, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            yield from _leaves(before.get(key), after.get(key), (*path, key))
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            pair = [one[index] if index < len(one) else None for one in (before, after)]
            yield from _leaves(pair[0], pair[1], (*path, str(index)))
    elif before != after:
        yield path, before, after

"""Which resources of a template wait for which others."""

from __future__ import annotations

from typing import Any

import pytest

from pipelinegen.life_cycle.waits import waits_for
from pipelinegen.records import ChangeSet, ResourceChange

CASES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "Ref": ({"Properties": {"Role": {"Ref": "Role"}}}, ("Role",)),
    "GetAtt as a list": ({"Properties": {"Arn": {"Fn::GetAtt": ["Role", "Arn"]}}}, ("Role",)),
    "GetAtt as a text": ({"Properties": {"Arn": {"Fn::GetAtt": "Role.Arn"}}}, ("Role",)),
    "Sub": ({"Properties": {"A": {"Fn::Sub": "${Role.Arn}/${Bucket}"}}}, ("Bucket", "Role")),
    "text that is left to AWS": ({"Properties": {"A": "${!Role}"}}, ()),
    "in a list": (
        {"Properties": {"All": [1, {"Ref": "Bucket"}, {"Ref": "Role"}]}},
        ("Bucket", "Role"),
    ),
    "DependsOn one": ({"DependsOn": "Role"}, ("Role",)),
    "DependsOn several": ({"DependsOn": ["Role", "Bucket"]}, ("Bucket", "Role")),
    "a property that is called DependsOn": (
        {"Properties": {"DependsOn": [{"ContainerName": {"Ref": "Role"}}, "Bucket"]}},
        ("Bucket", "Role"),
    ),
    "a resource that is not touched": ({"Properties": {"A": {"Ref": "Other"}}}, ()),
    "a parameter": ({"Properties": {"A": {"Ref": "BranchName"}}}, ()),
    "itself": ({"Properties": {"A": {"Ref": "Pipeline"}}}, ()),
    "nothing": ({}, ()),
}


@pytest.mark.parametrize(("resource", "expected"), CASES.values(), ids=CASES)
def test_waits(resource: dict[str, Any], expected: tuple[str, ...]) -> None:
    """A resource waits for those that it mentions and that the change set touches, too."""
    body = {"Resources": {"Pipeline": resource, "Role": {}, "Bucket": {}, "Other": {}}}
    touched = [ResourceChange(name, "T", "Modify") for name in ("Pipeline", "Role", "Bucket")]
    change_set = ChangeSet(
        "pg-1", "id", "stack", "CREATE_COMPLETE", "AVAILABLE", changes=tuple(touched)
    )
    assert waits_for(body, change_set) == {"Pipeline": expected, "Role": (), "Bucket": ()}


def test_resource_that_goes() -> None:
    """What is removed is no longer in the template, and waits for nothing."""
    gone = ResourceChange("Gone", "T", "Remove")
    change_set = ChangeSet("pg-1", "id", "s", "CREATE_COMPLETE", "AVAILABLE", changes=(gone,))
    assert waits_for({"Resources": {}}, change_set) == {"Gone": ()}

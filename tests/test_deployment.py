"""What the stack of one branch should be, before AWS is asked anything."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipelinegen import __version__
from pipelinegen.compiler import compile_spec
from pipelinegen.deployment import (
    Deployment,
    branch_hash,
    capabilities_of,
    deployment,
    fingerprint,
    recorded,
)
from pipelinegen.errors import UsageError
from tests.conftest import ROOT

GITFLOW = (ROOT / "examples/gitflow/pipelinegen.yaml").read_bytes()
WITH_PARAMETER = b"""
pipeline: shop
branches: [{branch: main}]
parameters:
  Vpc: {type: String}
  Network: {ssm: /net/vpc}
sources: [{codecommit: {repository-name: shop}}]
stages:
  - stage: Build
    actions: [{codebuild: {buildspec: b.yml, env: {VPC: "${param:Vpc}", N: "${param:Network}"}}}]
"""


def wanted(
    content: bytes = GITFLOW,
    branch: str = "feature/login",
    *,
    role_arn: str | None = None,
    **values: str,
) -> Deployment:
    compilation = compile_spec("pipelinegen.yaml", content)
    assert compilation.spec is not None
    assert compilation.template is not None
    return deployment(
        compilation.spec, compilation.template, branch, values=values, role_arn=role_arn
    )


def test_stack_of_a_branch() -> None:
    """Name, parameters and tags follow from the branch; its raw name is no tag."""
    found = wanted()
    assert found.stack == "shop-feature-login-df7c7a-pipeline"
    assert found.parameters == {
        "BranchName": "feature/login",
        "BranchSlug": "feature-login-df7c7a",
        "BranchRule": "feature",
    }
    assert found.tags == {
        "pipelinegen:pipeline": "shop",
        "pipelinegen:branch-hash": branch_hash("feature/login"),
        "pipelinegen:rule": "feature",
    }
    assert found.rule.name == "feature/*"
    assert found.previous == ()
    assert not found.changing


def test_text_is_the_stamped_template() -> None:
    """What is sent is short JSON that holds the fingerprint and the version of the tool."""
    found = wanted()
    assert ": " not in found.text.partition('"Parameters"')[0]
    body = json.loads(found.text)
    assert recorded(body)["fingerprint"] == found.fingerprint
    assert recorded(body)["tool-version"] == __version__


def test_fingerprint_is_stable() -> None:
    """The same spec, branch and flags give the same fingerprint."""
    assert wanted().fingerprint == wanted().fingerprint


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(lambda: wanted(branch="feature/logout"), id="another branch"),
        pytest.param(lambda: wanted(branch="main"), id="another branch rule"),
        pytest.param(lambda: wanted(role_arn="arn:aws:iam::1:role/r"), id="another role"),
        pytest.param(lambda: wanted(GITFLOW.replace(b"ci/build", b"ci/b")), id="another template"),
    ],
)
def test_fingerprint_tells_apart(other: Any) -> None:
    """What would change the stack changes the fingerprint."""
    assert other().fingerprint != wanted().fingerprint


def test_our_metadata_is_no_change() -> None:
    """Another version of the tool that makes the same template makes the same fingerprint."""
    body: dict[str, Any] = {
        "Metadata": {"pipelinegen": {"tool-version": "0.1.0"}, "Other": 1},
        "Resources": {"A": {"Type": "T", "Metadata": {"pipelinegen": {"path": "stages/A"}}}},
    }
    plain = {"Metadata": {"Other": 1}, "Resources": {"A": {"Type": "T"}}}
    nothing: tuple[Any, ...] = ({}, {}, (), None)
    assert fingerprint(body, *nothing) == fingerprint(plain, *nothing)
    other = {**plain, "Metadata": {"Other": 2}}
    assert fingerprint(other, *nothing) != fingerprint(plain, *nothing)


def test_fingerprint_can_be_read_back() -> None:
    """The template that was sent gives the fingerprint that it was sent with."""
    found = wanted()
    again = fingerprint(
        json.loads(found.text), found.parameters, found.tags, found.capabilities, found.role_arn
    )
    assert again == found.fingerprint


def test_parameters_of_the_spec() -> None:
    """A parameter without value is kept from before; one that is looked up proves no equality."""
    without, given = wanted(WITH_PARAMETER, "main"), wanted(WITH_PARAMETER, "main", Vpc="vpc-1")
    assert without.previous == ("Vpc",)
    assert given.previous == ()
    assert given.parameters["Vpc"] == "vpc-1"
    assert without.changing


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Vcp", "the template has no parameter 'Vcp'; it has Network, Vpc"),
        ("BranchName", "parameter 'BranchName' follows from the branch; leave it out"),
    ],
)
def test_refused_parameters(name: str, message: str) -> None:
    """A parameter that the template lacks, or that the branch settles, is a mistake."""
    with pytest.raises(UsageError, match=message):
        wanted(WITH_PARAMETER, "main", **{name: "x"})


def test_no_parameters_at_all() -> None:
    """The message does not end in nothing."""
    with pytest.raises(UsageError, match="it has none"):
        wanted(Vpc="x")


@pytest.mark.parametrize(
    ("resource", "transform", "expected"),
    [
        ({"Type": "AWS::SNS::Topic"}, None, ()),
        ({"Type": "AWS::IAM::Role"}, None, ("CAPABILITY_IAM",)),
        ({"Type": "AWS::IAM::Policy"}, None, ("CAPABILITY_IAM",)),
        (
            {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "r"}},
            None,
            ("CAPABILITY_NAMED_IAM",),
        ),
        (
            {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"ManagedPolicyName": "p"}},
            "AWS::Serverless-2016-10-31",
            ("CAPABILITY_AUTO_EXPAND", "CAPABILITY_NAMED_IAM"),
        ),
        ({"Type": "AWS::SNS::Topic"}, ["AWS::Include"], ("CAPABILITY_AUTO_EXPAND",)),
    ],
)
def test_capabilities(resource: dict[str, Any], transform: Any, expected: tuple[str, ...]) -> None:
    """Only the capabilities that the template needs are acknowledged."""
    body = {"Resources": {"One": resource, "Other": {"Type": "AWS::S3::Bucket"}}}
    if transform:
        body["Transform"] = transform
    assert capabilities_of(body) == expected


@pytest.mark.parametrize("body", [None, {}, {"Metadata": None}, {"Metadata": {"pipelinegen": 1}}])
def test_foreign_templates_record_nothing(body: Any) -> None:
    """A template that is not ours has no metadata of ours, whatever its shape."""
    assert recorded(body) == {}

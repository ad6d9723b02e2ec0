"""What references stand for: each kind, values inside JSON, hidden parameters, the mapping."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from pipelinegen.branches import branch_rules
from pipelinegen.model import Spec
from pipelinegen.ordering import ordered
from pipelinegen.resolve import resolve
from pipelinegen.scope import KINDS, mappings, parameters, resolver, whole
from pipelinegen.text import Text, expression, json_text
from pipelinegen.wiring import wire

JSON = Any

SPEC = """
pipeline: shop
values: {size: small, same: constant, quoted: 'say "hi"', path: plain}
branches:
  - {branch: main, values: {size: large, path: 'C:\\temp'}}
  - {branch: feature/*}
parameters: {Vpc: {ssm: /net/vpc}}
sources: [{codecommit: {repository-name: shop}}]
roles: {Deploy: {trust: [cloudformation.amazonaws.com]}}
topics: {Team: {}}
projects: {Builder: {buildspec: b.yml}}
functions: {Warm: {runtime: python3.13, handler: index.h, code: "x"}}
template: {expressions: {Zone: {'Fn::FindInMap': [Zones, {Ref: Stage}, Name]}, Count: 5}}
stages:
  - stage: Build
    actions:
      - codebuild: {buildspec: b.yml, env: {A: "${ssm:/app/host}", B: "${param:Vpc}"}}
      - action: Only
        only: [main]
        codebuild-test: {buildspec: b.yml, env: {A: "${ssm:/app/key}"}}
"""
SIZE = {"Fn::FindInMap": ["BranchRules", {"Ref": "BranchRule"}, "Size"]}
PATH_IN_JSON = {"Fn::FindInMap": ["BranchRules", {"Ref": "BranchRule"}, "PathJson"]}


def _spec(text: str = SPEC) -> Spec:
    data = yaml.safe_load(text)
    return Spec(ordered(data), branch_rules(data))


def _resolve(spec: Spec) -> Any:
    pipelines = {rule.id: wire(resolve(spec, rule)) for rule in spec.branch_rules}
    return resolver(pipelines["main"], whole(spec, pipelines))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("plain", "plain"),
        ("${branch:name}", {"Ref": "BranchName"}),
        ("${branch:slug}", {"Ref": "BranchSlug"}),
        ("${branch:rule}", {"Ref": "BranchRule"}),
        ("${value:size}", SIZE),
        ("${value:same}", "constant"),
        ("${value:quoted}", 'say "hi"'),
        ("${param:Vpc}", {"Ref": "Vpc"}),
        ("${AWS::Region}", {"Ref": "AWS::Region"}),
        ("${role:Deploy}", {"Fn::GetAtt": ["DeployRole", "Arn"]}),
        ("${topic:Team}", {"Ref": "TeamTopic"}),
        ("${project:Builder}", {"Ref": "BuilderProject"}),
        ("${function:Warm}", {"Ref": "WarmFunction"}),
        ("${store:bucket}", {"Ref": "ArtifactBucket"}),
        ("${store:arn}", {"Fn::GetAtt": ["ArtifactBucket", "Arn"]}),
        ("${import:zone}", {"Fn::ImportValue": "zone"}),
        ("${ssm:/app/host}", {"Ref": "SsmAppHost"}),
        ("${ssm:/app/key}", "{{resolve:ssm:/app/key}}"),
        ("${secret:app:key}", "{{resolve:secretsmanager:app:SecretString:key}}"),
        ("${secret:a/b:c}", "{{resolve:secretsmanager:a/b:SecretString:c}}"),
        ("${resource:Site}", {"Ref": "Site"}),
        ("${resource:Site.Arn}", {"Fn::GetAtt": ["Site", "Arn"]}),
        ("${resource:Db.Endpoint.Port}", {"Fn::GetAtt": ["Db", "Endpoint.Port"]}),
        ("${expr:Zone}", {"Fn::FindInMap": ["Zones", {"Ref": "Stage"}, "Name"]}),
        ("${expr:Count}", 5),
        ("${!value:size}", "${value:size}"),
        ("#{Source.CommitId}", "#{SourceVariables.CommitId}"),
        ("#{variables.Any}", "#{variables.Any}"),
        ("#{codepipeline.PipelineExecutionId}", "#{codepipeline.PipelineExecutionId}"),
        ("#{Unknown.Any}", "#{Unknown.Any}"),
    ],
)
def test_a_text_that_is_one_reference_is_what_it_refers_to(source: str, expected: JSON) -> None:
    """The bare intrinsic, or the literal where all branch rules agree."""
    assert expression(Text.parse(source), _resolve(_spec())) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a-${branch:slug}", {"Fn::Sub": "a-${BranchSlug}"}),
        ("a-${value:same}-b", "a-constant-b"),
        ("${value:size}!", {"Fn::Sub": ["${ValueSize}!", {"ValueSize": SIZE}]}),
        (
            "${value:size}/${value:size}",
            {"Fn::Sub": ["${ValueSize}/${ValueSize}", {"ValueSize": SIZE}]},
        ),
        ("${role:Deploy}/${AWS::Region}", {"Fn::Sub": "${DeployRole.Arn}/${AWS::Region}"}),
        ("${!x} ${branch:slug}", {"Fn::Sub": "${!x} ${BranchSlug}"}),
        (
            "#{Source.CommitId}-${branch:slug}",
            {"Fn::Sub": "#{SourceVariables.CommitId}-${BranchSlug}"},
        ),
        ("x${ssm:/app/key}x", "x{{resolve:ssm:/app/key}}x"),
        ("n=${expr:Count}", {"Fn::Sub": ["n=${ExprCount}", {"ExprCount": 5}]}),
    ],
)
def test_mixed_text_is_a_substitution(source: str, expected: JSON) -> None:
    assert expression(Text.parse(source), _resolve(_spec())) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": "${value:same}"}, '{"a":"constant"}'),
        ({"a": "${value:quoted}"}, '{"a":"say \\"hi\\""}'),
        ({"a": "${value:size}"}, {"Fn::Sub": ['{"a":"${ValueSize}"}', {"ValueSize": SIZE}]}),
        (
            {"a": "${value:path}"},
            {"Fn::Sub": ['{"a":"${ValuePath}"}', {"ValuePath": PATH_IN_JSON}]},
        ),
        ({"a": True, "b": None, "c": [1, "x"]}, '{"a":true,"b":null,"c":[1,"x"]}'),
        ({'"': "${branch:name}"}, {"Fn::Sub": '{"\\"":"${BranchName}"}'}),
        ({"${value:size}": 1}, '{"${value:size}":1}'),
        ({"é": "日本"}, '{"é":"日本"}'),
    ],
    ids=json.dumps,
)
def test_inside_json_a_value_is_escaped(value: JSON, expected: JSON) -> None:
    """The column of escaped values is asked only where escaping changes something."""
    assert expression(json_text(value, Text.parse), _resolve(_spec())) == expected


def test_the_mapping_has_a_row_per_rule_and_a_column_per_value_that_differs() -> None:
    spec = _spec()
    assert mappings(whole(spec, {})) == {
        "BranchRules": {
            "main": {"Path": "C:\\temp", "PathJson": "C:\\\\temp", "Size": "large"},
            "feature": {"Path": "plain", "PathJson": "plain", "Size": "small"},
        }
    }


def test_a_spec_whose_rules_agree_has_no_mapping() -> None:
    assert (
        mappings(
            whole(
                _spec(
                    SPEC.replace("values: {size: large", "values: {size: small").replace(
                        ", path: 'C:\\temp'", ""
                    )
                ),
                {},
            )
        )
        == {}
    )


def test_the_column_of_escaped_values_is_no_value_s_own() -> None:
    """A value may be named like it."""
    text = """
    pipeline: p
    values: {t: plain, t-json: x, t-json-json: z}
    branches: [{branch: main, values: {t: '"', t-json: y}}, {branch: dev}]
    sources: [{codecommit: {repository-name: r}}]
    stages: []
    """
    row = mappings(whole(_spec(text), {}))["BranchRules"]["main"]
    assert row == {"T": '"', "TJson": "y", "TJsonJsonJson": '\\"'}


def test_parameters_are_those_of_the_whole_spec() -> None:
    """The branch's three, the spec's own, and one for each SSM parameter that all rules read."""
    spec = _spec()
    pipelines = {rule.id: resolve(spec, rule) for rule in spec.branch_rules}
    found = parameters(whole(spec, pipelines))
    assert list(found) == ["BranchName", "BranchSlug", "BranchRule", "Vpc", "SsmAppHost"]
    assert found["BranchRule"]["AllowedValues"] == ["main", "feature"]
    ssm = "AWS::SSM::Parameter::Value<String>"
    assert found["Vpc"] == {"Type": ssm, "Default": "/net/vpc"}
    assert found["SsmAppHost"] == {"Type": ssm, "Default": "/app/host"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({}, {"Type": "String"}),
        ({"type": "Number", "default": "1"}, {"Type": "Number", "Default": "1"}),
        (
            {"ssm": "/a", "description": "d"},
            {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/a", "Description": "d"},
        ),
        (
            {"no-echo": True, "allowed-pattern": "a+", "allowed-values": ["a"], "description": "d"},
            {
                "Type": "String",
                "Description": "d",
                "AllowedValues": ["a"],
                "AllowedPattern": "a+",
                "NoEcho": True,
            },
        ),
    ],
    ids=["nothing is text", "a type of AWS", "from SSM", "everything"],
)
def test_a_parameter_of_the_spec(written: JSON, expected: JSON) -> None:
    data = yaml.safe_load(SPEC)
    data["parameters"] = {"Mine": written}
    spec = Spec(data, branch_rules(data))
    assert parameters(whole(spec, {}))["Mine"] == expected


def test_the_shared_store_has_two_hidden_parameters() -> None:
    data = yaml.safe_load(SPEC)
    data["artifact-store"] = {"shared": True}
    spec = Spec(data, branch_rules(data))
    found = parameters(whole(spec, {}))
    assert found["ArtifactStoreBucket"]["Default"] == "/pipelinegen/artifact-store/bucket"
    assert found["ArtifactStoreKeyArn"]["Default"] == "/pipelinegen/artifact-store/kms-key-arn"
    resolve_text = _resolve(spec)
    assert expression(Text.parse("${store:key-arn}"), resolve_text) == {
        "Ref": "ArtifactStoreKeyArn"
    }
    assert expression(Text.parse("${store:arn}"), resolve_text) == {
        "Fn::Sub": "arn:${AWS::Partition}:s3:::${ArtifactStoreBucket}"
    }


def test_an_expression_is_copied_each_time() -> None:
    """A patch on one place must not reach another."""
    resolve_text = _resolve(_spec())
    first = expression(Text.parse("${expr:Zone}"), resolve_text)
    first["Fn::FindInMap"][0] = "Changed"
    assert expression(Text.parse("${expr:Zone}"), resolve_text)["Fn::FindInMap"][0] == "Zones"


def test_kinds_are_those_of_the_language() -> None:
    """Section 7 of the language's reference."""
    kinds = "AWS branch value param role topic project function store target import ssm secret"
    assert set(KINDS) == {*kinds.split(), "resource", "expr"}

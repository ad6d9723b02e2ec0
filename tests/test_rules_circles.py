"""Specs near a circle of resources, and what is not said of them."""

from __future__ import annotations

import pytest

from tests.near import found

PROJECT = "stages: [{stage: S, actions: [{codebuild-test: {buildspec: b.yml"


@pytest.mark.parametrize(
    "example",
    [
        pytest.param(
            "template: {resources: {R: {Type: X, Properties: {A: {Ref: Pipeline}}}}}",
            id="a resource may refer to the pipeline that does not refer to it",
        ),
        pytest.param(
            "template: {resources: {R: {Type: X, DependsOn: Q}, Q: {Type: X}}}\n"
            f"{PROJECT}, env: {{A: '${{resource:R}}'}}}}}}]}}]",
            id="a project may refer to resources",
        ),
        pytest.param(
            "grants: [{grant: G, start: true, roles: ['${resource:PipelineRole}']}]",
            id="a grant refers to the pipeline and its role",
        ),
        pytest.param(
            f"{PROJECT}, permissions: [{{actions: ['s3:Get*'], "
            "resources: ['${resource:ArtifactBucket.Arn}']}]}}]}]",
            id="a role may name the bucket",
        ),
    ],
)
def test_no_circle(example: str) -> None:
    assert found(example, {"circular-dependency"}) == []


@pytest.mark.parametrize(
    "example",
    [
        pytest.param(
            "template: {resources: {R: {Type: X, Properties: {A: {'Fn::Sub': '${Pipeline}'}}}}}\n"
            f"{PROJECT}, env: {{A: '${{resource:R}}'}}}}}}]}}]",
            id="by a resource of the template",
        ),
        pytest.param(
            "template: {resources: {R: {Type: X, DependsOn: Q}, "
            "Q: {Type: X, Properties: {A: {'Fn::GetAtt': [R, B]}}}}}",
            id="among resources of the template",
        ),
        pytest.param(
            f"{PROJECT}, permissions: [{{actions: ['codebuild:StartBuild'], "
            "resources: ['${resource:STestProject.Arn}']}]}}]}]",
            id="a role of a project that names the project",
        ),
    ],
)
def test_circle(example: str) -> None:
    assert len(found(example, {"circular-dependency"})) == 1
